/** Metrics, health and readiness, over a listener of their own. */

import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { StoreUnavailable } from '../src/store/store.ts'
import { legacy, modern } from './reports.ts'
import { ask, listen, post, serve } from './serve.ts'

async function start() {
  const running = await serve({ limits: { newGroups: 1 } })
  const own = await listen(createServer((req, res) => void running.reports.status(req, res)))
  return { ...running, own }
}

test('the metrics count what was answered, kept and refused', async () => {
  const { url, own, reports } = await start()
  const deprecation = { type: 'deprecation', body: {} }
  await post(url, [modern(), modern({ blockedURL: 'inline' }), deprecation, 7])
  await post(url, legacy({ 'blocked-uri': 'chrome-extension' }))
  await post(url, 'nonsense')
  await ask(url, { method: 'GET' })
  const { status, headers, text } = await ask(`${own}/metrics?x=1`, {})
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  for (const line of [
    'cusp_requests_total{status="204"} 2',
    'cusp_requests_total{status="400"} 1',
    'cusp_requests_total{status="405"} 1',
    'cusp_violations_total{class="source"} 1',
    'cusp_violations_total{class="inline"} 1',
    'cusp_violations_total{class="extension"} 1',
    'cusp_overflow_total 2',
    'cusp_other_reports_total{type="deprecation"} 1',
    'cusp_rejected_total{reason="not-a-report"} 1',
    'cusp_rejected_total{reason="not-json"} 1',
    'cusp_dropped_total 0',
    'cusp_requests_pending 0',
    'cusp_known_groups 1',
    'cusp_store_seconds_count 3',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  expect(await reports.metrics()).toBe(text)
})

test('no label is what a client writes, and nothing tells of a person', async () => {
  const { url, reports, lines } = await start()
  for (const type of ['a"}\n', 'made-up', 'secret']) {
    await post(url, [
      { type, body: {} },
      modern({ effectiveDirective: 'secret', blockedURL: 'secret', sample: 'secret' }),
      { type: 'csp-violation', secret: 'secret' },
    ])
  }
  const text = await reports.metrics()
  expect(text).not.toMatch(/secret|made-up|127\.0\.0\.1/)
  expect(text).toContain('cusp_other_reports_total{type="other"} 2')
  expect(JSON.stringify(lines)).not.toMatch(/127\.0\.0\.1|user=7/)
})

test('two collectors have metrics of their own', async () => {
  const [one, two] = [await start(), await start()]
  await post(one.url, legacy())
  expect(await one.reports.metrics()).toContain('cusp_violations_total{class="source"} 1')
  expect(await two.reports.metrics()).not.toContain('cusp_violations_total{class="source"}')
})

test('alive is who answers, ready is whose store can keep a report', async () => {
  const { own, store, reports } = await start()
  expect(await ask(`${own}/health`, {})).toMatchObject({ status: 200, text: 'alive\n' })
  expect(await ask(`${own}/ready`, {})).toMatchObject({ status: 200, text: 'ready\n' })
  await expect(reports.check()).resolves.toBeUndefined()
  store.onAdd = () => Promise.reject(new StoreUnavailable('postgres://user:secret@db is away'))
  const { status, text } = await ask(`${own}/ready`, {})
  expect({ status, text }).toEqual({ status: 503, text: 'The store cannot keep reports now.\n' })
  expect((await ask(`${own}/health`, {})).status).toBe(200)
  await expect(reports.check()).rejects.toThrow(StoreUnavailable)
})

test('only GET and HEAD, and only these pages', async () => {
  const { own } = await start()
  expect(await ask(`${own}/health`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  expect((await ask(`${own}/elsewhere`, {})).status).toBe(404)
  const { status, headers } = await ask(`${own}/metrics`, { method: 'POST' })
  expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'GET, HEAD' })
})
