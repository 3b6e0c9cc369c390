/** Every input shape that cspMiddleware takes, and what it refuses. */

import { api, csp, deliver, NONCE, NONE, SELF, strict } from '@cusp/core'
import { expect, vi } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import {
  CSP,
  ENDPOINTS,
  hello,
  next,
  nonced,
  noncesOf,
  page,
  plain,
  plainHeader,
  REPORT_ONLY,
} from './sample.ts'

vi.resetModules()
const secondCore = await import('@cusp/core')

const second = csp().connectSrc(SELF)

/**
 * Inputs that are the same for every response, with the headers they give; N stands for the nonce.
 */
const shapes: readonly (readonly [
  name: string,
  input: unknown,
  headers: Readonly<Record<string, string | undefined>>,
])[] = [
  ['a policy', plain, { [CSP]: plainHeader, [REPORT_ONLY]: undefined, [ENDPOINTS]: undefined }],
  [
    'a policy with a nonce and an endpoint',
    nonced,
    { [CSP]: nonced.toString({ nonce: 'N'.repeat(22) }), [ENDPOINTS]: 'csp="/csp-reports"' },
  ],
  ['a Delivery', deliver({ reportOnly: plain }), { [CSP]: undefined, [REPORT_ONLY]: plainHeader }],
  ['{ enforce }', { enforce: plain }, { [CSP]: plainHeader, [REPORT_ONLY]: undefined }],
  ['{ reportOnly }', { reportOnly: plain }, { [CSP]: undefined, [REPORT_ONLY]: plainHeader }],
  [
    '{ enforce, reportOnly }',
    { enforce: nonced, reportOnly: next },
    {
      [CSP]: nonced.toString({ nonce: 'N'.repeat(22) }),
      [REPORT_ONLY]: next.toString({ nonce: 'N'.repeat(22) }),
      [ENDPOINTS]: 'csp="/csp-reports", next="/next-reports"',
    },
  ],
  [
    'several each',
    { enforce: [plain, second], reportOnly: [second, api()] },
    {
      [CSP]: `${plainHeader}, ${second.toString()}`,
      [REPORT_ONLY]: `${second.toString()}, ${api().toString()}`,
    },
  ],
  ['an undefined half', { enforce: plain, reportOnly: undefined }, { [CSP]: plainHeader }],
  ['nothing', undefined, { [CSP]: strict().toString({ nonce: 'N'.repeat(22) }) }],
  [
    "a policy of another copy's",
    secondCore.csp().scriptSrc(secondCore.NONCE).objectSrc(NONE),
    { [CSP]: `script-src 'nonce-${'N'.repeat(22)}'; object-src 'none'` },
  ],
  [
    "a Delivery of another copy's",
    secondCore.deliver(secondCore.csp().scriptSrc(NONCE)),
    { [CSP]: `script-src 'nonce-${'N'.repeat(22)}'` },
  ],
]

function withN(value: string | undefined): string | undefined {
  return value?.replaceAll(/nonce-[^']+/g, `nonce-${'N'.repeat(22)}`)
}

const taken: readonly Behaviour[] = shapes.flatMap(([name, input, headers]) => {
  const expected: Behaviour['expected'] = ({ answer, errors }) => {
    expect(errors).toEqual([])
    expect(answer.body).toBe('hello')
    for (const [header, value] of Object.entries(headers)) {
      expect(withN(answer.headers[header])).toBe(value)
    }
  }
  const rows: Behaviour[] = [
    { name: `takes ${name}`, app: () => [{ csp: [input] }, hello], expected },
  ]
  if (input === undefined) return rows
  rows.push(
    {
      name: `takes a function that returns ${name}`,
      app: () => [{ csp: [() => input] }, hello],
      expected,
    },
    {
      name: `takes an async function that returns ${name}`,
      app: () => [{ csp: [async () => input] }, hello],
      expected,
    },
  )
  return rows
})

const functions: readonly Behaviour[] = [
  {
    name: 'a function gets the request and the response, or the context in Koa',
    app: ({ note }) => {
      const byPath = (...args: readonly unknown[]): unknown => {
        note(args.length)
        const [first] = args as readonly [{ readonly url: string }]
        return first.url.endsWith('/plain') ? plain : second
      }
      return [{ csp: [byPath] }, hello]
    },
    asks: [{ path: '/plain' }, { path: '/other' }],
    expected: ({ answers, notes, framework }) => {
      const count = /^(?:koa|web)/.test(framework) ? 1 : 2
      expect(notes).toEqual([count, count])
      expect(answers.map(({ headers }) => headers[CSP])).toEqual([plainHeader, second.toString()])
    },
  },
  {
    name: 'a thenable that is not a Promise is awaited',
    app: () => [
      {
        csp: [
          () => ({
            // oxlint-disable-next-line unicorn/no-thenable -- the case
            then: (resolve: (value: unknown) => void) => resolve(plain),
          }),
        ],
      },
      hello,
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(plainHeader)
    },
  },
  {
    name: 'what a function returns is compiled once per policy',
    app: ({ note }) => [
      { csp: [() => ({ enforce: [nonced], reportOnly: plain })] },
      (visit) => {
        note(visit.csp.delivery)
        return page(visit, async () => {})
      },
    ],
    asks: [{}, {}],
    expected: ({ answers, notes }) => {
      expect(notes[0]).toBe(notes[1])
      const [one, other] = answers.map(({ headers }) => noncesOf(headers[CSP])[0])
      expect(one).not.toBe(other)
    },
  },
  {
    name: 'one policy with and without the legacy Report-To header',
    app: () => [
      { csp: [nonced, { legacyReportTo: true }] },
      { csp: [nonced, { legacyReportTo: false }] },
      hello,
    ],
    expected: ({ answer }) => {
      expect(answer.headers['report-to']).toBeUndefined()
      expect(answer.headers[ENDPOINTS]).toBe('csp="/csp-reports"')
    },
  },
  {
    name: 'the legacy Report-To header, after the same policy without it',
    app: () => [{ csp: [nonced] }, { csp: [nonced, { legacyReportTo: true }] }, hello],
    expected: ({ answer }) => {
      expect(JSON.parse(answer.headers['report-to'] ?? '')).toMatchObject({
        group: 'csp',
        endpoints: [{ url: '/csp-reports' }],
      })
    },
  },
]

describeBehaviours('inputs', [...taken, ...functions])
