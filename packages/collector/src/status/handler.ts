/**
 * Metrics, health and readiness over HTTP: for a listener that only the machine or the cluster
 * reaches.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Metrics } from './metrics.ts'

/** Answers `/metrics`, `/health` and `/ready`. */
export type StatusHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What is shown. */
export interface StatusParts {
  readonly metrics: Metrics
  /** Resolves when a report could be kept now. */
  readonly check: () => Promise<void>
}

interface Page {
  readonly status: number
  readonly type?: string
  readonly text: string
}

/** Makes the handler. */
export function createStatusHandler(parts: StatusParts): StatusHandler {
  return async function status(request, response) {
    const { status: code, type = 'text/plain; charset=utf-8', text } = await pageFor(request, parts)
    const headers = { 'Content-Type': type, 'Cache-Control': 'no-store' }
    response.writeHead(code, code === 405 ? { ...headers, Allow: 'GET, HEAD' } : headers)
    response.end(request.method === 'HEAD' ? undefined : text)
  }
}

async function pageFor(request: IncomingMessage, { metrics, check }: StatusParts): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, text: 'Use GET instead.\n' }
  }
  switch (String(request.url).split('?', 1)[0]) {
    case '/metrics':
      return { status: 200, type: metrics.contentType, text: await metrics.text() }
    case '/health':
      return { status: 200, text: 'alive\n' }
    case '/ready':
      return check().then(
        () => ({ status: 200, text: 'ready\n' }),
        () => ({ status: 503, text: 'The store cannot keep reports now.\n' }),
      )
    default:
      return { status: 404, text: 'Use /metrics, /health or /ready instead.\n' }
  }
}
