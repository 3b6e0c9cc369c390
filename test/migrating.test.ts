/** docs/migrating.md is true: each of its recipes, as it stands there, over real servers. */

import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  csp,
  NONCE,
  NONE,
  parsePolicy,
  SELF,
  STRICT_DYNAMIC,
  UNSAFE_EVAL,
  UNSAFE_INLINE,
} from '@cusp/core'
import type { Policy } from '@cusp/core'
import { dangerouslyDisableDefaultSrc, fromHelmet } from '@cusp/core/helmet'
import { contentSecurityPolicy, cspMiddleware } from '@cusp/express'
import { cspMiddleware as koaMiddleware } from '@cusp/koa'
import type { ErrorRequestHandler, Express } from 'express'
import express from 'express'
import * as theirWords from 'express-csp-header'
import { getCSP } from 'express-csp-header'
import helmet from 'helmet'
import Koa from 'koa'
import koaHelmet from 'koa-helmet'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import type { Answer, Question } from './adapters/client.ts'
import { ask } from './adapters/client.ts'
import type { Running } from './adapters/harness.ts'
import { listen } from './adapters/harness.ts'
import { CSP, ENDPOINTS, expectCspError, noncesOf } from './adapters/sample.ts'
import type { Block } from './docs/markdown.ts'
import { readBlocks } from './docs/markdown.ts'
import type { DocModule } from './docs/modules.ts'
import { removeModules, run, writeModules } from './docs/modules.ts'

const modules = writeModules(
  readBlocks('docs/migrating.md').filter(({ language }) => language === 'js'),
)
afterAll(removeModules)

const running: Running[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()))
  vi.restoreAllMocks()
})

describe('from helmet', () => {
  it('changes the import, and no byte of the header', async () => {
    const [before, after] = await both('From helmet')
    const helmets = await get(withPage(before))
    const cusps = await get(withPage(after))
    expect(helmets.headers[CSP]).toContain("script-src 'self' cdn.example.com;")
    expect(cusps.headers).toEqual({ ...helmets.headers, date: cusps.headers['date'] })
  })

  it('moves the policy out of helmet, and no header changes', async () => {
    const [before, after] = await both('From helmet, with its other headers')
    const helmets = await get(withPage(before))
    const cusps = await get(withPage(after))
    expect(helmets.headers[CSP]).toContain("img-src 'self' https:;")
    expect(cusps.headers).toEqual({ ...helmets.headers, date: cusps.headers['date'] })
  })

  it('keeps helmet for its other headers', async () => {
    const { app } = await run(find('From helmet', 'contentSecurityPolicy: false'), ['app'])
    const { headers } = await get(withPage(app as Express))
    const helmets = await get(withPage(express().use(helmet())))
    expect(headers).toEqual({ ...helmets.headers, date: headers['date'] })
  })

  it('cspMiddleware takes the options as well', async () => {
    const options = { directives: { scriptSrc: ["'self'", 'cdn.example.com'] } }
    const [first, second] = [contentSecurityPolicy(options), cspMiddleware(options)]
    const one = await get(withPage(express().use(first)))
    const other = await get(withPage(express().use(second)))
    expect(other.headers[CSP]).toBe(one.headers[CSP])
  })
})

describe('the nonce', () => {
  it.each([
    ["as helmet's documentation makes it", 'randomBytes'],
    ['with nothing to make', 'NONCE'],
  ])('%s', async (_title, text) => {
    const { app } = await run(find('The nonce', text), ['app'])
    const { headers, body } = await get(withPage(app as Express))
    const shown = noncesOf(body)
    expect(shown).toHaveLength(2)
    expect(new Set([...shown, ...noncesOf(headers[CSP])]).size).toBe(1)
  })

  it('that is made too late is not in the header', async () => {
    const app = express()
    app.use(cspMiddleware(csp().scriptSrc(NONCE)))
    app.use((_req, res, next) => {
      res.locals.cspNonce = 'a-nonce-that-came-too-late'
      next()
    })
    const { headers, body } = await get(withPage(app))
    const [views, ours] = noncesOf(body)
    expect(views).toBe('a-nonce-that-came-too-late')
    expect(noncesOf(headers[CSP])).toEqual([ours])
    expect(ours).not.toBe(views)
  })

  it('that is too short is an error, and stays as it is', async () => {
    const app = express()
    const seen: unknown[] = []
    app.use((_req, res, next) => {
      res.locals.cspNonce = 'too-short'
      next()
    })
    app.use(cspMiddleware(csp().scriptSrc(NONCE)))
    const { status, headers, errors } = await getWithErrors(app, (res) => {
      seen.push(res.locals.cspNonce)
    })
    expect([status, headers[CSP]]).toEqual([500, undefined])
    expectCspError(errors[0], 'ERR_CSP_NONCE')
    expect(seen).toEqual(['too-short'])
  })
})

describe("what helmet's defaults do", () => {
  it.each([
    [{ scriptSrc: ["'unsafe-inline'"] }, { 'script-src-attr': ["'none'"] }],
    [{ scriptSrcAttr: null }, { 'script-src-attr': undefined }],
    [{ upgradeInsecureRequests: null }, { 'upgrade-insecure-requests': undefined }],
    [
      { formAction: ["'self'", 'https://login.example'] },
      { 'form-action': ["'self'", 'https://login.example'] },
    ],
    [{ defaultSrc: dangerouslyDisableDefaultSrc }, { 'default-src': undefined }],
    [
      { defaultSrc: contentSecurityPolicy.dangerouslyDisableDefaultSrc },
      { 'default-src': undefined },
    ],
    [
      {},
      { 'default-src': ["'self'"], 'script-src-attr': ["'none'"], 'upgrade-insecure-requests': [] },
    ],
  ])('%j', (directives, expected) => {
    const policy = fromHelmet({ directives }).toPolicy()
    const seen = Object.keys(expected).map((name) => [name, policy.get(name)])
    expect(Object.fromEntries(seen)).toEqual(expected)
  })

  it('default-src cannot be taken away with null', () => {
    expect(() => fromHelmet({ directives: { defaultSrc: null } })).toThrow(
      /dangerouslyDisableDefaultSrc/,
    )
  })
})

it('fromHelmet(…).toPolicy() is the policy that helmet sends, to edit and to print', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const { policy } = await run(find('To a policy of your own', 'toPolicy'), ['policy'])
  const app = express().use(
    helmet.contentSecurityPolicy({ directives: { imgSrc: ["'self'", 'https:'] } }),
  )
  const { headers } = await get(withPage(app))
  expect((policy as Policy).equals(parsePolicy(headers[CSP] ?? '').policy)).toBe(true)
  const [[printed]] = log.mock.calls as [[Policy]]
  expect(printed.get('connect-src')).toEqual(["'self'", 'https://api.example.com'])
})

describe('one route that differs', () => {
  const outer = csp().defaultSrc(SELF).scriptSrc(NONCE).frameAncestors(SELF).reportTo('csp', '/csp')

  async function visit(path: string): Promise<Answer & { readonly nonce: unknown }> {
    const { app } = await run(find('One route that differs', '/embed'), ['app'])
    let nonce: unknown
    const whole = express().use(cspMiddleware(outer))
    whole.use((_req, res, next) => {
      nonce = res.locals.csp.nonce
      next()
      expect(res.locals.csp.nonce).toBe(nonce)
    })
    return { ...(await get(withPage(whole.use(app as Express)), { path })), nonce }
  }

  it('allows more', async () => {
    const { headers, nonce } = await visit('/embed')
    const wider = outer.set('frame-ancestors', [SELF, 'https://partner.example'])
    expect(headers[CSP]).toBe(wider.toString({ nonce: String(nonce) }))
    expect(headers[ENDPOINTS]).toBe('csp="/csp"')
  })

  it('has another policy', async () => {
    const { headers } = await visit('/legacy')
    expect(headers[CSP]).toBe("default-src 'self'; script-src 'self' 'unsafe-inline'")
    expect(headers).not.toHaveProperty(ENDPOINTS)
  })

  it('has none', async () => {
    const { status, headers } = await visit('/download')
    expect(status).toBe(200)
    expect(headers).not.toHaveProperty(CSP)
    expect(headers).not.toHaveProperty(ENDPOINTS)
  })

  it('has an inner middleware', async () => {
    const { headers } = await visit('/admin')
    expect(headers[CSP]).toBe(
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
  })

  it('leaves the others as they are', async () => {
    const { headers, nonce } = await visit('/')
    expect(headers[CSP]).toBe(outer.toString({ nonce: String(nonce) }))
  })
})

describe('additions with a name', () => {
  it.each([
    ['/', {}],
    [
      '/checkout',
      {
        'frame-src': ["'self'", 'https://pay.example.com'],
        'form-action': ["'self'", 'https://pay.example.com'],
      },
    ],
    [
      '/stores',
      {
        'img-src': ["'self'", 'https://tiles.example.com'],
        'connect-src': ["'self'", 'https://api.maps.example.com'],
      },
    ],
  ])('%s', async (path, additions) => {
    const { app, base } = await run(find('One route that differs', 'payments'), ['app', 'base'])
    const { headers } = await get(withPage(app as Express), { path })
    const [nonce] = noncesOf(headers[CSP])
    const sent = directivesOf(headers[CSP])
    expect(sent).toEqual({
      ...directivesOf((base as Policy).toString({ nonce })),
      ...additions,
    })
  })
})

describe('a policy for each tenant', () => {
  it("sends the tenant's", async () => {
    const { app } = await run(find('One route that differs', 'tenants'), ['app'])
    const { headers } = await get(withPage(app as Express))
    expect(headers[CSP]).toBe('default-src https://tenant.example')
  })

  it('hands an error to next, and sends no page and no policy', async () => {
    const { app } = await run(find('One route that differs', 'tenants'), ['app'])
    const question = { headers: { host: 'nobody.example' } }
    const { status, headers, errors } = await getWithErrors(app as Express, () => {}, question)
    expect([status, headers[CSP]]).toEqual([500, undefined])
    expect(errors).toEqual([new Error('no tenant')])
  })
})

describe('from koa-helmet', () => {
  it('changes the import, and no byte of the header', async () => {
    const [before, after] = (await both('From koa-helmet')) as unknown as [Koa, Koa]
    const [helmets, cusps] = [await get(withKoaPage(before)), await get(withKoaPage(after))]
    const sent = [helmets, cusps].map(({ headers }) => headers[CSP]?.replace(/127[\d.:]+/, 'host'))
    expect(sent[0]).toContain(";connect-src 'self' wss://host")
    expect(sent[1]).toBe(sent[0])
  })

  it('keeps the policy of a failed response, which koa-helmet does not', async () => {
    const policy = csp().defaultSrc(SELF)
    for (const [middleware, expected] of [
      [koaHelmet.contentSecurityPolicy(), undefined],
      [koaMiddleware(policy), policy.toString()],
    ] as const) {
      const app = new Koa()
      app.silent = true
      app.use(middleware).use(() => {
        throw new Error('failed')
      })
      const { status, headers } = await get(app.callback())
      expect([status, headers[CSP]]).toEqual([500, expected])
    }
  })
})

it("gives no nonce to directives that don't name NONCE", async () => {
  const app = express().use(cspMiddleware(csp().scriptSrc(SELF, NONCE).styleSrc(SELF)))
  const { headers } = await get(withPage(app))
  expect(headers[CSP]).toMatch(/^script-src 'self' 'nonce-[^']+'; style-src 'self'$/)
})

it('from express-csp-header: the same meaning, and reports by both directives', async () => {
  const [before, after] = await both('From express-csp-header')
  before.get('/', (req, res) => void res.send(`nonce=${(req as { nonce?: string }).nonce}`))
  const [theirs, ours] = [await get(before), await get(withPage(after))]
  for (const { headers, body } of [theirs, ours]) {
    expect(new Set([...noncesOf(headers[CSP]), ...noncesOf(body)]).size).toBe(1)
  }
  const { 'report-to': reportTo, ...rest } = directivesOf(ours.headers[CSP])
  expect(rest).toEqual(directivesOf(theirs.headers[CSP]))
  expect(reportTo).toEqual(['csp'])
  expect(ours.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
})

it("express-csp-header's words are ours", () => {
  const { policy } = parsePolicy(
    getCSP({
      directives: {
        'default-src': [theirWords.NONE],
        'script-src': [theirWords.SELF, theirWords.EVAL, theirWords.STRICT_DYNAMIC],
        'style-src': [theirWords.INLINE, theirWords.DATA, theirWords.BLOB],
      },
    }),
  )
  const same = csp()
    .defaultSrc(NONE)
    .scriptSrc(SELF, UNSAFE_EVAL, STRICT_DYNAMIC)
    .styleSrc(UNSAFE_INLINE, 'data:', 'blob:')
  expect(policy.equals(same)).toBe(true)
})

describe('from a header written by hand', () => {
  it('sends the same', async () => {
    const table = vi.spyOn(console, 'table').mockReturnValue()
    const { res } = await run(find('From a header written by hand', 'setHeader', 'before'), ['res'])
    const { app } = await run(find('From a header written by hand', 'parse', 'after'), ['app'])
    const { headers } = await get(withPage(app as Express))
    expect(headers[CSP]).toBe((res as ServerResponse).getHeader(CSP))
    expect(table).toHaveBeenCalledOnce()
  })

  it.each([
    ["default-src 'self'; img-src self", 'self', "'self'"],
    ['default-src ‘self’', '‘self’', 'straight single quotes'],
    ["defualt-src 'self'", 'defualt-src', 'default-src'],
  ])('%s is parsed but not delivered', (text, place, fix) => {
    const { policy, issues } = parsePolicy(text)
    const issue = issues.find(({ severity }) => severity === 'error')
    const { start, end } = issue?.position ?? { start: 0, end: 0 }
    expect(text.slice(start, end)).toContain(place)
    expect(`${issue?.message} ${issue?.fix}`).toContain(fix)
    let error: unknown
    try {
      cspMiddleware(policy)
    } catch (thrown) {
      error = thrown
    }
    expectCspError(error, 'ERR_CSP_POLICY_INVALID', String(issue?.directive), fix)
  })
})

/** The block under a heading that holds a text. */
function find(heading: string, text: string, part?: Block['part']): DocModule {
  const found = modules.find(({ block }) => {
    return block.heading === heading && block.code.includes(text) && block.part === part
  })
  if (found === undefined) throw new Error(`Cannot find ${JSON.stringify(text)} in "${heading}"`)
  return found
}

/** The apps of a block's two parts. */
async function both(heading: string): Promise<[before: Express, after: Express]> {
  const before = await run(find(heading, '// before', 'before'), ['app'])
  const after = await run(find(heading, 'import', 'after'), ['app'])
  return [before['app'] as Express, after['app'] as Express]
}

/** Answers with both nonces: the views', and the context's. */
function withPage(app: Express): Express {
  return app.use((_req, res) => {
    const { csp: context, cspNonce } = res.locals as Partial<typeof res.locals>
    res.send(cspNonce === undefined ? 'page' : `nonce=${cspNonce} nonce=${context?.nonce}`)
  })
}

function withKoaPage(app: Koa): ReturnType<Koa['callback']> {
  app.use((ctx) => {
    ctx.body = 'page'
  })
  return app.callback()
}

async function getWithErrors(
  app: Express,
  look: (res: express.Response) => void,
  question?: Question,
): Promise<Answer & { readonly errors: readonly unknown[] }> {
  const errors: unknown[] = []
  const onError: ErrorRequestHandler = (error, _req, res, _next) => {
    errors.push(error)
    look(res)
    res.sendStatus(500)
  }
  return { ...(await get(withPage(app).use(onError), question)), errors }
}

async function get(
  listener: (req: IncomingMessage, res: ServerResponse) => unknown,
  question?: Question,
): Promise<Answer> {
  const server = await listen(createServer((req, res) => void listener(req, res)))
  running.push(server)
  return ask(server.origin, 'http1', question)
}

/** Values by directive, with one text for every nonce. */
function directivesOf(header: string | undefined): Readonly<Record<string, readonly unknown[]>> {
  const text = (header ?? '').replaceAll(/'nonce-[^']+'/g, "'nonce-…'")
  const parts = text.split(';').map((part) => part.trim().split(/\s+/))
  return Object.fromEntries(
    parts.filter(([name]) => name !== '').map(([name = '', ...values]) => [name, values]),
  )
}
