/** The move from helmet: one line of the entry file changes, and no byte of any response. */

import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server } from 'node:http'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Express } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app as after } from './after.js'
import { app as before } from './before.js'

const EVERY_ADDRESS: readonly (readonly [method: string, path: string, status: number])[] = [
  ['GET', '/', 200],
  ['HEAD', '/', 200],
  ['GET', '/books/salt-roads', 200],
  ['GET', '/books/lamp-room', 200],
  ['GET', '/books/low-water', 200],
  ['GET', '/books/knots', 200],
  ['GET', '/order', 200],
  ['GET', '/order?book=knots', 200],
  ['POST', '/order', 303],
  ['GET', '/thanks?title=Low+Water', 200],
  ['GET', '/books/none', 404],
  ['GET', '/nowhere', 404],
  ['GET', '/covers/knots.svg', 200],
  ['GET', '/search.js', 200],
  ['GET', '/order.js', 200],
  ['GET', '/shop.css', 200],
]

const servers = new Map<Express, Server>()
beforeAll(async () => {
  for (const app of [before, after]) {
    await new Promise<void>((resolve) => {
      servers.set(
        app,
        app.listen(0, '127.0.0.1', () => resolve()),
      )
    })
  }
})
afterAll(() => {
  for (const server of servers.values()) server.close().closeAllConnections()
})

it('changes exactly one line, an import', () => {
  const [helmets, cusps] = ['before.js', 'after.js'].map((name) => {
    return readFileSync(new URL(name, import.meta.url), 'utf8').split('\n')
  }) as [string[], string[]]
  expect(cusps).toHaveLength(helmets.length)
  const changed = helmets.flatMap((line, at) => (line === cusps[at] ? [] : [[line, cusps[at]]]))
  expect(changed).toEqual([
    [
      "import { contentSecurityPolicy } from 'helmet'",
      "import { contentSecurityPolicy } from '@cusp/express'",
    ],
  ])
})

describe('sends byte by byte what helmet sent, but for the nonce', () => {
  it.each(EVERY_ADDRESS)('%s %s', async (method, path, status) => {
    const helmets = await ask(before, method, path)
    const cusps = await ask(after, method, path)
    expect(cusps.withoutNonce).toEqual(helmets.withoutNonce)
    expect(cusps.status).toBe(status)
    // The same nonce in the header and in every script.
    for (const { nonces, policy } of [helmets, cusps]) {
      expect(policy).toBeDefined()
      expect(new Set(nonces).size).toBe(1)
      expect(nonces[0]).toMatch(/^[0-9a-f]{64}$/)
    }
    expect(cusps.nonces[0]).not.toBe(helmets.nonces[0])
  })
})

interface Answer {
  readonly status: number | undefined
  readonly policy: string | undefined
  readonly nonces: readonly string[]
  /** Status, header lines as they came and body. */
  readonly withoutNonce: readonly unknown[]
}

async function ask(app: Express, method: string, path: string): Promise<Answer> {
  const response = await send(app, method, path)
  const lines = response.rawHeaders.map((word, at, all) => (all[at - 1] === 'Date' ? '' : word))
  const whole = `${lines.join('\n')}\n\n${await text(response)}`
  return {
    status: response.statusCode,
    policy: response.headersDistinct['content-security-policy']?.join(' | '),
    nonces: [...whole.matchAll(/nonce[-=]"?([^"']+)/g)].map(([, nonce]) => nonce ?? ''),
    withoutNonce: [
      response.statusCode,
      ...whole.replaceAll(/(nonce[-=]"?)[0-9a-f]{64}/g, '$1…').split('\n'),
    ],
  }
}

function send(app: Express, method: string, path: string): Promise<IncomingMessage> {
  const address = servers.get(app)?.address()
  const { port } = address as AddressInfo
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve, reject) => {
    const question = request(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      resolve,
    )
    question.on('error', reject)
    question.end(method === 'POST' ? 'book=knots&name=Ada' : undefined)
  })
}
