/** What every adapter shares: an input, read once, and applied to each response. */

import type { Delivery } from '@cusp/core'
import type { HttpExchange } from './input/http-exchange.ts'
import type { DeliveryPlan } from './input/input.ts'
import { readInput } from './input/input.ts'
import type { AdapterWords, CspOptions, Settings } from './input/options.ts'
import { toError } from './input/to-error.ts'
import { ResponseContext } from './response-context.ts'
import { keepContext, placeOf, readPlace } from './response/contexts.ts'

/**
 * Puts the policy on one response; a promise where the input is asynchronous. Throws or rejects on
 * errors.
 */
export type Apply = (exchange: HttpExchange) => void | Promise<void>

/**
 * Reads the input once and returns what applies it to each response. An adapter translates its
 * framework's objects to an {@link HttpExchange}; nothing else is left to do.
 *
 * @example
 * ```ts
 * import { IncomingMessage, ServerResponse } from 'node:http'
 * import { Socket } from 'node:net'
 * import { csp } from '@cusp/core'
 * import { createApply } from '@cusp/node/adapter'
 *
 * const apply = createApply(csp().defaultSrc("'self'"))
 * const req = new IncomingMessage(new Socket())
 * const res = new ServerResponse(req)
 * apply({ req, res, locals: undefined })
 * res.getHeader('Content-Security-Policy') // => default-src 'self'
 * ```
 *
 * @param names `words`: what the adapter calls its parts, for the sentences of errors
 * @throws CspError `ERR_CSP_INPUT` for a shape that is not an input, and as `deliver` does
 */
export function createApply(
  input: unknown,
  options?: CspOptions,
  names?: { readonly words: AdapterWords },
): Apply {
  const apply = chooseApply(readInput(input, options, names))
  return (exchange) => {
    try {
      const pending = apply(exchange)
      return pending === undefined ? undefined : pending.catch(rethrow)
    } catch (thrown) {
      throw toError(thrown)
    }
  }
}

/** A delivery that is the same for every response need not be asked for. */
function chooseApply({ settings, source }: DeliveryPlan): Apply {
  if (typeof source !== 'function') {
    return (exchange) => applyDelivery(source, exchange, settings)
  }
  return (exchange) => {
    const delivery = source(exchange)
    if (delivery instanceof Promise) {
      return delivery.then((resolved) => applyDelivery(resolved, exchange, settings))
    }
    return applyDelivery(delivery, exchange, settings)
  }
}

function rethrow(thrown: unknown): never {
  throw toError(thrown)
}

/**
 * The first delivery of a response makes the context; one of an inner middleware replaces what an
 * outer one set.
 */
function applyDelivery(delivery: Delivery, exchange: HttpExchange, settings: Settings): void {
  const place = placeOf(exchange.res)
  const existing = readPlace(place) as ResponseContext | undefined
  if (existing !== undefined) return existing.adopt(delivery, exchange, settings)
  const context = new ResponseContext(exchange.res, delivery, settings)
  keepContext(place, context)
  context.begin(delivery, exchange)
}
