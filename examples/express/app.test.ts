import { createServer } from 'node:http'
import { request as httpRequest } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ReceivedReport } from './report-routes.js'
import { start } from './server.js'

const LEGACY = {
  'csp-report': {
    'document-uri': 'http://localhost/',
    'effective-directive': 'connect-src',
    'violated-directive': 'connect-src',
    'blocked-uri': 'https://refused.example/legacy',
    disposition: 'enforce',
  },
}

const MODERN = {
  age: 1,
  type: 'csp-violation',
  url: 'http://localhost/',
  user_agent: 'test',
  body: {
    documentURL: 'http://localhost/',
    effectiveDirective: 'connect-src',
    blockedURL: 'https://refused.example/modern',
    disposition: 'enforce',
  },
}

let example: Awaited<ReturnType<typeof start>>

beforeEach(async () => {
  example = await start()
})

afterEach(async () => {
  await example.close()
})

describe('the page', () => {
  it('carries the policy, with the nonce of its body', async () => {
    const response = await fetch(example.url)
    const header = response.headers.get('content-security-policy') ?? ''
    const nonces = nonceAttributes(await response.text())
    expect(header.split('; ')).toEqual([
      "default-src 'self'",
      `script-src 'nonce-${nonces[0]}' 'strict-dynamic'`,
      "style-src 'self'",
      `connect-src 'self' ${example.otherOrigin} ${example.otherOrigin.replace('http', 'ws')}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      'report-to csp',
      'report-uri /csp-reports',
    ])
    expect(response.headers.get('reporting-endpoints')).toBe('csp="/csp-reports"')
    expect(nonces).toHaveLength(2)
    expect(new Set(nonces).size).toBe(1)
  })

  it('carries a report-only twin over plain http, which reports by report-uri alone', async () => {
    const { headers } = await fetch(example.url)
    const [enforced, twin] = ['content-security-policy', 'content-security-policy-report-only'].map(
      (name) => headers.get(name) ?? '',
    )
    expect(twin).toBe(enforced?.replace('report-to csp; ', ''))
  })

  it('has another nonce each time, and is not cached', async () => {
    const pages = await Promise.all([fetch(example.url), fetch(example.url)])
    const [first, second] = await Promise.all(
      pages.map(async (page) => nonceAttributes(await page.text())[0]),
    )
    expect(first).toMatch(/^[\w+/-]{22,}$/)
    expect(second).not.toBe(first)
    expect(pages[0]?.headers.get('cache-control')).toBe('no-store')
  })

  it('shows each directive beside the line that wrote it, the nonce marked', async () => {
    const text = await (await fetch(example.url)).text()
    const [nonce] = nonceAttributes(text)
    expect(text).toContain(`<mark>&#39;nonce-${nonce}&#39;</mark>`)
    expect(text.match(/class="line"/g)).toHaveLength(12)
  })

  it('has one script without a nonce, and no inline style or handler', async () => {
    const text = await (await fetch(example.url)).text()
    expect(text.match(/<script>/g)).toHaveLength(1)
    expect(text).not.toMatch(/<[^>]+\s(?:style|on\w+)=/)
  })

  it.each([
    ['/app.js', 'text/javascript'],
    ['/style.css', 'text/css'],
    ['/favicon.svg', 'image/svg+xml'],
  ])('comes with %s', async (path, type) => {
    const response = await fetch(example.url + path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain(type)
  })
})

describe('the report endpoint', () => {
  it.each([
    ['report-uri', 'application/csp-report', LEGACY, 'report-uri', '/legacy'],
    [
      'report-uri with a charset',
      'application/csp-report; charset=utf-8',
      LEGACY,
      'report-uri',
      '/legacy',
    ],
    ['report-uri as JSON', 'application/json', LEGACY, 'report-uri', '/legacy'],
    ['report-to', 'application/reports+json', [MODERN], 'report-to', '/modern'],
    ['report-to, as Safari sends it', 'application/csp-report', MODERN, 'report-to', '/modern'],
    ['report-to, one object', 'application/reports+json', MODERN, 'report-to', '/modern'],
    [
      'report-uri, as Safari sends it',
      'application/csp-report',
      { type: 'csp-violation', ...LEGACY },
      'report-uri',
      '/legacy',
    ],
  ])('lists %s', async (_name, contentType, body, by, path) => {
    expect(await post(body, contentType)).toBe(204)
    expect(await listReports()).toEqual([
      {
        by,
        directive: 'connect-src',
        blocked: `https://refused.example${path}`,
        page: 'http://localhost/',
        disposition: 'enforce',
        contentType,
        time: expect.any(String) as string,
      },
    ])
  })

  it('keeps the neighbours of what is no CSP report', async () => {
    const deprecation = { type: 'deprecation', url: 'http://localhost/', body: { id: 'x' } }
    const batch = [null, 1, 'text', [], {}, deprecation, MODERN, { type: 'csp-violation' }, MODERN]
    expect(await post(batch)).toBe(204)
    expect(await listReports()).toHaveLength(2)
  })

  it('takes the directive of an old browser from violated-directive', async () => {
    await post({ 'csp-report': { 'violated-directive': "script-src 'self' https://a.example" } })
    expect(await listReports()).toMatchObject([{ directive: 'script-src', blocked: '' }])
  })

  it.each([
    '',
    '{',
    'null',
    '7',
    '"text"',
    '{}',
    '{"csp-report":null}',
    '{"type":1,"body":{}}',
    '\0',
  ])('answers 400 to %j, and lives on', async (body) => {
    expect(await post(body)).toBe(400)
    expect(await post(LEGACY)).toBe(204)
    expect(await listReports()).toHaveLength(1)
  })

  it.each([64 * 1024 + 1, 4 * 1024 * 1024])(
    'answers 413 to %d bytes, and lives on',
    async (size) => {
      expect(await post('x'.repeat(size))).toBe(413)
      expect(await post(LEGACY)).toBe(204)
      expect(await listReports()).toHaveLength(1)
    },
  )

  it.each([
    [{ 'Content-Type': 'application/csp-report; charset=klingon' }, 415],
    [{ 'Content-Encoding': 'klingon' }, 415],
    [{ 'Content-Encoding': 'gzip' }, 400],
  ])('answers what it cannot read: %j', async (headers, status) => {
    const options = { method: 'POST', headers, body: JSON.stringify(LEGACY) }
    const response = await fetch(`${example.url}/csp-reports`, options)
    expect(response.status).toBe(status)
  })

  it('lives on when a sender goes away in the middle', async () => {
    const request = httpRequest(`${example.url}/csp-reports`, {
      method: 'POST',
      headers: { 'Content-Length': '1000' },
    })
    request.on('error', () => {})
    request.write('{"csp-report"')
    await new Promise((resolve) => setTimeout(resolve, 50))
    request.destroy()
    expect(await post(LEGACY)).toBe(204)
  })

  it('cuts long texts, and takes nothing that is no text', async () => {
    await post({
      'csp-report': { 'blocked-uri': 'x'.repeat(5000), 'effective-directive': { a: 1 } },
    })
    const [report] = await listReports()
    expect(report?.blocked).toHaveLength(300)
    expect(report?.directive).toBe('')
  })

  it('keeps the last hundred', async () => {
    const batch = Array.from({ length: 130 }, (_, index) => ({
      type: 'csp-violation',
      body: { blockedURL: `https://refused.example/${index}` },
    }))
    await post(batch)
    const reports = await listReports()
    expect(reports).toHaveLength(100)
    expect(reports[0]?.blocked).toBe('https://refused.example/30')
  })

  it('answers a preflight', async () => {
    const response = await fetch(`${example.url}/csp-reports`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://elsewhere.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toBe('POST')
    expect(response.headers.get('access-control-allow-headers')).toBe('Content-Type')
  })

  it('streams: first what it has, then what comes', async () => {
    await post(LEGACY)
    const { body } = await fetch(`${example.url}/csp-reports/live`)
    if (body === null) throw new Error('no stream')
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    const first = await reader.read()
    expect(first.value).toMatch(/^event: kept\ndata: \[\{.*\/legacy.*\}\]\n\n$/)
    await post([MODERN])
    const second = await reader.read()
    expect(second.value).toMatch(/^event: report\ndata: \{.*\/modern.*\}\n\n$/)
    await reader.cancel()
  })
})

describe('the second origin', () => {
  it('answers every way to connect', async () => {
    const { otherOrigin } = example
    const data = await fetch(`${otherOrigin}/data`)
    expect(data.headers.get('access-control-allow-origin')).toBe('*')
    expect(await data.json()).toBe('hello')
    const socket = new WebSocket(`${otherOrigin.replace('http', 'ws')}/socket?id=1`)
    const [message] = (await once(socket, 'message')) as [Buffer]
    expect(String(message)).toBe('hello')
    const events = await fetch(`${otherOrigin}/events`)
    expect(events.headers.get('content-type')).toContain('text/event-stream')
    await events.body?.cancel()
  })

  it.each(['/ping', '/beacon'])('tells what arrived at %s', async (path) => {
    const { otherOrigin } = example
    const arrival = async (): Promise<unknown> => (await fetch(`${otherOrigin}/arrivals/a`)).json()
    expect(await arrival()).toBeNull()
    const headers = { 'Content-Type': 'text/plain;charset=UTF-8' }
    await fetch(`${otherOrigin}${path}?id=a`, { method: 'POST', headers, body: 'hello' })
    expect(await arrival()).toBe(`POST ${path} arrived, text/plain`)
  })
})

describe('start', () => {
  it('takes the port that it is told, and says when that is taken', async () => {
    const port = Number(new URL(example.url).port)
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('puts the second origin on another port where the next one is taken', async () => {
    const [port, occupant] = await findPortBeforeTakenOne()
    const other = await start({ port })
    expect(other.url).toBe(`http://localhost:${port}`)
    expect(other.otherOrigin).not.toBe(`http://localhost:${port + 1}`)
    await other.close()
    occupant.close()
  })
})

function nonceAttributes(text: string): readonly string[] {
  return [...text.matchAll(/<script nonce="([^"]*)"/g)].map(([, nonce = '']) => nonce)
}

async function post(body: unknown, contentType = 'application/reports+json'): Promise<number> {
  const response = await fetch(`${example.url}/csp-reports`, {
    method: 'POST',
    headers: { 'Content-Type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return response.status
}

async function listReports(): Promise<readonly ReceivedReport[]> {
  const response = await fetch(`${example.url}/csp-reports`)
  return (await response.json()) as readonly ReceivedReport[]
}

/** A free port whose successor is taken. */
async function findPortBeforeTakenOne(): Promise<
  readonly [number, ReturnType<typeof createServer>]
> {
  for (;;) {
    const occupant = createServer().listen(0, '127.0.0.1')
    await once(occupant, 'listening')
    const address = occupant.address()
    const port = typeof address === 'object' && address !== null ? address.port - 1 : 0
    const probe = createServer().listen(port, '127.0.0.1')
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    )
    probe.close()
    if (isFree) return [port, occupant]
    occupant.close()
  }
}
