import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Summary } from '@cusp/collector'
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
      'report-uri /csp-reports',
    ])
    expect(response.headers.get('reporting-endpoints')).toBeNull()
    expect(nonces).toHaveLength(2)
    expect(new Set(nonces).size).toBe(1)
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
    expect(text.match(/class="line"/g)).toHaveLength(10)
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

describe('the reports', () => {
  it.each([
    ['report-uri', 'application/csp-report', LEGACY],
    ['report-to', 'application/reports+json', [MODERN]],
  ])('sent by %s are stored, and listed', async (_name, contentType, body) => {
    expect(await post(body, contentType)).toBe(204)
    expect(await listReports()).toMatchObject({
      total: 1,
      groups: [{ count: 1, directive: 'connect-src', blocked: 'refused.example' }],
    })
  })

  it('of one cause are one group', async () => {
    await post([MODERN, MODERN])
    await post(LEGACY)
    expect(await listReports()).toMatchObject({ total: 3, groups: [{ count: 3 }] })
  })

  it('that are none are refused', async () => {
    expect(await post('{')).toBe(400)
    expect(await listReports()).toMatchObject({ total: 0, groups: [] })
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

async function listReports(): Promise<Summary> {
  const response = await fetch(`${example.url}/reports`)
  return (await response.json()) as Summary
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
