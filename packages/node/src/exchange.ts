/** What the middleware needs of a request and its response: node:http, node:http2's compatibility layer, frameworks on them. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

/** A request of node:http or node:http2. */
export type Request = IncomingMessage | Http2ServerRequest

/** A response of node:http or node:http2. */
export type Response = ServerResponse | Http2ServerResponse

/** A place where views look values up: `res.locals`, `ctx.state`. */
export type Locals = Record<string, unknown>

/** One request and its response, as an adapter hands them over. */
export interface Exchange {
  /** The request of node:http or node:http2. */
  readonly req: Request
  /** The response of node:http or node:http2. */
  readonly res: Response
  /** Where `csp` and `cspNonce` go for the views, if there is such a place. */
  readonly locals: Locals | undefined
  /** Express's `res.locals`: its `csp` keeps the context then, and nothing is added to the response (see `slot.ts`). */
  readonly slot?: Locals | undefined
  /** The framework's own object for both (Koa's ctx); functions of the request get it in place of `(req, res)`. */
  readonly context?: unknown
}
