/**
 * What helmet's documentation and its users do around `contentSecurityPolicy`, with ours in its
 * place.
 */

import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { contentSecurityPolicy as forExpress } from '@cusp/express'
import { contentSecurityPolicy as forKoa } from '@cusp/koa'
import { contentSecurityPolicy as forNode } from '@cusp/node'
import type { ErrorRequestHandler, Express, Response } from 'express'
import express5 from 'express'
import express4 from 'express4'
import helmet from 'helmet'
import type { Context, Middleware } from 'koa'
import Koa3 from 'koa'
import koaHelmet from 'koa-helmet'
import Koa2 from 'koa2'
import { afterEach, describe, expect, it } from 'vitest'
import type { Answer } from '../adapters/client.ts'
import { ask } from '../adapters/client.ts'
import type { Running } from '../adapters/harness.ts'
import { listen } from '../adapters/harness.ts'
import { CSP, noncesOf } from '../adapters/sample.ts'

type Listener = (req: IncomingMessage, res: ServerResponse) => void

const running: Running[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
})

async function get(listener: unknown): Promise<Answer> {
  const server = await listen(createServer(listener as Listener))
  running.push(server)
  return ask(server.origin, 'http1')
}

const EXPRESSES: readonly (readonly [name: string, make: () => Express])[] = [
  ['Express 4', () => express4() as unknown as Express],
  ['Express 5', () => express5()],
]
const KOAS: readonly (readonly [name: string, make: () => Koa3])[] = [
  ['Koa 2', () => new Koa2() as unknown as Koa3],
  ['Koa 3', () => new Koa3()],
]

describe.each(EXPRESSES)('%s', (_name, makeApp) => {
  it("keeps helmet's other headers beside ours: together they are helmet's own", async () => {
    const before = makeApp().use(helmet())
    const after = makeApp().use(helmet({ contentSecurityPolicy: false }), forExpress())
    const turned = makeApp().use(forExpress(), helmet({ contentSecurityPolicy: false }))
    const answers: Answer[] = []
    for (const app of [before, after, turned]) {
      app.get('/', (_req, res) => void res.send('page'))
      answers.push(await get(app))
    }
    const [helmets, ...ours] = answers.map(withoutDate)
    expect(helmets).toMatchObject({ 'x-frame-options': 'SAMEORIGIN', [CSP]: expect.any(String) })
    expect(helmets).not.toHaveProperty('x-powered-by')
    expect(ours).toEqual([helmets, helmets])
  })

  it("adopts the nonce of helmet's documentation", async () => {
    const app = makeApp()
    app.use((_req, res, next) => {
      res.locals.cspNonce = randomBytes(32).toString('hex')
      next()
    })
    app.use(
      forExpress({
        directives: { scriptSrc: ["'self'", (_req, res) => `'nonce-${res.locals.cspNonce}'`] },
      }),
    )
    app.get('/', (_req, res) => {
      res.send(`nonce=${res.locals.cspNonce} nonce=${res.locals.csp.nonce}`)
    })
    expectOneNonce(await get(app))
  })

  it('may be made for each response', async () => {
    const app = makeApp()
    app.use((req, res, next) => {
      const nonce = randomBytes(16).toString('base64')
      res.locals.cspNonce = nonce
      forExpress({ directives: { scriptSrc: [`'nonce-${nonce}'`] } })(req, res, next)
    })
    app.get('/', (_req, res) => void res.send(`nonce=${res.locals.csp.nonce}`))
    expectOneNonce(await get(app))
  })

  it('hands the very error of a function to next, and sends no policy', async () => {
    const thrown = new RangeError('no tenant')
    const later: string[] = []
    const app = makeApp()
    app.use(
      forExpress({
        directives: {
          scriptSrc: ["'self'", () => fail(thrown)],
          styleSrc: [() => note(later, 'styleSrc')],
        },
      }),
    )
    app.get('/', (_req, res) => void res.send('page'))
    const caught: unknown[] = []
    const onError: ErrorRequestHandler = (error, _req, res: Response, _next) => {
      caught.push(error)
      res.status(500).send('sorry')
    }
    app.use(onError)
    const { status, headers, body } = await get(app)
    expect([status, body]).toEqual([500, 'sorry'])
    expect(caught).toEqual([thrown])
    expect(caught[0]).toBe(thrown)
    expect(headers).not.toHaveProperty(CSP)
    expect(later).toEqual([])
  })
})

describe.each(KOAS)('%s', (_name, makeApp) => {
  it("keeps koa-helmet's other headers beside ours: together they are koa-helmet's own", async () => {
    const before = makeApp().use(koaHelmet())
    const after = makeApp()
      .use(koaHelmet({ contentSecurityPolicy: false }))
      .use(forKoa())
    const answers: Answer[] = []
    for (const app of [before, after]) {
      app.use(answerWith(() => 'page'))
      answers.push(await get(app.callback()))
    }
    const [helmets, ours] = answers.map(withoutDate)
    expect(helmets).toMatchObject({ 'x-frame-options': 'SAMEORIGIN', [CSP]: expect.any(String) })
    expect(ours).toEqual(helmets)
  })

  it("calls functions with (ctx.req, ctx.res, ctx), once and in helmet's order, before the page", async () => {
    const log: unknown[] = []
    const seen: unknown[][] = []
    const app = makeApp()
    let context: Context | undefined
    app.use(async (ctx, next) => {
      context = ctx
      log.push('before')
      await next()
    })
    const value = (name: string) =>
      function (...args: readonly unknown[]): string {
        seen.push([...args])
        log.push(name)
        return name
      }
    app.use(
      forKoa({
        directives: {
          workerSrc: [value('worker.example')],
          scriptSrc: [value('one.example'), value('two.example')],
          defaultSrc: [value('default.example')],
        },
      }),
    )
    app.use((ctx) => {
      log.push('page')
      ctx.state.csp.allow('img-src', 'https://images.example')
      ctx.body = 'page'
    })
    const { headers } = await get(app.callback())
    // helmet's order: its defaults in their order, what they do not know behind them.
    const called = ['default.example', 'one.example', 'two.example', 'worker.example']
    expect(log).toEqual(['before', ...called, 'page'])
    expect(seen).toHaveLength(4)
    for (const [req, res, ctx, ...rest] of seen) {
      expect(rest).toEqual([])
      expect(ctx).toBe(context)
      expect(req).toBe(context?.req)
      expect(res).toBe(context?.res)
    }
    expect(headers[CSP]).toMatch(
      /^default-src default.example; .*; img-src 'self' data: https:\/\/images.example; /,
    )
  })

  it('adopts the nonce of ctx.state.cspNonce', async () => {
    const app = makeApp()
    app.use(async (ctx, next) => {
      ctx.state.cspNonce = randomBytes(32).toString('hex')
      await next()
    })
    app.use(
      forKoa({
        directives: {
          scriptSrc: ["'self'", (_req, _res, ctx) => `'nonce-${ctx.state.cspNonce}'`],
        },
      }),
    )
    app.use(answerWith(({ state }) => `nonce=${state.cspNonce} nonce=${state.csp.nonce}`))
    expectOneNonce(await get(app.callback()))
  })

  it('may be made for each response', async () => {
    const app = makeApp()
    app.use((ctx, next) => {
      const nonce = randomBytes(16).toString('base64')
      ctx.state.cspNonce = nonce
      return forKoa({ directives: { scriptSrc: [`'nonce-${nonce}'`] } })(ctx, next)
    })
    app.use(answerWith(({ state }) => `nonce=${state.csp.nonce}`))
    expectOneNonce(await get(app.callback()))
  })

  it('throws the very error of a function, and sends no policy', async () => {
    const thrown = new RangeError('no tenant')
    const later: string[] = []
    const caught: unknown[] = []
    const app = makeApp()
    app.use(async (ctx, next) => {
      try {
        await next()
      } catch (error) {
        caught.push(error)
        ctx.status = 500
        ctx.body = 'sorry'
      }
    })
    app.use(
      forKoa({
        directives: {
          scriptSrc: ["'self'", () => fail(thrown)],
          styleSrc: [() => note(later, 'styleSrc')],
        },
      }),
    )
    app.use(answerWith(() => 'page'))
    const { status, headers, body } = await get(app.callback())
    expect([status, body]).toEqual([500, 'sorry'])
    expect(caught[0]).toBe(thrown)
    expect(headers).not.toHaveProperty(CSP)
    expect(later).toEqual([])
  })
})

describe('node:http', () => {
  it("keeps helmet's other headers beside ours", async () => {
    const others = helmet({ contentSecurityPolicy: false })
    const policy = forNode()
    const ours = await get((req: IncomingMessage, res: ServerResponse) => {
      others(req, res, () => {
        void policy(req, res)
        res.end('page')
      })
    })
    const all = helmet()
    const helmets = await get((req: IncomingMessage, res: ServerResponse) => {
      all(req, res, () => res.end('page'))
    })
    expect(withoutDate(ours)).toEqual(withoutDate(helmets))
  })

  it('throws the very error of a function to whoever called it, and sets no policy', async () => {
    const thrown = new RangeError('no tenant')
    const policy = forNode({ directives: { scriptSrc: [() => fail(thrown)] } })
    const caught: unknown[] = []
    const { headers } = await get((req: IncomingMessage, res: ServerResponse) => {
      try {
        void policy(req, res)
      } catch (error) {
        caught.push(error)
      }
      res.end()
    })
    expect(caught[0]).toBe(thrown)
    expect(headers).not.toHaveProperty(CSP)
  })
})

function answerWith(render: (ctx: Context) => string): Middleware {
  return (ctx) => {
    ctx.body = render(ctx)
  }
}

function expectOneNonce({ headers, body }: Answer): void {
  const shown = noncesOf(body)
  expect(shown.length).toBeGreaterThan(0)
  expect(new Set([...shown, ...noncesOf(headers[CSP])]).size).toBe(1)
  expect(noncesOf(headers[CSP])).toHaveLength(1)
}

function withoutDate({ headers }: Answer): Readonly<Record<string, string>> {
  const { date: _date, ...rest } = headers
  return rest
}

function fail(error: Error): never {
  throw error
}

function note<Value>(log: Value[], value: Value): Value {
  log.push(value)
  return value
}
