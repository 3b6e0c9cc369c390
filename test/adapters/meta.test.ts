/** `deliver: 'meta'`: the page has the policy in a tag, and the header the rest. Never less. */

import { csp, NONCE, NONE, SELF } from '@cusp/core'
import { cspMiddleware } from '@cusp/node'
import type { CspContext, CspOptions } from '@cusp/node'
import { expect, it } from 'vitest'
import type { Behaviour, Outcome } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler, Head, Layer } from './harness.ts'
import {
  CSP,
  ENDPOINTS,
  errorOf,
  expectCspError,
  hello,
  next,
  nonced,
  noncesOf,
  plain,
  plainHeader,
  REPORT_ONLY,
} from './sample.ts'

/** Something for the tag, something for the header, and both in the nonce. */
const whole = nonced.imgSrc(SELF).frameAncestors(NONE).sandbox('allow-scripts')
const META: CspOptions = { deliver: 'meta' }
const HEADER_PART =
  "report-to csp; report-uri /csp-reports; frame-ancestors 'none'; sandbox allow-scripts"
const TAG = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/g

function metaApp(input: unknown, ...handlers: readonly Handler[]): readonly Layer[] {
  return [{ csp: [input, META] }, ...handlers]
}

/** A page that has its tag, and does `after` with the context once it is there. */
function tagged(after: (context: CspContext) => void = () => {}, head?: Head): Handler {
  return (visit) => {
    const tag = visit.csp.toMeta()
    after(visit.csp)
    visit.answer(`<!doctype html><head>${tag}<title>page</title>`, head)
  }
}

/** The policies of a page's tags. */
function tagsOf(body: string | undefined): readonly string[] {
  return [...(body ?? '').matchAll(TAG)].map(([, content]) => content ?? '')
}

/** Expects that the header carries all that is to be enforced. */
function expectWhole({ answer }: Outcome, policy = whole): void {
  const [nonce] = noncesOf(answer.headers[CSP])
  expect(answer.headers[CSP]).toBe(policy.toString({ nonce }))
}

const parts: readonly Behaviour[] = [
  {
    name: 'the tag has this response’s nonce, and the header what no tag can carry',
    app: () => metaApp({ enforce: whole, reportOnly: next }, tagged()),
    asks: [{}, {}],
    expected: ({ answers }) => {
      const nonces = answers.map(({ headers, body }) => {
        const [nonce] = noncesOf(body)
        expect(tagsOf(body)).toEqual([whole.splitForMeta().meta.toString({ nonce })])
        expect(headers[CSP]).toBe(HEADER_PART)
        expect(headers[REPORT_ONLY]).toBe(next.toString({ nonce }))
        expect(headers[ENDPOINTS]).toBe('csp="/csp-reports", next="/next-reports"')
        return nonce
      })
      expect(new Set(nonces).size).toBe(2)
    },
  },
  {
    name: 'a policy that fits into the tag leaves no header',
    app: () => metaApp(plain, tagged()),
    expected: ({ answer }) => {
      expect(tagsOf(answer.body)).toEqual([plainHeader])
      expect(answer.headers).not.toHaveProperty(CSP)
    },
  },
  {
    name: 'several policies have a tag each, but for those that fit only into headers',
    app: () => metaApp({ enforce: [plain, csp().frameAncestors(SELF), whole] }, tagged()),
    expected: ({ answer }) => {
      expect(tagsOf(answer.body)).toEqual([plainHeader, expect.stringContaining('img-src')])
      expect(answer.headers[CSP]).toBe(`frame-ancestors 'self', ${HEADER_PART}`)
    },
  },
  {
    name: 'what was allowed before is in the tag',
    app: () =>
      metaApp(whole, (visit, go) => {
        visit.csp.allow('img-src', 'https://images.example')
        return tagged()(visit, go)
      }),
    expected: ({ answer }) => {
      expect(tagsOf(answer.body)[0]).toContain("img-src 'self' https://images.example")
      expect(answer.headers[CSP]).toBe(HEADER_PART)
    },
  },
  {
    name: 'asked for twice, it is the same tag',
    app: ({ note }) =>
      metaApp(
        whole,
        tagged((context) => note(context.toMeta())),
      ),
    expected: ({ answer, notes }) => {
      expect(answer.body).toContain(notes[0])
    },
  },
  {
    name: 'csp.delivery is the whole, before and after the head',
    app: ({ note }) =>
      metaApp(plain, async (visit, go) => {
        const { csp: context, res } = visit
        res.once('finish', () => note(context.delivery.enforce))
        await tagged(() => note(context.delivery.enforce))(visit, go)
      }),
    expected: ({ notes }) => {
      expect(notes).toEqual([[plain], [plain]])
    },
  },
  {
    name: 'a function of the request chooses the policy',
    app: () => metaApp(async () => whole, tagged()),
    expected: ({ answer }) => {
      expect(tagsOf(answer.body)[0]).toContain("img-src 'self'")
      expect(answer.headers[CSP]).toBe(HEADER_PART)
    },
  },
  {
    name: 'helmet’s shape, with functions and without',
    app: () => {
      const directives = { scriptSrc: [() => "'self'"], frameAncestors: ["'none'"] }
      const input = { useDefaults: false, directives: { defaultSrc: ["'self'"], ...directives } }
      const still = { directives: { scriptSrc: [NONCE] } }
      return [
        { csp: [input, META] },
        (visit, go) => (visit.req.url === '/still' ? go() : tagged()(visit, go)),
        { csp: [still, META] },
        tagged(),
      ]
    },
    asks: [{}, { path: '/still' }],
    expected: ({ answers: [dynamic, still] }) => {
      expect(tagsOf(dynamic?.body)).toEqual(["default-src 'self'; script-src 'self'"])
      expect(dynamic?.headers[CSP]).toBe("frame-ancestors 'none'")
      expect(tagsOf(still?.body)[0]).toMatch(/script-src 'nonce-[\w+/-]{22,}'/)
      expect(still?.headers[CSP]).toBe("frame-ancestors 'self'")
    },
  },
  {
    name: 'the options of reporting hold for the header part',
    app: () => [
      { csp: [whole, { ...META, legacyReportTo: true }] },
      (visit, go) => (visit.req.url === '/legacy' ? tagged()(visit, go) : go()),
      { csp: [whole, { ...META, reporting: 'report-uri' }] },
      tagged(),
    ],
    asks: [{ path: '/legacy' }, {}],
    expected: ({ answers: [legacy, plainHTTP] }) => {
      expect(legacy?.headers['report-to']).toContain('/csp-reports')
      expect(plainHTTP?.headers[CSP]).toBe(
        "frame-ancestors 'none'; sandbox allow-scripts; report-uri /csp-reports",
      )
      expect(plainHTTP?.headers).not.toHaveProperty(ENDPOINTS)
      expect(tagsOf(plainHTTP?.body)[0]).not.toContain('report')
    },
  },
  {
    name: 'endpoints of others are kept',
    app: () => [
      (visit, go) => {
        visit.res.setHeader('Reporting-Endpoints', 'other="/other"')
        return go()
      },
      ...metaApp(whole, tagged()),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe('other="/other", csp="/csp-reports"')
    },
  },
  {
    name: 'the type may come with writeHead',
    app: () =>
      metaApp(plain, (visit) => {
        const tag = visit.csp.toMeta()
        visit.raw().writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(tag)
      }),
    expected: ({ answer }) => {
      expect(tagsOf(answer.body)).toEqual([plainHeader])
      expect(answer.headers).not.toHaveProperty(CSP)
    },
  },
  {
    name: 'nonce: when-read keeps a nonce that only the tag has',
    app: () => [{ csp: [whole, { ...META, nonce: 'when-read' }] }, tagged()],
    expected: ({ answer }) => {
      expect(noncesOf(tagsOf(answer.body)[0])).toHaveLength(1)
      expect(answer.headers[CSP]).toBe(HEADER_PART)
    },
  },
]

const neverLess: readonly Behaviour[] = [
  {
    name: 'not asked for, the header carries everything',
    app: () => metaApp(whole, hello),
    expected: (outcome) => expectWhole(outcome),
  },
  {
    name: 'a later handler sees the whole policy in the header',
    app: ({ note }) =>
      metaApp(plain, (visit, go) => {
        void visit.csp.toMeta()
        note(visit.res.getHeader('Content-Security-Policy'))
        return hello(visit, go)
      }),
    expected: ({ notes }) => {
      expect(notes).toEqual([plainHeader])
    },
  },
  ...[404, 500].map((status): Behaviour => ({
    name: `a page of status ${status}, which may have no tag, has the whole header`,
    app: () => metaApp(whole, tagged(undefined, { status })),
    expected: (outcome) => expectWhole(outcome),
  })),
  {
    name: 'an error behind the tag has the whole header',
    except: Object.fromEntries(
      (['connect', 'express4', 'express5'] as const).map((name) => [
        name,
        'its final handler sets a policy of its own',
      ]),
    ),
    app: () =>
      metaApp(
        whole,
        tagged(() => {
          throw new Error('the view fails')
        }),
      ),
    expected: (outcome) => {
      expect(outcome.answer.status).toBe(500)
      expectWhole(outcome)
    },
  },
  ...['application/json', 'image/svg+xml', 'application/xhtml+xml', 'text/htmlish'].map(
    (type): Behaviour => ({
      name: `a response of type ${type} has the whole header`,
      app: () => metaApp(whole, tagged(undefined, { type })),
      expected: (outcome) => expectWhole(outcome),
    }),
  ),
  {
    name: 'a response without a type has the whole header',
    app: () =>
      metaApp(whole, (visit) => {
        const tag = visit.csp.toMeta()
        visit.raw().end(tag)
      }),
    expected: (outcome) => expectWhole(outcome),
  },
  {
    name: 'a 304 takes nothing from the page in the cache',
    app: () => [
      ...metaApp(whole, (visit, go) => (visit.req.url === '/nonce' ? tagged304(visit) : go())),
      { csp: [plain, META] },
      (visit) => tagged304(visit),
    ],
    asks: [{ path: '/nonce' }, {}],
    expected: ({ answers: [withNonce, without] }) => {
      expect(withNonce).toMatchObject({ status: 304 })
      expect(withNonce?.headers).not.toHaveProperty(CSP)
      expect(without?.headers[CSP]).toBe(plainHeader)
    },
  },
  {
    name: 'without a tag for report-only policies',
    app: ({ note }) =>
      metaApp({ reportOnly: whole }, (visit, go) => {
        note(visit.csp.toMeta())
        visit.csp.allow('img-src', 'https://images.example')
        return hello(visit, go)
      }),
    expected: ({ answer, notes }) => {
      expect(notes).toEqual([''])
      expect(answer.headers[REPORT_ONLY]).toContain('https://images.example')
      expect(answer.headers[REPORT_ONLY]).toContain("frame-ancestors 'none'")
    },
  },
  {
    name: 'without a tag after remove, and where a handler has replaced the header',
    app: ({ note }) =>
      metaApp(whole, (visit, go) => {
        if (visit.req.url === '/remove') visit.csp.remove()
        else visit.res.setHeader('Content-Security-Policy', "default-src 'none'")
        note(visit.csp.toMeta())
        return hello(visit, go)
      }),
    asks: [{ path: '/remove' }, {}],
    expected: ({ answers: [removed, replaced], notes }) => {
      expect(notes).toEqual(['', ''])
      expect(removed?.headers).not.toHaveProperty(CSP)
      expect(replaced?.headers[CSP]).toBe("default-src 'none'")
    },
  },
  {
    name: 'a handler that sets or removes the header after the tag wins',
    app: () =>
      metaApp(whole, (visit, go) => {
        const tag = visit.csp.toMeta()
        if (visit.req.url === '/remove') visit.res.removeHeader('Content-Security-Policy')
        else visit.res.setHeader('Content-Security-Policy', "default-src 'none'")
        return visit.req.url === '/none' ? go() : visit.answer(tag)
      }),
    asks: [{ path: '/remove' }, {}],
    expected: ({ answers: [removed, replaced] }) => {
      expect(removed?.headers).not.toHaveProperty(CSP)
      expect(replaced?.headers[CSP]).toBe("default-src 'none'")
    },
  },
]

function tagged304(visit: Parameters<Handler>[0]): void {
  visit.res.setHeader('ETag', '"one"')
  void visit.csp.toMeta()
  visit.answer(undefined, { status: 304 })
}

const late: readonly (readonly [name: string, edit: (context: CspContext) => unknown])[] = [
  ['allow', (context) => context.allow('img-src', 'https://images.example')],
  ['replace', (context) => context.replace(plain)],
  ['remove', (context) => context.remove()],
]

const refusals: readonly Behaviour[] = [
  ...late.map(([name, edit]): Behaviour => ({
    name: `${name} after the tag throws, and the tag holds`,
    app: ({ note }) =>
      metaApp(
        whole,
        tagged((context) => note(errorOf(() => edit(context)))),
      ),
    expected: ({ answer, notes }) => {
      expectCspError(notes[0], 'ERR_CSP_META_WRITTEN', 'meta tag', 'before csp.toMeta()')
      expect(tagsOf(answer.body)[0]).toContain("img-src 'self'")
      expect(answer.headers[CSP]).toBe(HEADER_PART)
    },
  })),
  {
    name: 'an inner middleware after the tag is an error of the request',
    app: () => [
      { csp: [whole, META] },
      (visit, go) => {
        void visit.csp.toMeta()
        return go()
      },
      { csp: [plain, META] },
      hello,
    ],
    expected: ({ answer, errors }) => {
      expectCspError(errors[0], 'ERR_CSP_META_WRITTEN')
      expect(answer.status).toBe(500)
    },
  },
  {
    name: 'without the option, toMeta says how to ask for it',
    app: ({ note }) => [
      { csp: [plain] },
      (visit, go) => {
        note(errorOf(() => visit.csp.toMeta()))
        return hello(visit, go)
      },
    ],
    expected: ({ answer, notes }) => {
      expectCspError(notes[0], 'ERR_CSP_INPUT', "{ deliver: 'meta' }")
      expect(answer.headers[CSP]).toBe(plainHeader)
    },
  },
  {
    name: 'the first tag after the head is refused: the header said everything',
    app: ({ note }) =>
      metaApp(whole, (visit) => {
        const { csp: context } = visit
        const res = visit.raw()
        res.setHeader('Content-Type', 'text/html')
        res.flushHeaders()
        note(errorOf(() => context.toMeta()))
        res.end()
      }),
    expected: (outcome) => {
      expectCspError(outcome.notes[0], 'ERR_CSP_HEADERS_SENT', 'before the first byte')
      expectWhole(outcome)
    },
  },
  {
    name: 'what a function of helmet’s shape writes wrong is an error where the tag is asked for',
    app: ({ note }) =>
      metaApp({ useDefaults: false, directives: misspelt(() => "'slef'") }, (visit, go) => {
        note(errorOf(() => visit.csp.toMeta()))
        return hello(visit, go)
      }),
    expected: ({ answer, notes }) => {
      expectCspError(notes[0], 'ERR_CSP_POLICY_INVALID', "'self'")
      expect(answer.headers[CSP]).toBe("default-src 'self';img-src 'slef'")
    },
  },
]

const warnings: readonly Behaviour[] = [
  {
    name: 'a shared cache is warned of, though the header has no nonce',
    app: ({ onWarning }) => [
      { csp: [whole, { ...META, onWarning }] },
      tagged(undefined, { headers: { 'Cache-Control': 'public, max-age=60' } }),
    ],
    expected: ({ answer, warnings: told }) => {
      expect(noncesOf(answer.headers[CSP])).toEqual([])
      expect(told.map(({ code }) => code)).toEqual(['cached-nonce'])
    },
  },
  {
    name: 'a nonce that only the tag holds is no useless one',
    app: ({ onWarning, note }) => [
      {
        csp: [
          { enforce: whole, reportOnly: plain.reportTo('csp', '/csp-reports') },
          { ...META, onWarning },
        ],
      },
      tagged((context) => note(context.nonce)),
    ],
    expected: ({ warnings: told }) => {
      expect(told).toEqual([])
    },
  },
]

describeBehaviours('the meta tag', parts)
describeBehaviours('never less than the policy', neverLess)
describeBehaviours('the meta tag, refused', refusals)
describeBehaviours('warnings about the meta tag', warnings)

/** helmet sends what browsers ignore. */
function misspelt(source: unknown): object {
  return { defaultSrc: ["'self'"], imgSrc: [source] }
}

it('refuses at the start what no tag can say', () => {
  const input: object = { useDefaults: false, directives: misspelt("'slef'") }
  expectCspError(
    errorOf(() => cspMiddleware(input, META)),
    'ERR_CSP_POLICY_INVALID',
  )
  expect(cspMiddleware(input)).toBeTypeOf('function')
})

it('refuses another value of the option', () => {
  const options: object = { deliver: 'tag' }
  const error = errorOf(() => cspMiddleware(plain, options))
  expectCspError(error, 'ERR_CSP_INPUT', 'the option deliver', "'header' or 'meta'")
})
