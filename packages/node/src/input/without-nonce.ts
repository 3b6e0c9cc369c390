/**
 * The policy of a response whose view did not read the nonce: as strict as before, and without the
 * nonce.
 */

import type { Delivery, Policy } from '@cusp/core'
import { deliver, NONCE } from '@cusp/core'

const NONCE_OR_HASH = /^'(?:nonce|sha256|sha384|sha512)-/i

const withoutNonces = new WeakMap<Delivery, Delivery>()

/** Returns the same delivery without NONCE, compiled at the first call. */
export function withoutNonce(delivery: Delivery): Delivery {
  let made = withoutNonces.get(delivery)
  if (made === undefined) {
    made = deliver({
      enforce: delivery.enforce.map(dropNonce),
      reportOnly: delivery.reportOnly.map(dropNonce),
    })
    withoutNonces.set(delivery, made)
  }
  return made
}

/**
 * A list must not allow more without its nonce. A nonce makes 'unsafe-inline' void, so that keyword
 * goes too; a list that is empty then becomes 'none'.
 */
function dropNonce(policy: Policy): Policy {
  return policy.directives.reduce((result, { name, values }) => {
    if (!values.includes(NONCE)) return result
    const rest = values.filter((value) => value !== NONCE)
    const isInlineVoid = rest.some((value) => NONCE_OR_HASH.test(String(value)))
    const sources = rest.filter(
      (value) => isInlineVoid || String(value).toLowerCase() !== "'unsafe-inline'",
    )
    return result.set(name, sources.length === 0 ? ["'none'"] : sources)
  }, policy)
}
