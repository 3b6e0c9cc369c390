/** How Connect-like frameworks get their middleware: bare node:http, Connect and Express. */

import type { Apply } from './apply-with.ts'
import type { Locals, Request, Response } from './input/http-exchange.ts'
import { toError } from './input/to-error.ts'

/**
 * A Connect-style middleware. Without `next` it throws, or rejects, where it would call
 * `next(err)`.
 */
export type ConnectMiddleware = (
  req: Request,
  res: Response,
  next?: (error?: unknown) => void,
) => void | Promise<void>

/**
 * Makes a middleware: `(req, res, next)` for Connect and Express, or called alone for bare
 * node:http. `localsOf` gives the response's own object for what views look up.
 *
 * @example
 * ```ts
 * import { createApply, createConnectMiddleware } from '@cusp/node/adapter'
 * import { strict } from '@cusp/core'
 *
 * const middleware = createConnectMiddleware(createApply(strict()), () => undefined)
 * middleware.length // => 3
 * ```
 */
export function createConnectMiddleware(
  apply: Apply,
  localsOf: (res: Response) => Locals | undefined,
): ConnectMiddleware {
  return function csp(req, res, next) {
    let pending: void | Promise<void>
    try {
      pending = apply({ req, res, locals: localsOf(res) })
    } catch (thrown) {
      const error = toError(thrown)
      if (next === undefined) throw error
      return next(error)
    }
    if (next === undefined) return pending
    return pending === undefined ? next() : pending.then(() => next(), next)
  }
}
