/** Warnings: a nonce in a shared cache, a header that proxies cut. */

import type { CspWarning } from '@cusp/node'
import { api, csp, NONCE, NONE, parsePolicy, SELF, strict } from '@cusp/core'
import { cspMiddleware as expressMiddleware } from '@cusp/express'
import { cspMiddleware as koaMiddleware } from '@cusp/koa'
import { cspMiddleware as nodeMiddleware } from '@cusp/node'
import express5 from 'express'
import express4 from 'express4'
import { describe, expect, it } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler } from './harness.ts'
import { CSP, hello, nonced, page, plain } from './sample.ts'

const ONE_IS_ENOUGH = 'a thousand requests: one harness is enough'

const controls: readonly (readonly [control: string, warns: boolean])[] = [
  ['public', true],
  ['Public, max-age=60', true],
  ['max-age=60,public', true],
  ['s-maxage=60', true],
  ['max-age=0, s-maxage=060', true],
  ['max-age=31536000, immutable', true],
  ['s-maxage=0', false],
  ['max-age=60', false],
  ['no-cache', false],
  ['private', false],
  ['private, immutable', false],
  ['no-store, public', false],
  ['x-public', false],
]

const ways: readonly (readonly [name: string, write: (control: string) => Handler])[] = [
  ['set', (control) => (visit) => visit.answer('hello', { headers: { 'Cache-Control': control } })],
  [
    'writeHead with an object',
    (control) => (visit) => void visit.raw().writeHead(200, { 'cache-control': control }).end(),
  ],
  [
    'writeHead with a flat list',
    (control) => (visit) => {
      const res = visit.raw()
      const headers = ['Cache-Control', control]
      res.writeHead(200, headers)
      res.end()
    },
  ],
]

const caching: readonly Behaviour[] = [
  ...controls.flatMap(([control, warns]) =>
    ways.map(([name, write]): Behaviour => ({
      name: `${control}, ${name}: ${warns ? 'warns once' : 'is silent'}`,
      app: ({ onWarning }) => [{ csp: [nonced, { onWarning }] }, write(control)],
      asks: [{ path: '/page?one' }, { path: '/page?other' }],
      expected: ({ answers, warnings, errors }) => {
        expect(errors).toEqual([])
        expect(answers.map(({ status }) => status)).toEqual([200, 200])
        expect(warnings).toHaveLength(warns ? 1 : 0)
        if (!warns) return
        expect(warnings[0]?.code).toBe('cached-nonce')
        expect(warnings[0]?.message).toContain('GET /page ')
        expect(warnings[0]?.message).toContain(control)
        expect(warnings[0]?.fix).toContain('no-store')
      },
    })),
  ),
  {
    name: 'two headers of one name count together',
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit) => {
        visit.res.setHeader('Cache-Control', ['max-age=60', 'public'])
        visit.answer('hello')
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
        const headers = { 'Cache-Control': 'public, max-age=0', 'Content-Type': type }
        visit.answer('hello', { headers })
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
      (visit) => visit.answer('hello', { headers: { 'Cache-Control': 'public' } }),
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
      (visit) => visit.answer('hello', { headers: { 'Cache-Control': 'public' } }),
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
      expect(fix.length).toBeGreaterThan(5)
    }
  },
}))

describeBehaviours('warnings', [...caching, ...length, ...useless, ...atStart])

describe.each([
  ['@cusp/node', nodeMiddleware],
  ['@cusp/express', expressMiddleware],
  ['@cusp/koa', koaMiddleware],
] as const)('%s', (name, make) => {
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

  it('warns about several policies as the one header they make', () => {
    const warnings: CspWarning[] = []
    const onWarning = (warning: CspWarning): void => void warnings.push(warning)
    const half = complete.imgSrc(...hosts.slice(0, 80)).reportTo('csp', '/csp-reports')
    make({ enforce: [half, half], reportOnly: half }, { onWarning })
    expect(warnings.map(({ code }) => code)).toEqual(['header-too-long'])
  })
})
