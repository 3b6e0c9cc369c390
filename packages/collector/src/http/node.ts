/** The intake for node:http, node:http2, Connect and Express. */

import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { constants } from 'node:http2'
import type { Answer } from '../intake/answer.ts'
import type { Intake } from '../intake/intake.ts'
import type { Request } from '../intake/read-body.ts'
import { headersFor, readParsed, urlOf } from './exchange.ts'

/** A response of node:http, or of node:http2 in its shape. */
export type Response = Http2ServerResponse | ServerResponse

/**
 * A request handler for node:http, and a middleware for Connect and Express. It answers every
 * request that it gets: `next` is never called.
 */
export type NodeHandler = (
  request: Request,
  response: Response,
  next?: (error?: unknown) => void,
) => Promise<void>

/** Makes the handler. */
export function createNodeHandler(intake: Intake): NodeHandler {
  return async function reports(request, response) {
    const parsed = readParsed(request, Reflect.get(request, 'body'))
    const answer = await intake.receive({ request, url: urlOf(request), parsed })
    write(answer, { request, response })
  }
}

function write(
  answer: Answer,
  { request, response }: { readonly request: Request; readonly response: Response },
): void {
  if (response.headersSent || response.destroyed) return
  if (answer.closes && 'stream' in request) {
    // HTTP/2 has no `Connection: close`: the stream ends, and others of its connection go on.
    response.once('finish', () => request.stream.close(constants.NGHTTP2_NO_ERROR))
  }
  ;(response as ServerResponse).writeHead(answer.status, headersFor(answer, request))
  response.end(answer.text)
}
