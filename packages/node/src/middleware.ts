/** The middleware for bare node:http and Connect, and how Connect-like frameworks get theirs. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Apply } from './apply.ts'
import { createApply } from './apply.ts'
import type { Locals, Request, Response } from './exchange.ts'
import type { CspInput } from './input.ts'
import type { DropIn } from './drop-in.ts'
import { createDropIn } from './drop-in.ts'
import type { CspOptions } from './options.ts'

/** A Connect-style middleware. Without `next` it throws, or rejects, where it would call `next(err)`. */
export type ConnectMiddleware = (
  req: Request,
  res: Response,
  next?: (error?: unknown) => void,
) => void | Promise<void>

/**
 * Makes the middleware: `(req, res, next)` for Connect and Express, or called alone for bare node:http. `localsOf` gives
 * the response's own object for what views look up.
 *
 * @throws CspError as {@link createApply} does
 */
export function createConnectMiddleware(
  apply: Apply,
  localsOf: (res: Response) => Locals | undefined,
): ConnectMiddleware {
  return function csp(req, res, next) {
    let pending: void | Promise<void>
    try {
      const locals = localsOf(res)
      pending = apply({ req, res, locals, slot: locals })
    } catch (error) {
      if (next === undefined) throw error
      return next(error)
    }
    if (next === undefined) return pending
    return pending === undefined ? next() : pending.then(() => next(), next)
  }
}

/**
 * Ships a policy on every response of a Connect app or a bare node:http server. The headers stand when `next` is called
 * (or when the call returns; when its promise resolves where the input is asynchronous).
 *
 * @param input a policy, a Delivery, `{ enforce, reportOnly }`, a function of the request, or nothing for the strict preset
 * @throws CspError `ERR_CSP_INPUT` for any other shape, and as `deliver` does
 */
export function cspMiddleware(
  input?: CspInput<[req: IncomingMessage, res: ServerResponse]>,
  options?: CspOptions,
): ConnectMiddleware {
  return createConnectMiddleware(createApply(input, options), noLocals)
}

/**
 * The drop-in for `helmet.contentSecurityPolicy(options)`: helmet's options only, and nothing means helmet's defaults.
 *
 * @throws CspError where helmet throws, with helmet's message in it, and for options that helmet would silently ignore
 */
export const contentSecurityPolicy: DropIn<ConnectMiddleware> = createDropIn((apply) =>
  createConnectMiddleware(apply, noLocals),
)

function noLocals(): undefined {
  return undefined
}
