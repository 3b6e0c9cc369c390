/** The middleware for bare node:http and Connect, and the part that every adapter shares. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { applyDelivery } from './context.ts'
import type { Exchange, Locals, Request, Response } from './exchange.ts'
import type { CspInput } from './input.ts'
import { readProgram } from './input.ts'
import type { CspOptions } from './options.ts'

/** A Connect-style middleware. Without `next` it throws, or rejects, where it would call `next(err)`. */
export type ConnectMiddleware = (
  req: Request,
  res: Response,
  next?: (error?: unknown) => void,
) => void | Promise<void>

/** Puts the policy on one response; a promise where the input is asynchronous. Throws or rejects on errors. */
export type Apply = (exchange: Exchange) => void | Promise<void>

/**
 * Reads the input once and returns what applies it to each response: the whole of an adapter but its translation.
 *
 * @throws CspError `ERR_CSP_INPUT` for a shape that is no input, and as `deliver` does
 */
export function createApply(input: unknown, options?: CspOptions): Apply {
  const { settings, deliveryFor } = readProgram(input, options)
  return (exchange) => {
    const delivery = deliveryFor(exchange)
    if (delivery instanceof Promise) {
      return delivery.then((made) => applyDelivery(made, exchange, settings))
    }
    return applyDelivery(delivery, exchange, settings)
  }
}

/**
 * Makes the middleware: `(req, res, next)` for Connect and Express, or called alone for bare node:http. `localsOf` says
 * where views look values up.
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
      pending = apply({ req, res, locals: localsOf(res) })
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

function noLocals(): undefined {
  return undefined
}
