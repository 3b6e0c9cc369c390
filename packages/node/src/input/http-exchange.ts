/** What this package knows of requests: node:http, node:http2, and frameworks on top of them. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

/** A request of node:http or node:http2. */
export type Request = IncomingMessage | Http2ServerRequest

/** A response of node:http or node:http2. */
export type Response = ServerResponse | Http2ServerResponse

/** A place where views look values up: `res.locals`, `ctx.state`. */
export type Locals = Record<string, unknown>

/** One request and its response, as an adapter hands them over. */
export interface HttpExchange {
  /** The request of node:http or node:http2. */
  readonly req: Request
  /** The response of node:http or node:http2. */
  readonly res: Response
  /** Where `csp` and `cspNonce` go for the views, if there is such a place. */
  readonly locals: Locals | undefined
  /**
   * The framework's own object for both (Koa's ctx). Functions of the request get it instead of
   * `(req, res)`.
   */
  readonly context?: unknown
}
