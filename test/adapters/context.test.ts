/** Edits of one response: allow, replace, remove, and when they are refused. */

import { csp, deliver, NONCE, NONE, SELF, UNSAFE_INLINE } from '@cusp/core'
import type { CspContext } from '@cusp/node'
import { expect } from 'vitest'
import type { Behaviour, Kit } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Layer } from './harness.ts'
import {
  CSP,
  ENDPOINTS,
  errorOf,
  expectCspError,
  hello,
  next,
  nonced,
  noncesOf,
  page,
  plain,
  plainHeader,
  REPORT_ONLY,
} from './sample.ts'

/** The types would refuse the literal. */
const TWO_IN_ONE: string = 'https://a.example https://b.example'

type Edit = (context: CspContext) => void

const edits: readonly (readonly [name: string, edit: Edit])[] = [
  ['allow', (context) => context.allow('connect-src', 'https://more.example')],
  ['replace', (context) => context.replace(next)],
  ['remove', (context) => context.remove()],
]

/** The app whose page makes one edit before it answers. */
function editing(input: unknown, edit: Edit): readonly Layer[] {
  return [
    { csp: [input] },
    (visit) => {
      edit(visit.csp)
      return page(visit, async () => {})
    },
  ]
}

const effects: readonly Behaviour[] = [
  {
    name: 'allow widens every policy of this response, and of no other',
    app: () => [
      { csp: [{ enforce: [plain, nonced], reportOnly: next.defaultSrc(SELF) }] },
      (visit) => {
        if (visit.req.url === '/wide') visit.csp.allow('connect-src', 'https://more.example')
        return page(visit, async () => {})
      },
    ],
    asks: [{ path: '/wide' }, { path: '/' }],
    expected: ({ answers }) => {
      const [wide, other] = answers
      const nonce = noncesOf(wide?.body)[0]
      expect(wide?.headers[CSP]).toBe(
        `${plainHeader}; connect-src 'self' https://more.example, ${nonced.toString({ nonce })}`,
      )
      expect(wide?.headers[REPORT_ONLY]).toContain("connect-src 'self' https://more.example")
      expect(other?.headers[CSP]).not.toContain('more.example')
      expect(other?.headers[REPORT_ONLY]).not.toContain('more.example')
    },
  },
  {
    name: 'allow twice adds up, and keeps the endpoints',
    app: () =>
      editing(nonced.defaultSrc(NONE), (context) => {
        context.allow('img-src', 'https://one.example')
        context.allow('img-src', 'https://one.example', 'https://two.example')
      }),
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toContain('; img-src https://one.example https://two.example')
      expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
    },
  },
  {
    name: 'allow of the same again is compiled once',
    app: ({ note }) => [
      { csp: [nonced.defaultSrc(SELF)] },
      (visit) => {
        visit.csp.allow('img-src', 'https://one.example')
        visit.csp.allow('style-src', NONCE)
        note(visit.csp.delivery)
        return page(visit, async () => {})
      },
    ],
    asks: [{}, {}],
    expected: ({ notes, answers }) => {
      expect(notes[0]).toBe(notes[1])
      for (const { headers, body } of answers) {
        const [nonce] = noncesOf(body)
        expect(noncesOf(headers[CSP])).toEqual([nonce, nonce])
        expect(headers[CSP]).toContain(`; style-src 'self' 'nonce-${nonce ?? ''}'`)
      }
    },
  },
  {
    name: 'allow of ever new sources stays right',
    app: () =>
      editing(plain, (context) => {
        for (let index = 0; index < 300; index++) {
          context.replace(plain)
          context.allow('img-src', `https://host${index}.example`)
        }
      }),
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(`${plainHeader}; img-src 'self' https://host299.example`)
    },
  },
  {
    name: 'ever new companions of one policy stay right',
    app: () =>
      editing(plain, (context) => {
        for (let index = 0; index < 300; index++) {
          const reportOnly = csp().imgSrc(`https://host${index}.example`)
          context.replace({ enforce: plain, reportOnly })
        }
      }),
    expected: ({ answer }) => {
      expect(answer.headers[REPORT_ONLY]).toBe('img-src https://host299.example')
    },
  },
  {
    name: 'allow where nothing restricts changes nothing',
    app: () => editing(csp().objectSrc(NONE), (context) => context.allow('img-src', 'https:')),
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe("object-src 'none'")
    },
  },
  {
    name: 'allow keeps the legacy Report-To header',
    app: () => [
      { csp: [nonced.defaultSrc(SELF), { legacyReportTo: true }] },
      (visit) => {
        visit.csp.allow('img-src', 'data:')
        visit.answer('hello')
      },
    ],
    expected: ({ answer }) => {
      expect(answer.headers['report-to']).toContain('/csp-reports')
    },
  },
  {
    name: 'replace takes policies and endpoints, and keeps the nonce',
    app: ({ note }) => [
      { csp: [{ enforce: nonced, reportOnly: plain }] },
      (visit) => {
        note(visit.csp.nonce)
        visit.csp.replace(next)
        return page(visit, async () => {})
      },
    ],
    expected: ({ answer, notes }) => {
      const [nonce] = noncesOf(answer.body)
      expect(notes).toEqual([nonce])
      expect(answer.headers[CSP]).toBe(next.toString({ nonce }))
      expect(answer.headers[ENDPOINTS]).toBe('next="/next-reports"')
      expect(answer.headers[REPORT_ONLY]).toBeUndefined()
    },
  },
  ...(
    [
      ['a Delivery', deliver({ reportOnly: plain })],
      ['{ reportOnly }', { reportOnly: plain }],
    ] as const
  ).map(([name, input]): Behaviour => ({
    name: `replace takes ${name}`,
    app: () => editing(nonced, (context) => context.replace(input)),
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBeUndefined()
      expect(answer.headers[ENDPOINTS]).toBeUndefined()
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
    },
  })),
  {
    name: 'remove takes policies and endpoints off',
    app: () =>
      editing({ enforce: nonced, reportOnly: plain }, (context) => {
        context.remove()
        context.allow('img-src', 'https:')
        context.remove()
      }),
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      for (const name of [CSP, REPORT_ONLY, ENDPOINTS]) {
        expect(answer.headers[name]).toBeUndefined()
      }
    },
  },
  {
    name: 'replace after remove puts a policy on again, with the same nonce',
    app: ({ note }) =>
      editing(nonced, (context) => {
        note(context.nonce)
        context.remove()
        context.replace(next)
      }),
    expected: ({ answer, notes }) => {
      expect(noncesOf(answer.body)).toEqual(notes)
      expect(answer.headers[CSP]).toBe(next.toString({ nonce: String(notes[0]) }))
    },
  },
  {
    name: 'the same policy after remove',
    app: () =>
      editing(plain, (context) => {
        context.remove()
        context.replace(plain)
      }),
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(plainHeader)
    },
  },
  {
    name: 'a handler that sets a header of its own after remove',
    app: () => [
      { csp: [nonced] },
      (visit) => {
        visit.csp.remove()
        visit.res.setHeader(CSP, "img-src 'self'")
        visit.answer('hello')
      },
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe("img-src 'self'")
    },
  },
]

/** Notes what the edit throws, then answers. */
function refused(input: unknown, before: (kit: Kit) => Layer, edit: Edit): Behaviour['app'] {
  return (kit) => [
    { csp: [input] },
    before(kit),
    (visit) => {
      kit.note(errorOf(() => edit(visit.csp)))
      if (!visit.res.headersSent) visit.answer('hello')
      else visit.raw().end('hello')
    },
  ]
}

const refusals: readonly Behaviour[] = [
  ...edits.flatMap(([name, edit]): readonly Behaviour[] => [
    ...[plain, nonced].map((input): Behaviour => ({
      name: `${name} after the headers were sent${input === nonced ? ', with a nonce' : ''}`,
      app: refused(
        input,
        () => (visit, proceed) => {
          visit.raw().flushHeaders()
          return proceed()
        },
        edit,
      ),
      expected: ({ answer, notes }) => {
        expectCspError(notes[0], 'ERR_CSP_HEADERS_SENT', 'before the first byte')
        expect(answer.headers[CSP]).toBeDefined()
        expect(answer.headers[CSP]).not.toContain('more.example')
      },
    })),
    {
      name: `${name} after a handler replaced our header`,
      app: refused(
        { enforce: plain, reportOnly: nonced },
        () => (visit, proceed) => {
          visit.res.setHeader('content-security-policy', "img-src 'none'")
          return proceed()
        },
        edit,
      ),
      expected: ({ answer, notes }) => {
        expectCspError(notes[0], 'ERR_CSP_HEADER_REPLACED', 'a handler')
        expect(answer.headers[CSP]).toBe("img-src 'none'")
      },
    },
    {
      name: `${name} after a handler removed our header`,
      app: refused(
        { enforce: plain, reportOnly: nonced },
        () => (visit, proceed) => {
          visit.res.removeHeader(REPORT_ONLY)
          return proceed()
        },
        edit,
      ),
      expected: ({ answer, notes }) => {
        expectCspError(notes[0], 'ERR_CSP_HEADER_REPLACED', 'a handler')
        expect(answer.headers[CSP]).toBe(plainHeader)
        expect(answer.headers[REPORT_ONLY]).toBeUndefined()
      },
    },
    {
      name: `${name} after remove and a header of the handler's own`,
      app: refused(
        plain,
        () => (visit, proceed) => {
          visit.csp.remove()
          visit.res.setHeader(CSP, "img-src 'none'")
          return proceed()
        },
        edit,
      ),
      expected: ({ answer, notes }) => {
        expectCspError(notes[0], 'ERR_CSP_HEADER_REPLACED')
        expect(answer.headers[CSP]).toBe("img-src 'none'")
      },
    },
  ]),
  {
    name: 'allow refuses what could take something away, and changes nothing',
    app: refused(
      csp().defaultSrc(SELF, UNSAFE_INLINE),
      () => (_visit, proceed) => proceed(),
      (context) => context.allow('script-src', NONCE),
    ),
    expected: ({ answer, notes }) => {
      expectCspError(notes[0], 'ERR_CSP_NOT_WIDER')
      expect(answer.headers[CSP]).toBe("default-src 'self' 'unsafe-inline'")
    },
  },
  {
    name: 'allow refuses two sources in one text, also after the two were allowed',
    app: refused(
      plain,
      () => (visit, proceed) => {
        visit.csp.allow('img-src', 'https://a.example', 'https://b.example')
        visit.csp.replace(plain)
        return proceed()
      },
      (context) => context.allow('img-src', TWO_IN_ONE),
    ),
    expected: ({ answer, notes }) => {
      expectCspError(notes[0], 'ERR_CSP_CHARACTER')
      expect(answer.headers[CSP]).toBe(plainHeader)
    },
  },
  ...(
    [
      ['nothing', undefined],
      ['null', null],
      ['false', false],
      ['{}', {}],
      ['a function', () => plain],
    ] as const
  ).map(([name, input]): Behaviour => ({
    name: `replace refuses ${name}, and changes nothing`,
    app: refused(
      plain,
      () => (_visit, proceed) => proceed(),
      (context) => context.replace(input as never),
    ),
    expected: ({ answer, notes }) => {
      expectCspError(notes[0], 'ERR_CSP_INPUT', 'Use a policy, a Delivery or')
      expect(answer.headers[CSP]).toBe(plainHeader)
    },
  })),
  {
    name: 'a header set to what it was does not count as a change',
    app: () => [
      { csp: [nonced] },
      (visit) => {
        visit.res.setHeader(CSP, String(visit.res.getHeader(CSP)))
        visit.csp.replace(plain)
        return hello(visit, async () => {})
      },
    ],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      expect(answer.headers[CSP]).toBe(plainHeader)
    },
  },
]

describeBehaviours('context', [...effects, ...refusals])
