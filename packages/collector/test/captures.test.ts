/**
 * What browsers were seen to send, through the whole collector: everything is stored, and nothing
 * of it is about a person.
 */

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ask, post, serve } from './serve.ts'

const folder = path.join(import.meta.dirname, '../../reports/test-data/conformance')

function readData(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
}

/** A request of Chromium 156. */
interface Capture {
  readonly m: string
  readonly url: string
  readonly ct?: string
  readonly origin?: string
  readonly body?: string
}

/** A payload after the source of a browser. */
interface Payload {
  readonly id: string
  readonly contentType: string
  readonly body: unknown
  /** How many violations are in it. */
  readonly reports: number
}

test('Chromium, as it was captured', async () => {
  const { url, store } = await serve()
  const captures = readData('chromium156-captured-reports.json') as readonly Capture[]
  let sent = 0
  for (const { m: method, url: own, ct = '', origin = '', body = '' } of captures) {
    const headers = { 'content-type': ct, origin }
    const init = method === 'POST' ? { method, headers, body } : { method, headers: { origin } }
    expect((await ask(url + own, init)).status).toBe(204)
    sent += countViolations(body)
  }
  expect(sent).toBeGreaterThan(20)
  expect(store.reports).toHaveLength(sent)
  expect(JSON.stringify(captures)).toContain('SECRET')
  expect(JSON.stringify(store.batches)).not.toContain('SECRET')
})

/** Told from the text alone. */
function countViolations(body: string): number {
  return body.match(/"type":"csp-violation"|"csp-report":/g)?.length ?? 0
}

describe('every browser, after its source', () => {
  test.each(readData('report_payloads.json') as readonly Payload[])('$id', async (payload) => {
    const { url, store } = await serve()
    const { status } = await post(url, payload.body, { 'content-type': payload.contentType })
    expect({ status, stored: store.reports.length }).toEqual({
      status: 204,
      stored: payload.reports,
    })
  })
})
