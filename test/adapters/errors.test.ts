/** What becomes of the policy when a handler fails, nobody answers, or the client leaves. */

import { csp } from '@cusp/core'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:http2'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import { harnesses } from './frameworks.ts'
import type { Handler, Harness, Visit } from './harness.ts'
import {
  CSP,
  ENDPOINTS,
  hello,
  nonced,
  noncesOf,
  page,
  plain,
  plainHeader,
  REPORT_ONLY,
} from './sample.ts'

const both = { csp: [{ enforce: nonced, reportOnly: plain }] } as const
const boom = new Error('boom')
const FINAL = {
  node: 'has no error handler',
  connect: 'a final handler',
  express4: 'a final handler',
  express5: 'a final handler',
  fastify: 'its errors are rows of its own',
  web: 'its errors are Responses',
}
const KOA = {
  fastify: 'keeps the policy: a row of its own',
  web: 'keeps the policy: a row of its own',
  koa2: 'keeps the policy: a row of its own',
  koa3: 'keeps the policy: a row of its own',
}
const NONE = { node: 'has no error handler' }

/** Koa's context, as far as the rows use it. */
interface KoaContext {
  status: number
  body: unknown
  state: { csp: Visit['csp'] }
  throw: (status: number, message: string, properties?: object) => never
  set: (name: string, value: string) => void
  remove: (name: string) => void
}

type KoaHandler = (ctx: KoaContext, next: () => Promise<void>) => unknown

function koa(handler: KoaHandler): { readonly native: () => KoaHandler } {
  return { native: () => handler }
}

const koaKeeps: Behaviour['expected'] = ({ answer, notes, errors }) => {
  expect(errors).toHaveLength(1)
  expect(answer.status).toBe(500)
  expect(answer.body).toBe('Internal Server Error')
  expect(answer.headers[CSP]).toBe(nonced.toString({ nonce: String(notes[0]) }))
  expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
  expect(answer.headers[ENDPOINTS]).toBe('a="/a", csp="/csp-reports"')
  expect(answer.headers['x-mine']).toBeUndefined()
}

const koaErrors: readonly Behaviour[] = (
  [
    [
      'an error thrown by a handler',
      () => {
        throw boom
      },
    ],
    ['a rejection', () => Promise.reject(boom)],
    [
      'an error of a body stream',
      (ctx) => {
        ctx.body = new Readable({
          read() {
            this.destroy(boom)
          },
        })
      },
    ],
    [
      'a thrown text',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- the case
        throw 'boom'
      },
    ],
  ] as readonly (readonly [string, KoaHandler])[]
).map(([name, handler]): Behaviour => ({
  name: `Koa keeps policy, nonce and endpoints after ${name}`,
  except: name.endsWith('stream') ? { ...FINAL, koa3: 'breaks the connection' } : FINAL,
  app: ({ note }) => [
    (visit, proceed) => {
      visit.res.setHeader(ENDPOINTS, 'a="/a"')
      visit.res.setHeader('X-Mine', '1')
      return proceed()
    },
    both,
    (visit, proceed) => {
      note(visit.csp.nonce)
      return proceed()
    },
    koa(handler),
  ],
  expected: koaKeeps,
}))

const koaRows: readonly Behaviour[] = [
  ...koaErrors,
  {
    name: 'Koa keeps the policy after ctx.throw',
    except: FINAL,
    app: () => [both, koa((ctx) => ctx.throw(403, 'no entry'))],
    expected: ({ answer }) => {
      expect(answer.status).toBe(403)
      expect(answer.body).toBe('no entry')
      expect(noncesOf(answer.headers[CSP])).toHaveLength(1)
      expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
    },
  },
  {
    name: "a policy among the error's own headers wins",
    except: FINAL,
    app: () => [
      both,
      koa((ctx) =>
        ctx.throw(403, 'no', { headers: { 'Content-Security-Policy': "default-src 'none'" } }),
      ),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe("default-src 'none'")
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
    },
  },
  {
    name: 'Koa keeps a static policy, and one that was edited',
    except: FINAL,
    app: () => [
      { csp: [plain] },
      koa((ctx) => {
        ctx.state.csp.allow('img-src', 'https://more.example')
        throw boom
      }),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(`${plainHeader}; img-src 'self' https://more.example`)
    },
  },
  {
    name: "Koa keeps an inner middleware's policy",
    except: FINAL,
    app: () => [both, { csp: [plain] }, koa(() => Promise.reject(boom))],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(plainHeader)
      expect(answer.headers[REPORT_ONLY]).toBeUndefined()
      expect(answer.headers[ENDPOINTS]).toBeUndefined()
    },
  },
  {
    name: 'Koa keeps no policy that a handler took off before it failed',
    except: FINAL,
    app: () => [
      both,
      koa((ctx) => {
        ctx.state.csp.remove()
        throw boom
      }),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBeUndefined()
      expect(answer.headers[REPORT_ONLY]).toBeUndefined()
    },
  },
  {
    name: 'Koa keeps what a handler left of it before it failed',
    except: FINAL,
    app: () => [
      both,
      koa((ctx) => {
        ctx.remove(CSP)
        throw boom
      }),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBeUndefined()
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
    },
  },
  {
    name: 'an outer try and catch that removes the header wins',
    except: FINAL,
    app: () => [
      koa(async (ctx, proceed) => {
        try {
          await proceed()
        } catch {
          ctx.remove(CSP)
          ctx.status = 500
          ctx.body = 'sorry'
        }
      }),
      both,
      koa(() => Promise.reject(boom)),
    ],
    expected: ({ answer }) => {
      expect(answer.body).toBe('sorry')
      expect(answer.headers[CSP]).toBeUndefined()
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
    },
  },
  {
    name: 'an unread lazy nonce is not in the error either',
    except: FINAL,
    app: () => [{ csp: [nonced, { nonce: 'when-read' }] }, koa(() => Promise.reject(boom))],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toContain("script-src 'strict-dynamic';")
    },
  },
  {
    name: 'only documents: the error text has none',
    except: FINAL,
    app: () => [{ csp: [plain, { only: 'documents' }] }, koa(() => Promise.reject(boom))],
    expected: ({ answer }) => {
      expect(answer.headers['content-type']).toContain('text/plain')
      expect(answer.headers[CSP]).toBeUndefined()
    },
  },
  {
    name: "an app's own ctx.onerror is called",
    except: FINAL,
    app: () => [
      {
        native:
          () =>
          (
            ctx: KoaContext & { onerror: unknown; res: Visit['res'] },
            proceed: () => Promise<void>,
          ) => {
            ctx.onerror = () => void ctx.res.end('mine')
            return proceed()
          },
      },
      both,
      koa(() => Promise.reject(boom)),
    ],
    expected: ({ answer }) => {
      expect(answer.body).toBe('mine')
      expect(noncesOf(answer.headers[CSP])).toHaveLength(1)
    },
  },
  {
    name: 'an error before any policy has none to keep',
    except: FINAL,
    app: () => [koa(() => Promise.reject(boom)), both],
    expected: ({ answer }) => {
      expect(answer.status).toBe(500)
      expect(answer.headers[CSP]).toBeUndefined()
    },
  },
]

const finalHandlers: readonly Behaviour[] = [
  ...(['throws', 'rejects'] as const).map((how): Behaviour => ({
    name: `the final handler sets its own policy when a handler ${how}`,
    except: { ...NONE, ...KOA },
    app: () => [
      both,
      () => {
        if (how === 'throws') throw boom
        return Promise.reject(boom)
      },
    ],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([boom])
      expect(answer.status).toBe(500)
      expect(answer.headers[CSP]).toBe("default-src 'none'")
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
      expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
    },
  })),
  {
    name: 'the final handler sets its own policy when nobody answers',
    except: { ...NONE, ...KOA },
    app: () => [both],
    expected: ({ answer }) => {
      expect(answer.status).toBe(404)
      expect(answer.headers[CSP]).toBe("default-src 'none'")
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
    },
  },
  {
    name: 'an error page of the app keeps the policy',
    except: { node: 'has no error handler', ...KOA },
    app: ({ note }) => [
      both,
      () => Promise.reject(boom),
      {
        native:
          () =>
          // oxlint-disable-next-line max-params -- an error handler is known by its four parameters
          (error: unknown, _req: unknown, res: Visit['res'], _next: unknown) => {
            note(error)
            res.statusCode = 500
            res.end('sorry')
          },
      },
    ],
    expected: ({ answer, notes }) => {
      expect(notes).toEqual([boom])
      expect(noncesOf(answer.headers[CSP])).toHaveLength(1)
    },
  },
]

const others: readonly Behaviour[] = [
  {
    name: 'nobody answers: 404 keeps the policy',
    except: {
      connect: 'a final handler',
      express4: 'a final handler',
      express5: 'a final handler',
    },
    app: () => [both],
    expected: ({ answer }) => {
      expect(answer.status).toBe(404)
      expect(noncesOf(answer.headers[CSP])).toHaveLength(1)
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
    },
  },
  {
    name: 'a writeHead that fails: the error response has its policy',
    except: FINAL,
    app: () => [both, (visit) => void visit.raw().writeHead(9999)],
    expected: ({ answer, errors }) => {
      expect(errors).toHaveLength(1)
      expect(answer.status).toBe(500)
      expect(noncesOf(answer.headers[CSP])).toHaveLength(1)
    },
  },
  {
    name: 'an error after the headers breaks nothing',
    app: () => [
      both,
      (visit) => {
        visit.raw().flushHeaders()
        throw boom
      },
    ],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([boom])
      expect(noncesOf(answer.headers[CSP])).toHaveLength(1)
    },
  },
  {
    name: 'a body that breaks after the headers breaks nothing else',
    app: () => [
      both,
      (visit) => {
        if (visit.req.url !== '/broken') return page(visit, async () => {})
        let count = 0
        const body = new Readable({
          read() {
            if (count++ === 0) this.push('a')
            else setImmediate(() => this.destroy(boom))
          },
        })
        return visit.answer(body)
      },
    ],
    asks: [{ path: '/broken' }, {}],
    expected: ({ answers }) => {
      expect(answers[0]?.status).toBe(200)
      expect(noncesOf(answers[1]?.headers[CSP])).toEqual(noncesOf(answers[1]?.body))
    },
  },
]

describeBehaviours('errors', [...koaRows, ...finalHandlers, ...others])

/** What a function of the request gets: Koa's ctx, or a request and a response or a reply. */
type Chosen = readonly [Visit, (Visit['res'] | { readonly raw: Visit['res'] })?]

function resOf(second: Chosen[1]): Visit['res'] | undefined {
  return second !== undefined && 'raw' in second ? second.raw : second
}

/** Resolves when the client has gone, as the server sees it. */
function gone(visit: Pick<Visit, 'req' | 'res'>): Promise<unknown> {
  return visit.res.destroyed ? Promise.resolve() : once(visit.res, 'close')
}

/** Asks, and leaves as soon as `arrived` resolves. */
async function leave(
  origin: string,
  { protocol }: Harness,
  arrived: Promise<unknown>,
): Promise<void> {
  if (protocol === 'http1') {
    const req = request(origin, { agent: false })
    req.on('error', () => {})
    req.end()
    await arrived
    req.destroy()
  } else {
    const session = connect(origin)
    session.on('error', () => {})
    const stream = session.request({ ':path': '/' })
    stream.on('error', () => {})
    stream.end()
    await arrived
    session.destroy()
  }
}

// Nobody can wait for the client of a web Request without its signal.
const onNode = harnesses.filter(({ framework }) => framework !== 'web')
describe.each(onNode.map((harness) => [harness.name, harness] as const))(
  'a client that leaves: %s',
  (_name, harness) => {
    it('before an async policy is there: the handler runs, nothing crashes', async () => {
      const arrived = withResolvers<void>()
      const handled = withResolvers<string>()
      const errors: unknown[] = []
      const handler: Handler = (visit) => {
        const { nonce } = visit.csp
        hello(visit, async () => {})
        handled.resolve(nonce)
      }
      const slow = async (...args: readonly unknown[]): Promise<unknown> => {
        const [first, second] = args as Chosen
        arrived.resolve()
        await gone({ req: first.req, res: resOf(second) ?? first.res })
        return { enforce: nonced, reportOnly: csp().imgSrc('https:') }
      }
      const server = await harness.start({
        layers: [{ csp: [slow, { only: 'documents', nonce: 'when-read' }] }, handler],
        onError: (error) => errors.push(error),
        onUnsupported: () => {},
      })
      await leave(server.origin, harness, arrived.promise)
      expect(await handled.promise).toHaveLength(22)
      await server.close()
      expect(errors).toEqual([])
    })

    it('before an async policy fails: the error is told once, nothing crashes', async () => {
      const arrived = withResolvers<void>()
      const failed = withResolvers<unknown>()
      const slow = async (...args: readonly unknown[]): Promise<unknown> => {
        const [first, second] = args as Chosen
        arrived.resolve()
        await gone({ req: first.req, res: resOf(second) ?? first.res })
        throw boom
      }
      const server = await harness.start({
        layers: [{ csp: [slow] }, hello],
        onError: failed.resolve,
        onUnsupported: () => {},
      })
      await leave(server.origin, harness, arrived.promise)
      expect(await failed.promise).toBe(boom)
      await server.close()
    })
  },
)

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
