/** `only: 'documents'`: what keeps the policy and what loses it. */

import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'
import { describeBehaviours } from './behaviour.ts'
import type { Handler } from './harness.ts'
import { CSP, ENDPOINTS, nonced, plain, plainHeader, REPORT_ONLY } from './sample.ts'

const both = { csp: [{ enforce: nonced, reportOnly: plain }, { only: 'documents' }] } as const

const types: readonly (readonly [type: string, keeps: boolean, destination?: string])[] = [
  ['text/html', true],
  ['text/html; charset=utf-8', true],
  ['TEXT/HTML', true],
  ['text/html;charset=utf-8', true],
  ['application/xhtml+xml', true],
  ['image/svg+xml', true],
  ['image/svg+xml', true, 'image'],
  ['application/xml', true],
  ['text/xml; charset=utf-8', true],
  ['application/rss+xml', true],
  ['application/mathml+xml', true],
  ['text/javascript', true],
  ['text/javascript', true, 'worker'],
  ['application/javascript; charset=utf-8', true, 'serviceworker'],
  ['application/ecmascript', true, 'sharedworker'],
  ['application/x-javascript', true],
  ['text/javascript', false, 'script'],
  ['text/javascript', false, 'empty'],
  ['application/json', false],
  ['application/ld+json', false],
  ['text/css', false],
  ['text/plain', false],
  ['text/html-sandboxed', false],
  ['image/png', false],
  ['image/png', false, 'document'],
  ['font/woff2', false],
  ['application/octet-stream', false],
]

const ways: readonly (readonly [name: string, write: (type: string) => Handler])[] = [
  ['set', (type) => (visit) => visit.answer('body', { type })],
  [
    'writeHead with an object',
    (type) => (visit) => {
      visit.raw().writeHead(200, { 'content-TYPE': type }).end('body')
    },
  ],
  [
    'writeHead with a flat list',
    (type) => (visit) => {
      const res = visit.raw()
      res.setHeader('Content-Type', type === 'text/html' ? 'image/png' : 'text/html')
      const headers = ['X-Mine', 'text/html', 'Content-Type', type]
      res.writeHead(200, headers)
      res.end('body')
    },
  ],
]

const rows: readonly Behaviour[] = types.flatMap(([type, keeps, destination]) =>
  ways.map(([name, write]): Behaviour => ({
    name: `${type}${destination === undefined ? '' : ` for ${destination}`}, ${name}: ${keeps ? 'keeps' : 'loses'}`,
    app: () => [both, write(type)],
    asks: [{ headers: destination === undefined ? {} : { 'Sec-Fetch-Dest': destination } }],
    expected: ({ answer, errors }) => {
      expect(errors).toEqual([])
      for (const header of [CSP, REPORT_ONLY, ENDPOINTS]) {
        expect(answer.headers[header] !== undefined).toBe(keeps)
      }
    },
  })),
)

const others: readonly Behaviour[] = [
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
