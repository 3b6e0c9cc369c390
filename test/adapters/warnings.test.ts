/** Warnings: a nonce in a shared cache, a header that proxies cut. */

import type { CspWarning } from '@cusp/node'
import { csp, NONCE, SELF } from '@cusp/core'
import { cspMiddleware as expressMiddleware } from '@cusp/express'
import { cspMiddleware as koaMiddleware } from '@cusp/koa'
import { cspMiddleware as nodeMiddleware } from '@cusp/node'
import express5 from 'express'
import express4 from 'express4'
import { once } from 'node:events'
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

const hosts = Array.from({ length: 150 }, (_, index) => `https://host${index}.images.example`)
const long = csp()
  .defaultSrc(SELF)
  .scriptSrc(NONCE)
  .imgSrc(...hosts)
  .connectSrc(...hosts.slice(0, 9))

const length: readonly Behaviour[] = [
  {
    name: 'a header over 4 KiB warns once, where the middleware is made, and is never cut',
    app: ({ onWarning }) => [{ csp: [long, { onWarning }] }, page],
    asks: [{}, {}],
    expected: ({ answers, warnings }) => {
      expect(warnings).toMatchObject([{ code: 'header-too-long' }])
      expect(warnings[0]?.message).toMatch(/Largest: img-src \(\d+\), connect-src \(\d+\)/)
      for (const { headers } of answers) {
        expect(headers[CSP]).toContain('https://host149.images.example')
        expect(headers[CSP]?.length).toBe(long.toString({ nonce: 'N'.repeat(22) }).length)
      }
    },
  },
  {
    name: 'a header of a function does not warn, and is never cut',
    app: ({ onWarning }) => [{ csp: [() => long, { onWarning }] }, hello],
    expected: ({ answer, warnings }) => {
      expect(warnings).toEqual([])
      expect(answer.headers[CSP]).toContain('https://host149.images.example')
    },
  },
]

describeBehaviours('warnings', [...caching, ...length])

describe.each([
  ['@cusp/node', nodeMiddleware],
  ['@cusp/express', expressMiddleware],
  ['@cusp/koa', koaMiddleware],
] as const)('%s', (_name, make) => {
  it('warns through process.emitWarning by default', async () => {
    make(long)
    const [warning] = (await once(process, 'warning')) as [Error & { readonly code: string }]
    expect(warning).toMatchObject({ name: 'CspWarning', code: 'header-too-long' })
    expect(warning.message).toMatch(/Largest: .*\. Fix: /)
  })

  it('warns about several policies as the one header they make', () => {
    const warnings: CspWarning[] = []
    const onWarning = (warning: CspWarning): void => void warnings.push(warning)
    const half = csp().imgSrc(...hosts.slice(0, 80))
    make({ enforce: [half, half], reportOnly: half }, { onWarning })
    expect(warnings.map(({ code }) => code)).toEqual(['header-too-long'])
  })
})
