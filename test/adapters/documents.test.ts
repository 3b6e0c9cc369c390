/** `only: 'documents'`: what keeps the policy and what loses it. */

import { expect } from 'vitest'
import type { Behaviour, Outcome } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { ContentType } from './content-types.ts'
import { contentTypes, singleTypes } from './content-types.ts'
import type { RawResponse } from './harness.ts'
import { CSP, ENDPOINTS, nonced, plain, plainHeader, REPORT_ONLY } from './sample.ts'

const both = { csp: [{ enforce: nonced, reportOnly: plain }, { only: 'documents' }] } as const

/**
 * Sends a type. It is never changed, as Express's `res.send` and Koa's `ctx.type` would change it.
 */
type Write = (res: RawResponse, type: string) => void

const ways: readonly (readonly [name: string, write: Write])[] = [
  [
    'set',
    (res, type) => {
      res.setHeader('Content-Type', type)
      res.end('body')
    },
  ],
  [
    'writeHead with an object',
    (res, type) => void res.writeHead(200, { 'content-TYPE': type }).end('body'),
  ],
  [
    'writeHead with a flat list',
    (res, type) => {
      res.setHeader('Content-Type', type === 'text/html' ? 'image/png' : 'text/html')
      const headers = ['X-Mine', 'text/html', 'Content-Type', type]
      res.writeHead(200, headers)
      res.end('body')
    },
  ],
]

/** Those that keep their policy, and those that lose it, each by its name. */
function expectKept(
  types: readonly ContentType[],
  { answers, errors }: Pick<Outcome, 'answers' | 'errors'>,
): void {
  expect(errors).toEqual([])
  for (const header of [CSP, REPORT_ONLY, ENDPOINTS]) {
    const seen = types.map(({ value }, at) => [value, answers[at]?.headers[header] !== undefined])
    expect(seen).toEqual(types.map(({ value, keeps }) => [value, keeps]))
  }
}

const rows: readonly Behaviour[] = ways.map(([name, write]): Behaviour => ({
  name: `${singleTypes.length} types, ${name}`,
  app: () => [
    both,
    (visit) => {
      const type = singleTypes[Number(visit.req.url?.slice(1))]
      write(visit.raw(), type?.value ?? '')
    },
  ],
  asks: singleTypes.map((_type, at) => ({ path: `/${at}` })),
  expected: (outcome) => expectKept(singleTypes, outcome),
}))

const several = contentTypes.filter(({ value }) => typeof value !== 'string')

/** What a cache is told, by the type and by what Vary said before. */
const varies: readonly (readonly [
  type: string,
  vary: string | undefined,
  sent: string | undefined,
])[] = [
  ['application/json', undefined, 'Sec-Fetch-Dest'],
  ['application/json', '', 'Sec-Fetch-Dest'],
  ['application/json', 'Accept-Encoding', 'Accept-Encoding, Sec-Fetch-Dest'],
  ['text/css', 'sec-fetch-dest, Origin', 'sec-fetch-dest, Origin'],
  ['text/css', 'Sec-Fetch-Dest', 'Sec-Fetch-Dest'],
  ['text/plain', '*', '*'],
  ['image/png', undefined, undefined],
  ['image/png', 'Origin', 'Origin'],
]

const others: readonly Behaviour[] = [
  {
    name: 'several types in one response',
    except: { http2: 'HTTP/2 has one Content-Type' },
    app: () => [
      both,
      (visit) => {
        const res = visit.raw()
        const { value = [] } = several[Number(visit.req.url?.slice(1))] ?? {}
        visit.res.setHeader('Content-Type', value)
        res.end('body')
      },
    ],
    asks: several.map((_type, at) => ({ path: `/${at}` })),
    expected: (outcome) => expectKept(several, outcome),
  },
  ...['script', 'empty', 'document', 'worker'].map((destination): Behaviour => ({
    name: `a script for ${destination} keeps its policy`,
    app: () => [both, (visit) => visit.answer('body', { type: 'text/javascript' })],
    asks: [{ headers: { 'Sec-Fetch-Dest': destination } }],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBeDefined()
      expect(answer.headers['vary']).toBeUndefined()
    },
  })),
  ...['worker', 'sharedworker', 'serviceworker'].map((destination): Behaviour => ({
    name: `JSON for a ${destination} keeps its policy, as Chromium runs it`,
    app: () => [both, (visit) => visit.answer('1', { type: 'application/json' })],
    asks: [{ headers: { 'Sec-Fetch-Dest': destination } }],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBeDefined()
      expect(answer.headers['vary']).toBe('Sec-Fetch-Dest')
    },
  })),
  ...varies.flatMap(([type, vary, sent]) =>
    ways.map(([name, write]): Behaviour => ({
      name: `Vary: ${vary ?? 'nothing'} with ${type}, ${name}`,
      app: () => [
        both,
        (visit) => {
          if (vary !== undefined) visit.res.setHeader('Vary', vary)
          write(visit.raw(), type)
        },
      ],
      expected: ({ answer, errors }) => {
        expect(errors).toEqual([])
        expect(answer.headers['vary']).toBe(sent)
        expect(answer.headers['content-type']).toBe(type)
        expect(answer.headers[CSP]).toBeUndefined()
      },
    })),
  ),
  ...(
    [
      ['an object', { VARY: 'Origin', 'Content-Type': 'text/css' }],
      ['a flat list', ['Content-Type', 'text/css', 'vary', 'Origin', 'X-Mine', 'vary']],
    ] as const
  ).map(([name, headers]): Behaviour => ({
    name: `a Vary given to writeHead in ${name}`,
    app: ({ note }) => [
      both,
      (visit) => {
        visit.res.setHeader('Vary', 'Accept')
        const copy = JSON.stringify(headers)
        visit.raw().writeHead(200, headers).end()
        note(JSON.stringify(headers) === copy)
      },
    ],
    expected: ({ answer, notes }) => {
      expect(notes).toEqual([true])
      expect(answer.headers['vary']).toBe('Origin, Sec-Fetch-Dest')
      expect(answer.headers['content-type']).toBe('text/css')
      if (Array.isArray(headers)) expect(answer.headers['x-mine']).toBe('vary')
    },
  })),
  {
    name: 'no content type keeps the policy',
    app: () => [both, (visit) => void visit.raw().end()],
    expected: ({ answer }) => {
      expect(answer.headers['content-type']).toBeUndefined()
      expect(answer.headers[REPORT_ONLY]).toBe(plainHeader)
    },
  },
  {
    name: 'a static policy goes as well',
    app: () => [
      { csp: [plain, { only: 'documents' }] },
      (visit) => visit.answer('{}', { type: 'application/json' }),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBeUndefined()
    },
  },
  {
    name: 'a merged Reporting-Endpoints header is restored',
    app: () => [
      (visit, proceed) => {
        visit.res.setHeader(ENDPOINTS, 'a="/a"')
        return proceed()
      },
      both,
      (visit) => visit.answer('{}', { type: 'application/json' }),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[ENDPOINTS]).toBe('a="/a"')
    },
  },
  {
    name: 'a header of the handler’s own stays',
    app: () => [
      both,
      (visit) => {
        visit.res.setHeader(CSP, "default-src 'none'")
        visit.answer('{}', { type: 'application/json' })
      },
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe("default-src 'none'")
    },
  },
  {
    name: 'an inner middleware may put it on everything again',
    app: () => [
      { csp: [plain, { only: 'documents' }] },
      { csp: [plain] },
      (visit) => visit.answer('{}', { type: 'application/json' }),
    ],
    expected: ({ answer }) => {
      expect(answer.headers[CSP]).toBe(plainHeader)
    },
  },
]

describeBehaviours('documents', [...rows, ...others])
