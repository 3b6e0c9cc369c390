/** What is sent, and what is stored of it: the status alone says little. */

import { expect, test } from 'vitest'
import { legacy, modern } from './reports.ts'
import { post, serve } from './serve.ts'

interface Row {
  readonly body: unknown
  readonly type?: string
  readonly status: number
  /** Directive and blocked thing of each stored violation. */
  readonly stored: readonly string[]
  readonly rejected?: Readonly<Record<string, number>>
  readonly others?: Readonly<Record<string, number>>
  readonly text?: RegExp
}

const SCRIPT = 'script-src-elem https://cdn.example/a.js source'
const EXTENSION = 'script-src-elem chrome-extension extension'
const REPORTS = 'application/reports+json'
const bare = { ...(legacy() as { 'csp-report': object })['csp-report'] }
const deprecation = { type: 'deprecation', age: 1, url: 'https://shop.example/', body: { id: 'x' } }

const rows: Readonly<Record<string, Row>> = {
  'one violation to report-uri': { body: legacy(), status: 204, stored: [SCRIPT] },
  'with a charset': {
    body: legacy(),
    type: 'application/csp-report; charset=utf-8',
    status: 204,
    stored: [SCRIPT],
  },
  'in capitals': { body: legacy(), type: 'APPLICATION/CSP-REPORT', status: 204, stored: [SCRIPT] },
  'as application/json': {
    body: legacy(),
    type: 'application/json',
    status: 204,
    stored: [SCRIPT],
  },
  'as text/plain': { body: legacy(), type: 'text/plain', status: 204, stored: [SCRIPT] },
  'a batch to report-to': {
    body: [modern(), modern({ blockedURL: 'inline' })],
    type: REPORTS,
    status: 204,
    stored: [SCRIPT, 'script-src-elem inline inline'],
  },
  'a batch with a deprecation': {
    body: [modern(), deprecation],
    type: REPORTS,
    status: 204,
    stored: [SCRIPT],
    others: { deprecation: 1 },
  },
  'only reports of other types': {
    body: [deprecation, deprecation, { type: 'x-made-up', body: {} }],
    type: REPORTS,
    status: 204,
    stored: [],
    others: { deprecation: 2, other: 1 },
  },
  'a real one beside noise': {
    body: [modern(), modern({ blockedURL: 'chrome-extension' })],
    type: REPORTS,
    status: 204,
    stored: [SCRIPT, EXTENSION],
  },
  'noise, as a URL': {
    body: legacy({ 'blocked-uri': 'chrome-extension://abcdefghijklmnop/inject.js' }),
    status: 204,
    stored: ['script-src-elem chrome-extension://abcdefghijklmnop/inject.js extension'],
  },
  'noise, by the file that did it': {
    body: legacy({ 'source-file': 'moz-extension' }),
    status: 204,
    stored: ['script-src-elem https://cdn.example/a.js extension'],
  },
  'a page without a URL': {
    body: legacy({ 'document-uri': 'about:blank' }),
    status: 204,
    stored: [SCRIPT],
  },
  'a good one beside a bad one': {
    body: [modern(), 'nonsense', { type: 'csp-violation', body: {} }, modern()],
    type: REPORTS,
    status: 204,
    stored: [SCRIPT, SCRIPT],
    rejected: { 'not-a-report': 1, 'no-directive': 1 },
  },
  "Safari's shape, bare": {
    body: modern(),
    status: 204,
    stored: [SCRIPT],
  },
  "WebKit's shape, with type and url beside csp-report": {
    body: { type: 'csp-violation', url: 'https://shop.example/', ...legacy() },
    status: 204,
    stored: [SCRIPT],
  },
  'a bare object of CSP 3': { body: bare, type: 'application/json', status: 204, stored: [SCRIPT] },
  'numbers as text': {
    body: legacy({ 'status-code': '200', 'line-number': '12' }),
    status: 204,
    stored: [SCRIPT],
  },
  'without what was blocked': {
    body: legacy({ 'blocked-uri': undefined }),
    status: 204,
    stored: ['script-src-elem inline inline'],
  },
  'old Firefox': {
    body: legacy({
      'violated-directive': 'script-src https://shop.example:443',
      'effective-directive': undefined,
      disposition: undefined,
    }),
    status: 204,
    stored: ['script-src https://cdn.example/a.js source'],
  },
  'with a byte order mark': {
    body: `\ufeff${JSON.stringify(legacy())}`,
    status: 204,
    stored: [SCRIPT],
  },
  'in UTF-16': {
    body: Buffer.from(`\ufeff${JSON.stringify(legacy())}`, 'utf16le'),
    status: 204,
    stored: [SCRIPT],
  },
  'in UTF-16, the other way round': {
    body: Buffer.from(`\ufeff${JSON.stringify(legacy())}`, 'utf16le').swap16(),
    status: 204,
    stored: [SCRIPT],
  },
  '101 reports in a batch': {
    body: Array.from({ length: 101 }, () => modern()),
    type: REPORTS,
    status: 204,
    stored: Array.from({ length: 100 }, () => SCRIPT),
    rejected: { 'too-many': 1 },
  },
  null: {
    body: 'null',
    status: 400,
    stored: [],
    rejected: { 'not-a-report': 1 },
    text: /is not a report/,
  },
  'JSON that ends early': {
    body: '{"csp-report":{',
    status: 400,
    stored: [],
    rejected: { 'not-json': 1 },
    text: /is not JSON/,
  },
  'nothing at all': {
    body: '',
    status: 400,
    stored: [],
    rejected: { empty: 1 },
    text: /is empty/,
  },
  'an empty batch': { body: [], status: 400, stored: [], rejected: { empty: 1 } },
  'a violation of nobody knows what': {
    body: { 'csp-report': { 'blocked-uri': 'inline' } },
    status: 400,
    stored: [],
    rejected: { 'no-directive': 1 },
    text: /does not name a directive/,
  },
  'another format': {
    body: '<xml/>',
    type: 'text/xml',
    status: 415,
    stored: [],
    rejected: { 'unsupported-type': 1 },
    text: /nor is its type/,
  },
  'arrays too deep in each other': {
    body: `{"csp-report":${'['.repeat(1000)}${']'.repeat(1000)}}`,
    status: 400,
    stored: [],
    rejected: { 'too-deep': 1 },
    text: /too deep in each other/,
  },
  'a single report of more than 64 KB': {
    body: legacy({ padding: 'x'.repeat(65_536) }),
    status: 413,
    stored: [],
    text: /larger than 65536 bytes/,
  },
  'a batch of more than 64 KB': {
    body: [modern({ padding: 'x'.repeat(65_536) })],
    type: REPORTS,
    status: 204,
    stored: [SCRIPT],
  },
  'a batch of more than 512 KB': {
    body: [modern({ padding: 'x'.repeat(524_288) })],
    type: REPORTS,
    status: 413,
    stored: [],
    text: /larger than 524288 bytes/,
  },
}

test.each(Object.entries(rows))('%s', async (_name, { body, type, status, text, ...expected }) => {
  const { url, store } = await serve()
  const answer = await post(url, body, { 'content-type': type ?? 'application/csp-report' })
  const stored = store.reports.map(({ class: name, violation }) => {
    const { directive, blocked } = violation
    return `${directive} ${blocked.url || blocked.kind} ${name}`
  })
  expect({ status: answer.status, stored }).toEqual({ status, stored: expected.stored })
  const batch = store.batches[0] ?? { rejected: {}, others: {} }
  expect(batch.rejected).toEqual(expected.rejected ?? {})
  expect(batch.others).toEqual(expected.others ?? {})
  expect(answer.text).toMatch(text ?? /^(?:Cannot .*\n)?$/)
  expect(answer.text === '').toBe(status === 204)
})
