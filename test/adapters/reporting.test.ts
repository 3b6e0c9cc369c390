/** Reporting-Endpoints and Report-To beside what something else has set. */

import { expect } from 'vitest'
import type { Behaviour, Kit } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler, Layer } from './harness.ts'
import { ENDPOINTS, hello, next, nonced, plain } from './sample.ts'

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

describeBehaviours('reporting', rows)
