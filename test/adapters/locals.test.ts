/**
 * Whatever an application does to `res.locals` or `ctx.state`, no response loses its policy or ends
 * the process.
 */

import { csp, NONCE } from '@cusp/core'
import { getCsp } from '@cusp/node'
import { expect } from 'vitest'
import type { Behaviour, Kit } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler, Layer } from './harness.ts'
import {
  CSP,
  ENDPOINTS,
  expectCspError,
  hello,
  next,
  nonced,
  noncesOf,
  plain,
  plainHeader,
  REPORT_ONLY,
} from './sample.ts'

const NO_VIEWS = {
  node: 'bare node:http has no views',
  connect: 'Connect has no views',
  web: 'has no views',
}

/** Throws whatever it is asked. */
const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('get')
    },
    set() {
      throw new Error('set')
    },
    has() {
      throw new Error('has')
    },
    getOwnPropertyDescriptor() {
      throw new Error('getOwnPropertyDescriptor')
    },
  },
)

type NativeLayer = Extract<Layer, { readonly native: unknown }>

interface ViewOwner {
  locals?: unknown
  state?: unknown
}

/** Replaces the object for views: `res.locals`, `ctx.state`. */
function replaceLocals(make: () => unknown): NativeLayer {
  return {
    native: (framework) => {
      if (framework.startsWith('koa')) {
        return (ctx: ViewOwner, proceed: () => Promise<void>) => {
          ctx.state = make()
          return proceed()
        }
      }
      return function replace(this: unknown, _req: unknown, res: ViewOwner, proceed: () => void) {
        const owner = framework === 'fastify' ? (this as ViewOwner) : res
        owner.locals = make()
        proceed()
      }
    },
  }
}

/** Changes the object for views. */
function changeLocals(change: (locals: Record<string, unknown>) => void): Handler {
  return (visit, proceed) => {
    change(visit.locals as Record<string, unknown>)
    return proceed()
  }
}

/** What an application does behind the middleware. */
const changes: readonly (readonly [name: string, layer: Layer])[] = [
  ['an empty object', replaceLocals(() => ({}))],
  ['a copy without csp', replaceLocals(() => ({ title: 'Home' }))],
  ['an object without a prototype', replaceLocals(() => Object.create(null))],
  ['a frozen object', replaceLocals(() => Object.freeze({}))],
  ['null', replaceLocals(() => null)],
  ['undefined', replaceLocals(() => undefined)],
  ['a text', replaceLocals(() => 'locals')],
  ['a number', replaceLocals(() => 7)],
  ['an array', replaceLocals(() => [])],
  ['a hostile proxy', replaceLocals(() => hostile)],
  ['csp: a text', changeLocals((locals) => (locals['csp'] = 'x'))],
  ['csp: null', changeLocals((locals) => (locals['csp'] = null))],
  ['csp: undefined', changeLocals((locals) => (locals['csp'] = undefined))],
  ['csp: an object', changeLocals((locals) => (locals['csp'] = {}))],
  ['csp: a false context', changeLocals((locals) => (locals['csp'] = { isCspContext: true }))],
  ['csp: a hostile proxy', changeLocals((locals) => (locals['csp'] = hostile))],
  ['csp deleted', changeLocals((locals) => delete locals['csp'])],
  [
    'all deleted',
    changeLocals((locals) => Object.keys(locals).forEach((key) => delete locals[key])),
  ],
  ['frozen', changeLocals((locals) => Object.freeze(locals))],
]

type WriteHead = (this: unknown, ...args: unknown[]) => unknown

/** Wraps `writeHead`, as compression, express-session and on-headers do. */
const wrap: Handler = (visit, proceed) => {
  const { res } = visit as unknown as { res: { writeHead: WriteHead } }
  const { writeHead: original } = res
  res.writeHead = function writeHead(...args) {
    return original.apply(this, args)
  }
  return proceed()
}

/** Answers without a look at the views. */
const answering: Layer = (visit) => {
  const res = visit.raw()
  res.statusCode = visit.req.url === '/304' ? 304 : 200
  if (res.statusCode === 304) res.end()
  else res.end(getCsp(visit.res).nonce)
}

const both = { csp: [{ enforce: nonced, reportOnly: plain }] } as const

/** Each is done in front of a wrapped `writeHead` and without one. */
const fronts: readonly (readonly [name: string, layers: readonly Layer[]])[] = [
  ['', []],
  [' behind a wrapped writeHead', [wrap]],
]

const behind: readonly Behaviour[] = fronts.flatMap(([front, layers]) =>
  changes.flatMap(([name, change]): readonly Behaviour[] => [
    {
      name: `${name}${front}: the policy goes, a 304 loses its nonce`,
      except: NO_VIEWS,
      app: () => [...layers, both, change, answering],
      asks: [{}, { path: '/304' }],
      expected: ({ answers: [page, notModified], errors }) => {
        expect(errors).toEqual([])
        expect(page?.status).toBe(200)
        expect(page?.headers[CSP]).toBe(nonced.toString({ nonce: String(page?.body) }))
        expect(page?.headers[REPORT_ONLY]).toBe(plainHeader)
        expect(notModified?.status).toBe(304)
        expect(notModified?.headers[CSP]).toBeUndefined()
        expect(notModified?.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
      },
    },
    {
      name: `${name}${front}: an error page has a policy, and the process lives`,
      except: NO_VIEWS,
      app: () => [...layers, both, change, () => Promise.reject(new Error('boom'))],
      asks: [{}, {}],
      expected: ({ answers }) => {
        for (const { status, headers } of answers) {
          expect(status).toBe(500)
          expect(headers[CSP]).toBeDefined()
        }
      },
    },
  ]),
)

function noteContext({ note }: Kit): Handler {
  return (visit, proceed) => {
    note(getCsp(visit.res))
    return proceed()
  }
}

const inner: readonly Behaviour[] = (
  [
    ['replaced', replaceLocals(() => ({}))],
    ['without csp', changeLocals((locals) => delete locals['csp'])],
  ] as const
).map(([name, change]): Behaviour => ({
  name: `an inner middleware after ${name}: one context, shown again, one nonce`,
  except: NO_VIEWS,
  app: (kit) => [
    both,
    noteContext(kit),
    change,
    { csp: [next] },
    noteContext(kit),
    (visit) => {
      kit.note(visit.locals?.['csp'])
      kit.note(visit.locals?.['cspNonce'])
      visit.answer(`nonce=${visit.csp.nonce}`)
    },
  ],
  expected: ({ answer: { headers, body }, notes, errors }) => {
    expect(errors).toEqual([])
    const [first, second, shown, nonce] = notes
    expect([second, shown]).toEqual([first, first])
    expect(noncesOf(body)).toEqual([nonce])
    expect(headers[CSP]).toBe(next.toString({ nonce: String(nonce) }))
    expect(headers[REPORT_ONLY]).toBeUndefined()
    expect(headers[ENDPOINTS]).toBe('next="/next-reports"')
  },
}))

const stillFound: readonly Behaviour[] = [plain, nonced].map((input): Behaviour => ({
  name: `getCsp edits ${input === plain ? 'a static policy' : 'a policy with a nonce'} when locals were replaced`,
  except: NO_VIEWS,
  app: () => [
    { csp: [input] },
    replaceLocals(() => ({})),
    (visit) => {
      getCsp(visit.res).replace(csp().imgSrc('https://images.example'))
      visit.answer('hello')
    },
  ],
  expected: ({ answer: { headers }, errors }) => {
    expect(errors).toEqual([])
    expect(headers[CSP]).toBe('img-src https://images.example')
  },
}))

/** What an application puts there in front of the middleware, and whether the page is an error. */
const before: readonly (readonly [name: string, value: unknown, isError: boolean])[] = [
  ['null', null, false],
  ['undefined', undefined, false],
  ['a text', 'locals', false],
  ['a number', 7, false],
  ['a frozen object', Object.freeze({}), true],
  ['a hostile proxy', hostile, true],
  ['an object with a frozen csp', Object.defineProperty({}, 'csp', { value: 1 }), true],
]

const inFront: readonly Behaviour[] = before.map(([name, value, isError]): Behaviour => ({
  name: `in front: ${name} ${isError ? 'is an error' : 'has no views'}`,
  except: NO_VIEWS,
  app: () => [replaceLocals(() => value), both, answering],
  asks: [{}, { path: '/304' }],
  expected: ({ answers: [page, notModified], errors }) => {
    if (isError) {
      expect(errors).toHaveLength(2)
      for (const error of errors) expect(error).toBeInstanceOf(Error)
      expect(page?.status).toBe(500)
    } else {
      expect(errors).toEqual([])
      expect(page?.headers[CSP]).toBe(nonced.toString({ nonce: String(page?.body) }))
      expect(notModified?.headers[CSP]).toBeUndefined()
    }
  },
}))

const shared: readonly Behaviour[] = [
  {
    name: 'one object for all responses is an error, never one nonce for all',
    except: NO_VIEWS,
    app: () => {
      const one = {}
      return [replaceLocals(() => one), both, hello]
    },
    asks: [{}, {}, {}],
    expected: ({ answers, errors }) => {
      expect(answers.map(({ status }) => status)).toEqual([200, 500, 500])
      for (const error of errors) expectCspError(error, 'ERR_CSP_INPUT', 'another response')
    },
  },
  {
    name: 'a nonce of the prototype is not adopted',
    except: NO_VIEWS,
    app: () => [
      replaceLocals(() => Object.create({ cspNonce: 'A'.repeat(22) })),
      { csp: [csp().scriptSrc(NONCE)] },
      (visit) => visit.answer(`nonce=${String(visit.locals?.['cspNonce'])}`),
    ],
    expected: ({ answer: { headers, body } }) => {
      expect(noncesOf(headers[CSP])).not.toEqual(['A'.repeat(22)])
      expect(noncesOf(headers[CSP])).toEqual(noncesOf(body))
    },
  },
]

describeBehaviours('locals', [...behind, ...inner, ...stillFound, ...inFront, ...shared])
