/** A server on loopback that keeps a record of what it was asked. */

import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Certificate } from './certificate.ts'
import { answer } from './content.ts'
import type { Content, RecordedRequest, Responder } from './content.ts'
import { poll } from './deadline.ts'
import { FIXTURES, upgradeToWebSocket } from './fixtures.ts'

export interface TestServer {
  /** Its origin by name, such as `http://localhost:40123`. */
  readonly origin: string
  /**
   * The same server by address, such as `http://127.0.0.1:40123`: another origin on another site.
   */
  readonly addressOrigin: string
  /** All requests so far, upgrades to WebSocket among them. */
  readonly requests: readonly RecordedRequest[]
  /** Answers a path, whatever its query, from now on; returns its URL. */
  serve(path: string, content: Content | Responder): string
  /**
   * Waits until a path has been asked for, and returns the first such request. A path without a
   * query stands for any.
   *
   * @param deadline milliseconds from now
   */
  waitForRequest(path: string, deadline?: number): Promise<RecordedRequest>
  /** Stops, and cuts connections that are still open. */
  close(): Promise<void>
}

export interface ServerOptions {
  /** Serves https with it. */
  readonly certificate?: Certificate | undefined
  /** Answers what neither `serve` nor the fixtures do: an application under test. */
  readonly application?: RequestListener | undefined
}

/**
 * Starts a server on a free port; it has the fixtures of `fixtures.ts`, and what a test serves
 * comes before them.
 */
export async function startServer({
  certificate,
  application,
}: ServerOptions = {}): Promise<TestServer> {
  const requests: RecordedRequest[] = []
  const contents = new Map<string, Content | Responder>(FIXTURES)

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = contents.get(withoutQuery(request.url ?? ''))
    if (content === undefined && application !== undefined) {
      requests.push(record(request, ''))
      application(request, response)
      return
    }
    // The record is whole before the page sees the answer.
    const recorded = record(request, await text(request))
    requests.push(recorded)
    if (typeof content === 'function') content(recorded, response)
    else answer(response, content ?? { status: 404, body: 'Not found' })
  }

  const listener: RequestListener = (request, response) => {
    respond(request, response).catch(() => response.destroy())
  }
  const server =
    certificate === undefined
      ? createHttpServer(listener)
      : createHttpsServer(certificate, listener)
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    requests.push(record(request, ''))
    upgraded.add(socket)
    upgradeToWebSocket(request, socket)
  })
  // A browser that stood still a while must not find its connection gone.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('Cannot start a server: it has no port')
  const scheme = certificate === undefined ? 'http' : 'https'
  const origin = `${scheme}://localhost:${address.port}`
  return {
    origin,
    addressOrigin: `${scheme}://127.0.0.1:${address.port}`,
    requests,
    serve(path, content) {
      contents.set(path, content)
      return `${origin}${path}`
    },
    waitForRequest(path, deadline) {
      const isAsked = (request: RecordedRequest): boolean =>
        request.path === path || withoutQuery(request.path) === path
      return poll(() => requests.find(isAsked), {
        what: `a request for ${path} at ${origin}`,
        deadline,
      })
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      for (const socket of upgraded) socket.destroy()
      await closed
    },
  }
}

function record(request: IncomingMessage, body: string): RecordedRequest {
  return { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? ''
}
