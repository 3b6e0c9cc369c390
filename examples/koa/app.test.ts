import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createApp } from './server.js'

let server: ReturnType<typeof createServer>
let url: string

beforeEach(async () => {
  server = createServer(createApp().callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://localhost:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  server.close()
  server.closeAllConnections()
})

it('ships the policy with the nonce of its body, and its endpoint', async () => {
  const response = await fetch(url)
  const text = await response.text()
  const [, nonce = ''] = /<script nonce="([^"]*)"/.exec(text) ?? []
  const header = response.headers.get('content-security-policy')
  expect(nonce).toMatch(/^[\w+/-]{22,}$/)
  expect(text).toContain(`<style nonce="${nonce}"`)
  expect(header).toContain(`script-src 'nonce-${nonce}' 'strict-dynamic';`)
  expect(header).toContain("connect-src 'self' https://api.example.com wss://api.example.com;")
  expect(header).toContain('report-to csp; report-uri /csp-reports')
  expect(response.headers.get('reporting-endpoints')).toBe('csp="/csp-reports"')
  expect(response.headers.get('content-security-policy-report-only')).toBe(
    header?.replace('report-to csp; ', ''),
  )
})

it('has another nonce each time', async () => {
  const [first, second] = await Promise.all([fetch(url), fetch(url)])
  expect(first.headers.get('content-security-policy')).not.toBe(
    second.headers.get('content-security-policy'),
  )
})

it.each([
  ['report-uri', { 'csp-report': { 'effective-directive': 'img-src', 'blocked-uri': 'data' } }],
  [
    'report-to',
    [null, { type: 'csp-violation', body: { effectiveDirective: 'img-src', blockedURL: 'data' } }],
  ],
  [
    'report-to, as Safari sends it',
    { type: 'csp-violation', body: { effectiveDirective: 'img-src', blockedURL: 'data' } },
  ],
])('keeps a report that came by %s', async (_name, body) => {
  expect(await post(JSON.stringify(body))).toBe(204)
  expect(await (await fetch(`${url}/csp-reports`)).json()).toEqual([
    { directive: 'img-src', blocked: 'data' },
  ])
})

it.each(['', '{', 'null', '7', '[[]]', '{"type":"csp-violation","body":7}'])(
  'keeps nothing of %j, and lives on',
  async (body) => {
    expect(await post(body)).toBe(204)
    expect(await (await fetch(`${url}/csp-reports`)).json()).toEqual([])
  },
)

it('refuses a body that is too large, with a length and without', async () => {
  const body = 'x'.repeat(64 * 1024 + 1)
  expect(await post(body)).toBe(413)
  const stream = new Blob([body]).stream()
  const options = { method: 'POST', body: stream, duplex: 'half' }
  await fetch(`${url}/csp-reports`, options).catch(() => undefined)
  expect(await post('[]')).toBe(204)
})

async function post(body: string): Promise<number> {
  const headers = { 'Content-Type': 'application/csp-report' }
  return (await fetch(`${url}/csp-reports`, { method: 'POST', headers, body })).status
}
