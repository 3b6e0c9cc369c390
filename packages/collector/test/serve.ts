/** Real servers and real sockets for tests, and what they were told in the log. */

import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Collector } from '../src/collector.ts'
import type { CollectorOptions } from '../src/collector-options.ts'
import { collector } from '../src/collector.ts'
import type { Logger } from '../src/logger.ts'
import type { FakeStore } from './fake-store.ts'
import { fakeStore } from './fake-store.ts'

/** A line of the log. */
export interface Line {
  readonly level: keyof Logger
  readonly fields: object
  readonly message: string
}

/** A collector with a server, which ends with the test. */
export interface Running {
  readonly url: string
  readonly store: FakeStore
  readonly reports: Collector
  readonly lines: readonly Line[]
}

/** Starts a collector on a server of its own. */
export async function serve(options: Partial<CollectorOptions> = {}): Promise<Running> {
  const store = fakeStore()
  const { logger, lines } = recordLog()
  const reports = collector({ store, logger, ...options })
  const url = await listen(createServer((req, res) => void reports.handler(req, res)))
  return { url, store, reports, lines }
}

/** Starts a server, which ends with the test. */
export async function listen(server: Server | RequestListener): Promise<string> {
  const own = typeof server === 'function' ? createServer(server) : server
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        own.closeAllConnections()
        own.close(() => resolve())
      }),
  )
  return `http://127.0.0.1:${(own.address() as AddressInfo).port}`
}

/** A logger that remembers. */
export function recordLog(): { readonly logger: Logger; readonly lines: readonly Line[] } {
  const lines: Line[] = []
  function write(level: keyof Logger) {
    return (fields: object, message: string) => void lines.push({ level, fields, message })
  }
  const logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  return { logger, lines }
}

/** What was answered. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Posts a body: what is not text or bytes is sent as JSON. */
export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return ask(url, {
    method: 'POST',
    body: raw as RequestInit['body'] & {},
    headers: { 'content-type': 'application/csp-report', ...headers },
  })
}

/** Sends any request. */
export async function ask(url: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(url, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/**
 * Sends bytes as they are, and resolves to everything that comes back until the server ends the
 * connection.
 */
export function sendRaw(url: string, ...parts: readonly (Buffer | string)[]): RawExchange {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  // The server may end the connection while something is being sent.
  socket.on('error', () => {})
  for (const part of parts) socket.write(part)
  const answer = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
  return { socket, answer }
}

/** A connection of its own. */
export interface RawExchange {
  readonly socket: Socket
  readonly answer: Promise<string>
}
