/** What a test server is asked and what it answers. */

import type { IncomingHttpHeaders, ServerResponse } from 'node:http'

/** What one request said. */
export interface RecordedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Empty for a request that went to an application under test, which reads it itself. */
  readonly body: string
}

/** A fixed answer. */
export interface Content {
  /** 200 unless told. */
  readonly status?: number
  /** `content-type` is HTML unless told. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
}

/** An answer that is worked out. */
export type Responder = (request: RecordedRequest, response: ServerResponse) => void

/** Sends a fixed answer, which nothing on the way keeps. */
export function answer(
  response: ServerResponse,
  { status = 200, headers = {}, body = '' }: Content,
): void {
  const always = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }
  for (const [name, value] of Object.entries({ ...always, ...headers }))
    response.setHeader(name, value)
  response.statusCode = status
  response.end(body)
}

/** The headers that open an answer to a script of any origin, preflights included. */
export function corsHeaders({ headers }: RecordedRequest): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': headers['access-control-request-method'] ?? '*',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
    'cross-origin-resource-policy': 'cross-origin',
  }
}
