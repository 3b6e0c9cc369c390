/** Reporting-Endpoints and Report-To beside what something else has set. */

import { expect } from 'vitest'
import type { Behaviour, Kit } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler, Layer } from './harness.ts'
import { CSP, ENDPOINTS, hello, next, nonced, plain } from './sample.ts'

function set(value: string | readonly string[], name = 'Reporting-Endpoints'): Handler {
  return (visit, proceed) => {
    visit.res.setHeader(name, value)
    return proceed()
  }
}

function merging(
  before: string | readonly string[],
  ...then: readonly Layer[]
): (kit: Kit) => readonly Layer[] {
  return ({ onWarning }) => [set(before), { csp: [nonced, { onWarning }] }, ...then, hello]
}

const rows: readonly Behaviour[] = [
  {
    name: 'merged with a text',
    app: merging('default="https://reports.example/default"'),
    expected: ({ answer, warnings }) => {
      expect(answer.headers[ENDPOINTS]).toBe(
        'default="https://reports.example/default", csp="/csp-reports"',
      )
      expect(warnings).toEqual([])
    },
  },
  {
    name: 'merged with several headers',
    app: merging(['a="/a"', 'b="/b", c="/c"']),
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe('a="/a", b="/b", c="/c", csp="/csp-reports"')
    },
  },
  ...(
    [
      ['an empty text', '', ''],
      ['a blank text', '  ', ''],
      ['no values', [], ''],
      ['two empty values', ['', ' '], ''],
      ['an empty value in front', ['', 'a="/a"'], 'a="/a", '],
      ['an empty value behind', ['a="/a"', ''], 'a="/a", '],
    ] as const
  ).map(([name, before, kept]): Behaviour => ({
    name: `merged with ${name}: a valid field`,
    app: merging(before),
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      expect(answer.headers[ENDPOINTS]).toBe(`${kept}csp="/csp-reports"`)
    },
  })),
  {
    name: 'the same name with the same URL is not repeated',
    app: merging('csp="/csp-reports", other="/other"'),
    expected: ({ answer, warnings }) => {
      expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports", other="/other"')
      expect(warnings).toEqual([])
    },
  },
  {
    name: 'the same name with another URL: ours wins, and a warning',
    app: merging('csp="/theirs"'),
    expected: ({ answer, warnings }) => {
      expect(answer.headers[ENDPOINTS]).toBe('csp="/theirs", csp="/csp-reports"')
      expect(warnings).toMatchObject([{ code: 'endpoint-conflict' }])
      expect(warnings[0]?.message).toContain('"csp"')
    },
  },
  {
    name: 'a name inside a quoted URL does not count',
    app: merging(String.raw`a="/x?, csp=\"/theirs\""`),
    expected: ({ answer, warnings }) => {
      expect(answer.headers[ENDPOINTS]).toBe(
        String.raw`a="/x?, csp=\"/theirs\"", csp="/csp-reports"`,
      )
      expect(warnings).toEqual([])
    },
  },
  {
    name: 'remove restores what was there',
    app: merging('a="/a"', (visit, proceed) => {
      visit.csp.remove()
      return proceed()
    }),
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe('a="/a"')
    },
  },
  {
    name: 'replace merges anew',
    app: merging('a="/a"', (visit, proceed) => {
      visit.csp.replace(next)
      return proceed()
    }),
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe('a="/a", next="/next-reports"')
    },
  },
  {
    name: 'an inner middleware merges anew',
    app: merging('a="/a"', { csp: [next] }, { csp: [nonced] }),
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe('a="/a", csp="/csp-reports"')
    },
  },
  {
    name: 'a handler that adds to the merged header keeps what it added',
    app: merging('a="/a"', (visit, proceed) => {
      visit.res.setHeader(ENDPOINTS, `${String(visit.res.getHeader(ENDPOINTS))}, late="/late"`)
      visit.csp.replace(next)
      return proceed()
    }),
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe(
        'a="/a", csp="/csp-reports", late="/late", next="/next-reports"',
      )
    },
  },
  {
    name: 'a handler that removed the merged header and set it anew',
    app: merging('a="/a"', (visit, proceed) => {
      visit.res.removeHeader(ENDPOINTS)
      visit.csp.replace(next)
      visit.csp.remove()
      return proceed()
    }),
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBeUndefined()
    },
  },
  {
    name: 'a policy without endpoints leaves the header alone',
    app: () => [set('a="/a"'), { csp: [plain] }, hello],
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe('a="/a"')
    },
  },
  {
    name: 'Report-To is merged as a list, and restored',
    app: () => [
      set('{"group":"nel"}', 'Report-To'),
      { csp: [nonced, { legacyReportTo: true }] },
      (visit, proceed) => {
        if (visit.req.url === '/removed') visit.csp.remove()
        return proceed()
      },
      hello,
    ],
    asks: [{}, { path: '/removed' }],
    expected: ({ answers }) => {
      const list: unknown = JSON.parse(`[${answers[0]?.headers['report-to'] ?? ''}]`)
      expect(list).toMatchObject([{ group: 'nel' }, { group: 'csp' }])
      expect(answers[1]?.headers['report-to']).toBe('{"group":"nel"}')
    },
  },
]

const byURI = { reporting: 'report-uri' } as const

const overHTTP: readonly Behaviour[] = [
  {
    name: "reporting: 'report-uri' leaves out report-to and its header, also of what is edited",
    app: () => [
      { csp: [() => nonced.endpoint('more', '/more'), byURI] },
      (visit, proceed) => {
        if (visit.req.url === '/allowed') visit.csp.allow('img-src', 'https://img.example')
        if (visit.req.url === '/replaced') visit.csp.replace(plain.reportTo('csp', '/other'))
        return proceed()
      },
      hello,
    ],
    asks: [{}, { path: '/allowed' }, { path: '/replaced' }],
    expected: ({ answers, errors }) => {
      expect(errors).toEqual([])
      const sent = answers.map(({ headers }) => String(headers[CSP]).split('; '))
      for (const directives of sent) {
        expect(directives.some((directive) => directive.startsWith('report-to'))).toBe(false)
      }
      expect(
        sent.map((directives) => directives.find((one) => one.startsWith('report-uri'))),
      ).toEqual(['report-uri /csp-reports', 'report-uri /csp-reports', 'report-uri /other'])
      expect(answers.map(({ headers }) => headers[ENDPOINTS])).toEqual([
        undefined,
        undefined,
        undefined,
      ])
    },
  },
  {
    name: "reporting: 'both' is what is sent without the option",
    app: () => [{ csp: [nonced, { reporting: 'both' }] }, hello],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toContain('report-to csp; report-uri /csp-reports')
      expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
    },
  },
]

/** A static policy and one with a nonce. */
const reporting = [plain.reportTo('csp', '/csp-reports'), nonced]

/** What a handler does behind the middleware, and what the header is then. */
const later: readonly (readonly [name: string, sent: string | undefined, handler: Handler])[] = [
  [
    'set by a handler',
    'late="/late", csp="/csp-reports"',
    (visit) => {
      visit.res.setHeader(ENDPOINTS, 'late="/late"')
      visit.answer('hello')
    },
  ],
  [
    'set by a handler, in several values',
    'a="/a", b="/b", csp="/csp-reports"',
    (visit) => {
      visit.res.setHeader(ENDPOINTS, ['a="/a"', 'b="/b"'])
      visit.answer('hello')
    },
  ],
  [
    'set by a handler to what it names as well',
    'csp="/csp-reports", late="/late"',
    (visit) => {
      visit.res.setHeader(ENDPOINTS, 'csp="/csp-reports", late="/late"')
      visit.answer('hello')
    },
  ],
  [
    'set empty by a handler',
    'csp="/csp-reports"',
    (visit) => {
      visit.res.setHeader(ENDPOINTS, '')
      visit.answer('hello')
    },
  ],
  [
    'given to writeHead in an object',
    'late="/late", csp="/csp-reports"',
    (visit) => void visit.raw().writeHead(200, { 'REPORTING-endpoints': 'late="/late"' }).end(),
  ],
  [
    'given to writeHead in a flat list',
    'late="/late", csp="/csp-reports"',
    (visit) => {
      const headers = ['X-Mine', '1', 'Reporting-Endpoints', 'late="/late"']
      visit.raw().writeHead(200, headers).end()
    },
  ],
  [
    'of an upstream whose headers are copied',
    'default="https://up.example/", csp="/csp-reports"',
    (visit) => {
      const upstream = { 'content-type': 'text/html', [ENDPOINTS]: 'default="https://up.example/"' }
      for (const [name, value] of Object.entries(upstream)) visit.res.setHeader(name, value)
      visit.raw().writeHead(200).end()
    },
  ],
  [
    'of an upstream with a policy of its own',
    'default="https://up.example/"',
    (visit) => {
      visit.res.setHeader('content-security-policy', "default-src 'none'")
      visit.res.setHeader(ENDPOINTS, 'default="https://up.example/"')
      visit.answer('hello')
    },
  ],
  [
    'of an upstream with a policy of its own, given to writeHead',
    'default="https://up.example/"',
    (visit) => {
      const headers = {
        'Content-Security-Policy': "default-src 'none'",
        'Reporting-Endpoints': 'default="https://up.example/"',
      }
      visit.raw().writeHead(200, headers).end()
    },
  ],
  [
    'removed by a handler',
    undefined,
    (visit) => {
      visit.res.removeHeader(ENDPOINTS)
      visit.answer('hello')
    },
  ],
  [
    'set by a handler after remove',
    'late="/late"',
    (visit) => {
      visit.csp.remove()
      visit.res.setHeader(ENDPOINTS, 'late="/late"')
      visit.answer('hello')
    },
  ],
]

const afterwards: readonly Behaviour[] = later.flatMap(([name, sent, handler]) =>
  reporting.map((input): Behaviour => ({
    name: `${name}${input === nonced ? ', with a nonce' : ''}: the policy keeps its endpoint`,
    app: ({ onWarning }) => [{ csp: [input, { onWarning }] }, handler],
    expected: ({ answer, errors, warnings }) => {
      expect(errors).toEqual([])
      expect(warnings).toEqual([])
      expect(answer.headers[ENDPOINTS]).toBe(sent)
    },
  })),
)

const others: readonly Behaviour[] = [
  {
    name: 'another URL for our name, set by a handler: ours wins, and one warning',
    app: ({ onWarning }) => [
      { csp: [nonced, { onWarning }] },
      (visit) => {
        visit.res.setHeader(ENDPOINTS, 'csp="/theirs"')
        visit.answer('hello')
      },
    ],
    asks: [{}, {}],
    expected: ({ answers, warnings }) => {
      for (const { headers } of answers) {
        expect(headers[ENDPOINTS]).toBe('csp="/theirs", csp="/csp-reports"')
      }
      expect(warnings.map(({ code }) => code)).toEqual(['endpoint-conflict'])
    },
  },
  {
    name: 'a report-only policy keeps its endpoint too, also in a 304',
    app: () => [
      { csp: [{ enforce: nonced.remove('report-to'), reportOnly: reporting[0] }] },
      (visit) => {
        visit.res.setHeader(ENDPOINTS, 'late="/late"')
        visit.answer(undefined, { status: 304 })
      },
    ],
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe('late="/late", csp="/csp-reports"')
    },
  },
  {
    name: 'Report-To set by a handler keeps our group',
    app: () => [
      { csp: [nonced, { legacyReportTo: true }] },
      (visit) => {
        visit.res.setHeader('Report-To', '{"group":"nel"}')
        visit.answer('hello')
      },
    ],
    expected: ({ answer }) => {
      const list: unknown = JSON.parse(`[${answer.headers['report-to'] ?? ''}]`)
      expect(list).toMatchObject([{ group: 'nel' }, { group: 'csp' }])
    },
  },
  {
    name: 'the headers given to writeHead are not changed, for they may be given again',
    app: ({ note }) => [
      { csp: [nonced] },
      (visit) => {
        const headers = { 'Reporting-Endpoints': 'late="/late"' }
        visit.raw().writeHead(200, headers).end()
        note(headers)
      },
    ],
    expected: ({ notes }) => {
      expect(notes).toEqual([{ 'Reporting-Endpoints': 'late="/late"' }])
    },
  },
]

describeBehaviours('reporting', [...rows, ...afterwards, ...others, ...overHTTP])
