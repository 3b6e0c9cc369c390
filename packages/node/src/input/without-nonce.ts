/**
 * The policy of a response whose view did not read the nonce: as strict as before, and without the
 * nonce.
 */

import type { Delivery, Policy } from '@cusp/core'
import { deliver, NONCE, NONE, UNSAFE_INLINE } from '@cusp/core'
import { isKeyword, isNonceOrHash } from '@cusp/core/internal'

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
    const isInlineVoid = rest.some(isNonceOrHash)
    const sources = rest.filter((value) => isInlineVoid || !isKeyword(value, UNSAFE_INLINE))
    return result.set(name, sources.length === 0 ? [NONE] : sources)
  }, policy)
}
