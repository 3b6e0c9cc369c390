/** The part that every adapter shares: an input, read once, applied to each response. */

import type { Delivery } from '@cusp/core'
import type { Exchange } from './exchange.ts'
import { readProgram } from './input.ts'
import type { CspOptions, Settings } from './options.ts'
import { ResponseContext } from './response-context.ts'
import { findContext, keepContext } from './slot.ts'

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

/** Puts a delivery on a response: the first one makes the context, an inner one replaces what an outer one set. */
function applyDelivery(delivery: Delivery, exchange: Exchange, settings: Settings): void {
  const existing = findContext(exchange)
  if (existing === undefined) {
    keepContext(exchange, new ResponseContext(delivery, exchange, settings))
  } else existing.adopt(delivery, settings)
}
