/**
 * helmet's shape and the drop-in, in the life of a response. What helmet itself sends is compared
 * elsewhere.
 */

import { createNonce, NONCE } from '@cusp/core'
import { fromHelmet } from '@cusp/core/helmet'
import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler, Layer } from './harness.ts'
import { CSP, errorOf, expectCspError, hello, next, noncesOf, page, REPORT_ONLY } from './sample.ts'

const DEFAULTS =
  "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests"

const fixed = { useDefaults: false, directives: { defaultSrc: ["'self'"], objectSrc: ["'none'"] } }
const FIXED = "default-src 'self';object-src 'none'"

/**
 * As helmet's documentation has it: a nonce of the application's own, and a function that writes
 * it.
 */
function withOwnNonce(onWarning?: unknown): readonly Layer[] {
  const nonces = new WeakMap<object, string>()
  const set: Handler = (visit, proceed) => {
    const nonce = createNonce()
    nonces.set(visit.req, nonce)
    if (visit.locals !== undefined) visit.locals['cspNonce'] = nonce
    return proceed()
  }
  const directives = {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", (req: object) => `'nonce-${nonces.get(req) ?? ''}'`],
  }
  return [set, { csp: [{ useDefaults: false, directives }, { onWarning } as never] }]
}

const rows: readonly Behaviour[] = [
  {
    name: 'the drop-in for nothing',
    app: () => [{ dropIn: [] }, hello],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      expect(answer.headers[CSP]).toBe(DEFAULTS)
    },
  },
  {
    name: 'the drop-in with options',
    app: () => [{ dropIn: [{ ...fixed, reportOnly: true }] }, hello],
    expected: ({ answer }) => {
      expect(answer.headers[REPORT_ONLY]).toBe(FIXED)
      expect(answer.headers[CSP]).toBeUndefined()
    },
  },
  {
    name: 'directives',
    app: () => [{ csp: [{ directives: { imgSrc: ['https:'] } }] }, hello],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(DEFAULTS.replace("img-src 'self' data:", 'img-src https:'))
    },
  },
  {
    name: 'directives, report-only',
    app: () => [{ csp: [{ ...fixed, reportOnly: true }] }, hello],
    expected: ({ answer }) => {
      expect(answer.headers[REPORT_ONLY]).toBe(FIXED)
      expect(answer.headers[CSP]).toBeUndefined()
    },
  },
  {
    name: 'useDefaults alone',
    app: () => [{ csp: [{ useDefaults: true }] }, hello],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(DEFAULTS)
    },
  },
  {
    name: 'what fromHelmet made, also from a function',
    app: () => {
      const policy = fromHelmet(fixed)
      return [{ csp: [policy] }, { csp: [() => policy] }, hello]
    },
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(FIXED)
    },
  },
  {
    name: 'NONCE among the values',
    app: () => [
      { csp: [{ useDefaults: false, directives: { defaultSrc: ["'self'", NONCE] } }] },
      page,
    ],
    expected: ({ answer }) => {
      const [nonce] = noncesOf(answer.body)
      expect(answer.headers[CSP]).toBe(`default-src 'self' 'nonce-${String(nonce)}'`)
    },
  },
  {
    name: 'functions get the request, the response, and the context in Koa, once each',
    app: ({ note }) => {
      const value = (...args: readonly object[]): string => {
        note([args.length, 'headers' in Object(args[0]), 'setHeader' in Object(args[1])])
        return 'https://images.example'
      }
      return [{ csp: [{ useDefaults: false, directives: { defaultSrc: [value] } }] }, hello]
    },
    expected: ({ answer, notes, framework }) => {
      expect(notes).toEqual([[/^(?:koa|fastify|web)/.test(framework) ? 3 : 2, true, true]])
      expect(answer.headers[CSP]).toBe('default-src https://images.example')
    },
  },
  {
    name: 'a function that throws stops the response',
    app: () => [
      {
        csp: [
          {
            directives: {
              imgSrc: [
                () => {
                  throw new Error('boom')
                },
              ],
            },
          },
        ],
      },
      hello,
    ],
    expected: ({ answer, errors }) => {
      expect(errors).toMatchObject([{ message: 'boom' }])
      expect(answer.body).not.toContain('hello')
    },
  },
  {
    name: 'an edit reads the resolved policy',
    except: { web: 'the application has the Request for its nonce' },
    app: ({ note }) => [
      ...withOwnNonce(),
      (visit) => {
        visit.csp.allow('img-src', 'https://images.example')
        note(visit.csp.delivery.reportOnly)
        visit.answer('hello')
      },
    ],
    expected: ({ answer, notes }) => {
      expect(notes).toEqual([[]])
      expect(answer.headers[CSP]).toMatch(
        /^default-src 'self'; script-src 'self' 'nonce-[\w-]{22}'; img-src 'self' https:\/\/images\.example$/,
      )
    },
  },
  {
    name: 'a resolved policy as a Delivery',
    app: ({ note }) => [
      {
        csp: [
          {
            useDefaults: false,
            reportOnly: true,
            directives: { defaultSrc: [() => "'self'"], scriptSrc: [NONCE, () => "'self'"] },
          },
        ],
      },
      (visit) => {
        const { delivery, nonce } = visit.csp
        note(delivery.usesNonce)
        note(delivery.enforce)
        note(delivery.headers(nonce).flat())
        note(delivery.issues().map(({ code }) => code))
        note(errorOf(() => delivery.toMeta({ nonce })))
        note(errorOf(() => delivery.headers('weak')))
        visit.answer(`nonce=${nonce}`)
      },
    ],
    expected: ({ answer, notes, errors }) => {
      expect(errors).toEqual([])
      const header = answer.headers[REPORT_ONLY]
      expect(noncesOf(header)).toEqual(noncesOf(answer.body))
      expect(notes.slice(0, 3)).toEqual([true, [], ['Content-Security-Policy-Report-Only', header]])
      expect(notes[3]).toContain('missing-endpoint')
      expectCspError(notes[4], 'ERR_CSP_META_REPORT_ONLY')
      expectCspError(notes[5], 'ERR_CSP_NONCE')
    },
  },
  {
    name: "a nonce of the application's own leaves with a 304",
    except: { web: 'the application has the Request for its nonce' },
    app: () => [
      ...withOwnNonce(),
      (visit) =>
        visit.answer(visit.req.url === '/' ? 'hello' : undefined, {
          status: visit.req.url === '/' ? 200 : 304,
        }),
    ],
    asks: [{}, { path: '/304' }],
    expected: ({ answers }) => {
      expect(answers.map(({ status }) => status)).toEqual([200, 304])
      expect(noncesOf(answers[0]?.headers[CSP])).toHaveLength(1)
      expect(answers[1]?.headers[CSP]).toBeUndefined()
    },
  },
  {
    name: 'functions without a nonce stay in a 304',
    app: () => [
      { csp: [{ useDefaults: false, directives: { defaultSrc: [() => "'self'"] } }] },
      (visit) => visit.answer(undefined, { status: 304 }),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe("default-src 'self'")
    },
  },
  {
    name: "a nonce of the application's own in a shared cache warns",
    except: { web: 'the application has the Request for its nonce' },
    app: ({ onWarning }) => [
      ...withOwnNonce(onWarning),
      (visit) => visit.answer('hello', { headers: { 'Cache-Control': 'public' } }),
    ],
    expected: ({ warnings }) => {
      expect(warnings).toMatchObject([{ code: 'cached-nonce' }])
    },
  },
  ...(
    [
      ['undefined', 1],
      ['null', 1],
      ['', 1],
      ['short', 1],
      ['AAAAAAAAAAAAAAAAAAAAA', 1],
      ['AAAAAAAAAAAAAAAAAAAAAA', 0],
      ['AAAAAAAAAAAAAAAAAAAAAA==', 0],
    ] as const
  ).map(([nonce, count]): Behaviour => ({
    name: `a function that writes 'nonce-${nonce}': ${count} warning for all responses, and the bytes stay`,
    app: ({ onWarning }) => {
      const directives = { scriptSrc: ["'self'", () => `'nonce-${nonce}'`, "'unsafe-inline'"] }
      return [
        {
          csp: [
            { useDefaults: false, directives: { defaultSrc: ["'none'"], ...directives } },
            { onWarning },
          ],
        },
        hello,
      ]
    },
    asks: [{}, {}],
    expected: ({ answers, warnings, startWarnings, errors }) => {
      expect(errors).toEqual([])
      for (const { headers } of answers) {
        expect(headers[CSP]).toBe(
          `default-src 'none';script-src 'self' 'nonce-${nonce}' 'unsafe-inline'`,
        )
      }
      expect(startWarnings.map(({ code }) => code)).toEqual(['missing-base-uri'])
      expect(warnings.map(({ code }) => code)).toEqual(count === 0 ? [] : ['weak-nonce'])
      for (const { message, fix } of warnings) {
        expect(message).toContain(`"'nonce-${nonce}'"`)
        expect(fix).toContain('before this middleware')
      }
    },
  })),
  {
    name: "an inner policy shares the application's own nonce",
    except: { node: 'has no cspNonce', connect: 'has no cspNonce' },
    app: ({ note }) => [
      ...withOwnNonce(),
      (visit, proceed) => {
        note(noncesOf(String(visit.res.getHeader(CSP)))[0])
        return proceed()
      },
      { csp: [next] },
      page,
    ],
    expected: ({ answer, notes }) => {
      expect(answer.headers[CSP]).toBe(next.toString({ nonce: String(notes[0]) }))
      expect(noncesOf(answer.body)).toEqual(notes)
    },
  },
  {
    name: 'too long a header with functions warns where it is made',
    app: ({ onWarning }) => {
      const hosts = Array.from({ length: 300 }, (_, index) => `https://host${index}.example`)
      const directives = { imgSrc: hosts, scriptSrc: [() => "'self'"] }
      return [{ csp: [{ directives }, { onWarning }] }, hello]
    },
    expected: ({ startWarnings, answer }) => {
      expect(startWarnings).toMatchObject([{ code: 'header-too-long' }])
      expect(answer.headers[CSP]).toContain('https://host299.example')
    },
  },
  {
    name: 'an unread lazy NONCE leaves a resolved policy too',
    app: () => [
      {
        csp: [
          { useDefaults: false, directives: { defaultSrc: [NONCE, () => "'self'"] } },
          { nonce: 'when-read' },
        ],
      },
      hello,
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe("default-src 'self'")
    },
  },
]

describeBehaviours("helmet's shape", rows)
