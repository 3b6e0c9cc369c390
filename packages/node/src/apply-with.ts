/** An input, read once and applied to each response, whatever the responses are. */

import type { Delivery } from '@cusp/core'
import type { HttpExchange } from './input/http-exchange.ts'
import type { DeliveryPlan } from './input/input.ts'
import { readInput } from './input/input.ts'
import type { AdapterWords, CspOptions } from './input/options.ts'
import { toError } from './input/to-error.ts'
import type { Watch } from './response-context.ts'
import { ResponseContext } from './response-context.ts'
import { keepContext, placeOf, readPlace } from './response/contexts.ts'

/**
 * Puts the policy on one response; a promise where the input is asynchronous. Throws or rejects on
 * errors.
 */
export type Apply = (exchange: HttpExchange) => void | Promise<void>

/** What an adapter adds. */
export interface AdapterParts {
  /** What it calls its parts, for the sentences of errors. */
  readonly words?: AdapterWords | undefined
  /** How its responses call back before the head. */
  readonly watch: Watch
}

/**
 * Reads the input once and returns what applies it to each response.
 *
 * @throws CspError `ERR_CSP_INPUT` for a shape that is not an input, and as `deliver` does
 */
export function createApplyWith(
  input: unknown,
  options: CspOptions | undefined,
  { words, watch }: AdapterParts,
): Apply {
  const apply = chooseApply(readInput(input, options, { words }), watch)
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
function chooseApply({ settings, source }: DeliveryPlan, watch: Watch): Apply {
  // The first delivery of a response makes the context; one of an inner middleware replaces what
  // an outer one set.
  function applyDelivery(delivery: Delivery, exchange: HttpExchange): void {
    const place = placeOf(exchange.res)
    const existing = readPlace(place) as ResponseContext | undefined
    if (existing !== undefined) return existing.adopt(delivery, exchange, settings)
    const context = new ResponseContext(exchange.res, delivery, settings, watch)
    keepContext(place, context)
    context.begin(delivery, exchange)
  }
  if (typeof source !== 'function') {
    return (exchange) => applyDelivery(source, exchange)
  }
  return (exchange) => {
    const delivery = source(exchange)
    if (delivery instanceof Promise) {
      return delivery.then((resolved) => applyDelivery(resolved, exchange))
    }
    return applyDelivery(delivery, exchange)
  }
}

function rethrow(thrown: unknown): never {
  throw toError(thrown)
}
