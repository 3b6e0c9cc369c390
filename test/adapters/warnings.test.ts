/** Warnings: a nonce in a shared cache, a header that proxies cut. */

import type { Policies, Policy } from '@cusp/core'
import type { CspOptions, CspWarning } from '@cusp/node'
import { api, csp, NONCE, NONE, parsePolicy, SELF, strict } from '@cusp/core'
import { cspMiddleware as expressMiddleware } from '@cusp/express'
import { cspMiddleware as koaMiddleware } from '@cusp/koa'
import { cspMiddleware as nodeMiddleware } from '@cusp/node'
import express5 from 'express'
import express4 from 'express4'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler, Visit } from './harness.ts'
import { CSP, hello, nonced, page, plain } from './sample.ts'

const ONE_IS_ENOUGH = 'a thousand requests: one harness is enough'

const LATER = new Date(Date.now() + 3_600_000).toUTCString()
const EARLIER = new Date(Date.now() - 3_600_000).toUTCString()

type Headers = Readonly<Record<string, string>>

/**
 * What a page says of its caching, and whether a shared cache may give it to others without asking.
 */
const cacheable: readonly (readonly [headers: Headers, warns: boolean])[] = [
  [{ 'Cache-Control': 'public' }, true],
  [{ 'Cache-Control': 'Public, max-age=60' }, true],
  [{ 'Cache-Control': 'max-age=60,public' }, true],
  [{ 'Cache-Control': 's-maxage=60' }, true],
  [{ 'Cache-Control': 'max-age=0, s-maxage=060' }, true],
  [{ 'Cache-Control': 'max-age=31536000, immutable' }, true],
  [{ 'Cache-Control': 'max-age=0, max-age=600' }, false],
  [{ 'Cache-Control': 'max-age=600, max-age=0' }, true],
  [{ 'Cache-Control': 'max-age="600"' }, true],
  [{ 'Cache-Control': 'max-age=60' }, true],
  [{ 'Cache-Control': 'max-age=600, must-revalidate' }, true],
  [{ 'Cache-Control': 'max-age="60"' }, true],
  [{ 'Cache-Control': 'private="set-cookie", max-age=60' }, true],
  [{ 'Cache-Control': 'no-cache="set-cookie", max-age=60' }, true],
  [{ 'Cache-Control': 'max-age=0, stale-while-revalidate=60' }, true],
  [{ Expires: LATER }, true],
  [{ 'Cache-Control': 'must-revalidate', Expires: LATER }, true],
  [{ 'CDN-Cache-Control': 'max-age=60' }, true],
  [{ 'Cache-Control': 'no-store', 'CDN-Cache-Control': 'max-age=60' }, true],
  [{ 'Surrogate-Control': 'max-age=60, content="ESI/1.0"' }, true],
  [{ 'Cache-Control': 'private', 'Surrogate-Control': 'max-age=60' }, true],
  [{ 'X-Accel-Expires': '60' }, true],
  [{ 'X-Accel-Expires': '@4102444800' }, true],
  [{}, false],
  [{ 'Cache-Control': '' }, false],
  [{ 'Cache-Control': 's-maxage=0' }, false],
  [{ 'Cache-Control': 's-maxage=0, max-age=60' }, false],
  [{ 'Cache-Control': 'public, max-age=0' }, false],
  [{ 'Cache-Control': 'max-age=soon' }, false],
  [{ 'Cache-Control': 'max-age=-60' }, false],
  [{ 'Cache-Control': 'no-cache' }, false],
  [{ 'Cache-Control': 'public, no-cache' }, false],
  [{ 'Cache-Control': 'private' }, false],
  [{ 'Cache-Control': 'private, immutable' }, false],
  [{ 'Cache-Control': 'private, max-age=60' }, false],
  [{ 'Cache-Control': 'no-store, public' }, false],
  [{ 'Cache-Control': 'x-public' }, false],
  [{ 'Cache-Control': 'x="public, max-age=60"' }, false],
  [{ 'Cache-Control': 'must-revalidate' }, false],
  [{ Expires: EARLIER }, false],
  [{ Expires: '0' }, false],
  [{ 'Cache-Control': 'max-age=0', Expires: LATER }, false],
  [{ 'Cache-Control': 'private', Expires: LATER }, false],
  [{ 'Cache-Control': 'public', Expires: EARLIER }, false],
  [{ 'Cache-Control': 'public, max-age=60', Vary: '*' }, false],
  [{ 'CDN-Cache-Control': 'max-age=0' }, false],
  [{ 'CDN-Cache-Control': 'public' }, false],
  [{ 'CDN-Cache-Control': 'no-store, max-age=60' }, false],
  [{ 'Surrogate-Control': 'content="ESI/1.0"' }, false],
  [{ 'X-Accel-Expires': '0' }, false],
  [{ 'X-Accel-Expires': '@1' }, false],
  [{ 'X-Accel-Expires': 'off' }, false],
]

/** A page that uses its nonce. */
function answerNonce(visit: Visit, headers: Headers): void {
  visit.answer(`nonce=${visit.csp.nonce}`, { headers })
}

const ways: readonly (readonly [name: string, write: (headers: Headers) => Handler])[] = [
  ['set', (headers) => (visit) => answerNonce(visit, headers)],
  [
    'writeHead with an object',
    (headers) => (visit) => {
      const { nonce } = visit.csp
      visit.raw().writeHead(200, headers).end(nonce)
    },
  ],
  [
    'writeHead with a flat list',
    (headers) => (visit) => {
      const { nonce } = visit.csp
      visit.raw().writeHead(200, Object.entries(headers).flat()).end(nonce)
    },
  ],
]

const caching: readonly Behaviour[] = [
  ...ways.map(([name, write]): Behaviour => ({
    name: `${cacheable.length} ways of caching, ${name}: each that shares the nonce warns once`,
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit, proceed) => {
        const [headers = {}] = cacheable[Number(/\d+/.exec(visit.req.url ?? '')?.[0])] ?? []
        return write(headers)(visit, proceed)
      },
    ],
    asks: cacheable.flatMap((_row, at) => [{ path: `/${at}?one` }, { path: `/${at}?other` }]),
    expected: ({ answers, warnings, errors }) => {
      expect(errors).toEqual([])
      for (const { status } of answers) expect(status).toBe(200)
      const warned = warnings.map(({ message }) => Number(/^GET \/(\d+) /.exec(message)?.[1]))
      expect(warned.map((at) => cacheable[at]?.[0])).toEqual(
        cacheable.filter(([, warns]) => warns).map(([headers]) => headers),
      )
      for (const { code, message, fix } of warnings) {
        expect(code).toBe('cached-nonce')
        expect(message).toMatch(/ with [\w-]+: .+, so a shared cache/)
        expect(fix).toContain('no-store')
      }
    },
  })),
  ...(
    [
      ['POST', {}, 'public, max-age=60', 0],
      ['HEAD', {}, 'public, max-age=60', 1],
      ['GET', { Authorization: 'Basic eA==' }, 'max-age=60', 0],
      ['GET', { Authorization: 'Basic eA==' }, 'public, max-age=60', 1],
      ['GET', { Authorization: 'Basic eA==' }, 's-maxage=60', 1],
      ['GET', { Authorization: 'Basic eA==' }, 'max-age=60, must-revalidate', 1],
    ] as const
  ).map(([method, headers, control, count]): Behaviour => ({
    name: `${method} ${JSON.stringify(headers)} with ${control}: ${count} warnings`,
    except: { 'koa2 over HTTP/2': 'Koa 2 leaves HEAD unanswered there' },
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit) => answerNonce(visit, { 'Cache-Control': control }),
    ],
    asks: [{ method, headers }],
    expected: ({ warnings }) => {
      expect(warnings).toHaveLength(count)
    },
  })),
  {
    name: 'a page that did not read its nonce warns where a template may have',
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit) => visit.answer('hello', { headers: { 'Cache-Control': 'max-age=60' } }),
    ],
    expected: ({ warnings, framework }) => {
      const hasViews = !['node', 'connect', 'web'].includes(framework)
      expect(warnings).toHaveLength(hasViews ? 1 : 0)
    },
  },
  {
    name: "Express's static files hold no nonce",
    except: {
      node: 'has no static files',
      connect: 'has no static files',
      koa2: 'has no static files',
      koa3: 'has no static files',
      fastify: 'has no static files',
    },
    app: ({ onWarning, framework }) => [
      { csp: [nonced, { onWarning }] },
      {
        native: () => {
          const folder = path.join(import.meta.dirname, '../../examples/helmet/public')
          const { static: serve } =
            framework === 'express4' ? (express4 as unknown as typeof express5) : express5
          return serve(folder, { maxAge: '1d', setHeaders: (res) => void res.type('html') })
        },
      },
    ],
    asks: [{ path: '/order.js' }],
    expected: ({ answer, warnings }) => {
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toContain('text/html')
      expect(answer.headers['cache-control']).toBe('public, max-age=86400')
      expect(answer.headers[CSP]).toContain('nonce-')
      expect(warnings).toEqual([])
    },
  },
  {
    name: 'two headers of one name count together',
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit) => {
        visit.res.setHeader('Cache-Control', ['max-age=60', 'public'])
        answerNonce(visit, {})
      },
    ],
    expected: ({ warnings }) => {
      expect(warnings).toHaveLength(1)
    },
  },
  ...(
    [
      ['text/html; charset=utf-8', 1],
      ['application/xhtml+xml', 1],
      ['text/css', 0],
      ['text/javascript', 0],
      ['image/svg+xml', 0],
    ] as const
  ).map(([type, count]): Behaviour => ({
    name: `public ${type}: ${count} warnings, for only pages use the nonce`,
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit) => {
        answerNonce(visit, { 'Cache-Control': 'public', 'Content-Type': type })
      },
    ],
    expected: ({ warnings }) => {
      expect(warnings).toHaveLength(count)
    },
  })),
  {
    name: 'each route warns once, and a thousand at the most',
    except: {
      connect: ONE_IS_ENOUGH,
      express4: ONE_IS_ENOUGH,
      express5: ONE_IS_ENOUGH,
      koa2: ONE_IS_ENOUGH,
      koa3: ONE_IS_ENOUGH,
      http2: ONE_IS_ENOUGH,
    },
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit) => answerNonce(visit, { 'Cache-Control': 'public' }),
    ],
    asks: Array.from({ length: 1002 }, (_, index) => ({ path: `/${index}` })),
    expected: ({ warnings }) => {
      expect(warnings).toHaveLength(1000)
    },
  },
  {
    name: "Express's route is one for all its paths",
    except: {
      node: 'has no routes',
      connect: 'has no routes',
      koa2: 'has no routes',
      koa3: 'has no routes',
      fastify: 'has a row of its own',
    },
    app: ({ onWarning, framework }) => [
      { csp: [nonced, { onWarning }] },
      {
        native: () => {
          // A union of the majors' types cannot be called.
          const { Router } =
            framework === 'express4' ? (express4 as unknown as typeof express5) : express5
          const outer = Router()
          const inner = Router()
          inner.get(
            '/:id',
            (_req, response) => void response.set('Cache-Control', 'public').send('x'),
          )
          outer.use('/users', inner)
          return outer
        },
      },
    ],
    asks: [{ path: '/users/1' }, { path: '/users/2' }],
    expected: ({ warnings }) => {
      expect(warnings).toHaveLength(1)
      expect(warnings[0]?.message).toContain('GET /users/:id ')
    },
  },
  {
    name: "Connect's cut prefix is part of the route",
    except: {
      node: 'cuts none',
      express4: 'has a row of its own',
      express5: 'has a row of its own',
      koa2: 'cuts none',
      koa3: 'cuts none',
      fastify: 'cuts none',
    },
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      {
        native:
          () => (req: { url: string; originalUrl: string }, res: never, proceed: () => void) => {
            req.url = '/'
            void res
            proceed()
          },
      },
      (visit) => answerNonce(visit, { 'Cache-Control': 'public' }),
    ],
    asks: [{ path: '/admin/?x' }],
    expected: ({ warnings }) => {
      expect(warnings[0]?.message).toContain('GET /admin/ ')
    },
  },
  ...[
    ['a static policy', plain, 'always'] as const,
    ['an unread lazy nonce', nonced, 'when-read'] as const,
  ].map(([name, input, nonce]): Behaviour => ({
    name: `${name} may be cached`,
    app: ({ onWarning }) => [
      { csp: [input, { onWarning, nonce }] },
      (visit) => visit.answer('hello', { headers: { 'Cache-Control': 'public' } }),
    ],
    expected: ({ warnings }) => {
      expect(warnings).toEqual([])
    },
  })),
  {
    name: 'a removed policy may be cached',
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit) => {
        visit.csp.remove()
        visit.answer('hello', { headers: { 'Cache-Control': 'public' } })
      },
    ],
    expected: ({ warnings }) => {
      expect(warnings).toEqual([])
    },
  },
]

const split = csp()
  .scriptSrc(NONCE)
  .frameAncestors(NONE)
  .reportTo('csp', '/csp-reports')
  .splitForMeta()

const hosts = Array.from({ length: 150 }, (_, index) => `https://host${index}.images.example`)
const long = csp()
  .defaultSrc(SELF)
  .scriptSrc(NONCE)
  .imgSrc(...hosts)
  .connectSrc(...hosts.slice(0, 9))
  .baseUri(NONE)

const length: readonly Behaviour[] = [
  {
    name: 'a header over 4 KiB warns once, where the middleware is made, and is never cut',
    app: ({ onWarning }) => [{ csp: [long, { onWarning }] }, page],
    asks: [{}, {}],
    expected: ({ answers, startWarnings, warnings }) => {
      expect(warnings).toEqual([])
      expect(startWarnings).toMatchObject([{ code: 'header-too-long' }])
      expect(startWarnings[0]?.message).toMatch(/Largest: img-src \(\d+\), connect-src \(\d+\)/)
      for (const { headers } of answers) {
        expect(headers[CSP]).toContain('https://host149.images.example')
        expect(headers[CSP]?.length).toBe(long.toString({ nonce: 'N'.repeat(22) }).length)
      }
    },
  },
  {
    name: 'a header of a function does not warn, and is never cut',
    app: ({ onWarning }) => [{ csp: [() => long, { onWarning }] }, hello],
    expected: ({ answer, startWarnings, warnings }) => {
      expect([...startWarnings, ...warnings]).toEqual([])
      expect(answer.headers[CSP]).toContain('https://host149.images.example')
    },
  },
]

/** What a handler does that reads the nonce, and whether the page is warned of. */
const reads: readonly (readonly [
  name: string,
  warns: boolean,
  input: unknown,
  handler: Handler,
])[] = [
  ['a policy with NONCE', false, nonced, page],
  ['NONCE in report-only', false, { enforce: plain, reportOnly: nonced }, page],
  ['a policy without NONCE', true, plain, page],
  ['nonceAttr', true, plain, (visit) => visit.answer(visit.csp.nonceAttr)],
  ['a function that returns a policy without NONCE', true, () => plain, page],
  ['nobody reads', false, plain, hello],
  [
    'a policy with NONCE that comes after the read',
    false,
    plain,
    (visit) => {
      const { nonce } = visit.csp
      visit.csp.replace(nonced)
      visit.answer(nonce)
    },
  ],
  [
    'a policy with NONCE that goes after the read',
    true,
    nonced,
    (visit) => {
      const { nonce } = visit.csp
      visit.csp.replace(plain)
      visit.answer(nonce)
    },
  ],
  [
    "a header of the handler's own that holds it",
    false,
    plain,
    (visit) => {
      visit.res.setHeader(CSP, `script-src 'nonce-${visit.csp.nonce}'`)
      visit.answer('hello')
    },
  ],
  [
    'no policy at all',
    false,
    plain,
    (visit) => {
      const { nonce } = visit.csp
      visit.csp.remove()
      visit.answer(nonce)
    },
  ],
  [
    'a read after the headers',
    true,
    plain,
    (visit) => {
      const res = visit.raw()
      res.flushHeaders()
      res.end(visit.csp.nonce)
    },
  ],
  ['the header part of a split policy', false, split.header, page],
  ['the header part beside another policy', true, { enforce: [split.header, plain] }, page],
  [
    "helmet's shape with NONCE",
    false,
    { useDefaults: false, directives: { defaultSrc: [NONCE, () => "'self'"] } },
    page,
  ],
  ["helmet's shape without a nonce", true, { directives: { scriptSrc: [() => "'self'"] } }, page],
]

const useless: readonly Behaviour[] = reads.map(([name, warns, input, handler]): Behaviour => ({
  name: `${name}: a nonce that allows nothing ${warns ? 'warns once' : 'is none'}`,
  app: ({ onWarning }) => [{ csp: [input, { onWarning }] }, handler],
  asks: [{}, {}],
  expected: ({ answers, warnings, errors }) => {
    expect(errors).toEqual([])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(warnings.map(({ code }) => code)).toEqual(warns ? ['useless-nonce'] : [])
    for (const { fix } of warnings) expect(fix).toContain('NONCE')
  },
}))

const complete = csp().defaultSrc(NONE).baseUri(NONE)
const strong = "'nonce-AAAAAAAAAAAAAAAAAAAAAAAA'"

/** What is known when the middleware is made, told then and not again. */
const starts: readonly (readonly [name: string, input: unknown, ...codes: readonly string[]])[] = [
  ['the strict preset', strict()],
  ['the api preset', api()],
  ["helmet's defaults", { useDefaults: true }],
  ['a complete policy', complete.reportTo('csp', '/csp-reports')],
  ['no base-uri', csp().defaultSrc(SELF), 'missing-base-uri'],
  ['scripts alone', csp().scriptSrc(SELF), 'missing-object-src', 'missing-base-uri'],
  ['report-only without an endpoint', { reportOnly: complete }, 'missing-endpoint'],
  [
    'report-only without an endpoint beside an enforced one',
    { enforce: complete, reportOnly: complete.remove('base-uri').baseUri(SELF) },
    'missing-endpoint',
  ],
  [
    'an endpoint of plain http',
    complete.reportTo('csp', 'http://reports.example/'),
    'insecure-endpoint',
  ],
  [
    'a static nonce',
    parsePolicy(`${complete.toString()}; script-src ${strong}`).policy,
    'static-nonce',
  ],
  [
    'the same in two policies',
    { enforce: [csp().defaultSrc(SELF), csp().defaultSrc(SELF)] },
    'missing-base-uri',
  ],
  [
    "a static nonce in helmet's shape",
    { directives: { scriptSrc: ["'nonce-undefined'"] } },
    'static-nonce',
  ],
  [
    "helmet's shape, report-only and with functions",
    { directives: { scriptSrc: [() => "'self'"] }, reportOnly: true },
    'no-effect-in-report-only',
    'missing-endpoint',
  ],
]

const atStart: readonly Behaviour[] = starts.map(([name, input, ...codes]): Behaviour => ({
  name: `at the start: ${name}: ${codes.length === 0 ? 'nothing' : codes.join(', ')}`,
  app: ({ onWarning }) => [{ csp: [input, { onWarning }] }, hello],
  asks: [{}, {}],
  expected: ({ startWarnings, warnings, errors }) => {
    expect(errors).toEqual([])
    expect(warnings).toEqual([])
    expect(startWarnings.map(({ code }) => code)).toEqual(codes)
    for (const { message, fix } of startWarnings) {
      expect(message.length).toBeGreaterThan(20)
      expect(fix).not.toBe('')
    }
  },
}))

describeBehaviours('warnings', [...caching, ...length, ...useless, ...atStart])

type Make = (
  input: Policy | Policies | { directives: Record<string, string[]> },
  options?: CspOptions,
) => unknown

describe.each<readonly [string, Make]>([
  ['@cusp/node', nodeMiddleware],
  ['@cusp/express', expressMiddleware],
  ['@cusp/koa', koaMiddleware],
])('%s', (name, make) => {
  it('warns through process.emitWarning by default, once', async () => {
    const emitted: (Error & { readonly code?: string })[] = []
    const keep = (warning: Error): void => void emitted.push(warning)
    process.on('warning', keep)
    const policy = long.imgSrc(`https://${name.slice(1).replace('/', '.')}.example`)
    make(policy)
    make({ enforce: policy })
    make({ directives: { scriptSrc: [`'nonce-undefined'`, `https://${name.slice(6)}.example`] } })
    make({ directives: { scriptSrc: [`'nonce-null'`, `https://${name.slice(6)}.example`] } })
    await new Promise(setImmediate)
    process.off('warning', keep)
    const [first, ...others] = emitted
    expect(first).toMatchObject({ name: 'CspWarning', code: 'header-too-long' })
    expect(first?.message).toMatch(/Largest: .*\. Fix: /)
    // The text of the other is the same in all packages, which share the place where it is kept.
    expect(others.map(({ code }) => code)).toEqual(name === '@cusp/node' ? ['static-nonce'] : [])
    for (const { message } of others) expect(message).toMatch(/^script-src: /)
  })

  it.each([
    ['production', 'report-uri', ['report-uri-alone']],
    ['production', 'both', []],
    ['development', 'report-uri', []],
  ] as const)('in %s, of reporting: %j', (environment, reporting, codes) => {
    vi.stubEnv('NODE_ENV', environment)
    const warnings: CspWarning[] = []
    make(complete.reportTo('csp', '/csp-reports'), {
      reporting,
      onWarning: (warning) => void warnings.push(warning),
    })
    vi.unstubAllEnvs()
    expect(warnings.map(({ code }) => code)).toEqual(codes)
  })

  it('warns about several policies as the one header they make', () => {
    const warnings: CspWarning[] = []
    const onWarning = (warning: CspWarning): void => void warnings.push(warning)
    const half = complete.imgSrc(...hosts.slice(0, 80)).reportTo('csp', '/csp-reports')
    make({ enforce: [half, half], reportOnly: half }, { onWarning })
    expect(warnings.map(({ code }) => code)).toEqual(['header-too-long'])
  })
})
