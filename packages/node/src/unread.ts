/** The policy of a response whose view asked for no nonce: as strict, and without one. */

import type { Delivery, Policy } from '@cusp/core'
import { NONCE } from '@cusp/core'
import { compileDelivery } from '@cusp/core/internal'

const NONCE_OR_HASH = /^'(?:nonce|sha256|sha384|sha512)-/i

const withoutNonces = new WeakMap<Delivery, Delivery>()

/** The same delivery without NONCE, made once. */
export function withoutNonce(delivery: Delivery): Delivery {
  let made = withoutNonces.get(delivery)
  if (made === undefined) {
    made = compileDelivery({
      enforce: delivery.enforce.map(dropNonce),
      reportOnly: delivery.reportOnly.map(dropNonce),
    })
    withoutNonces.set(delivery, made)
  }
  return made
}

/**
 * Without its nonce a list must not allow more: 'unsafe-inline', void until now, goes as well, and an empty list is
 * 'none'.
 */
function dropNonce(policy: Policy): Policy {
  return policy.directives.reduce((result, { name, values }) => {
    if (!values.includes(NONCE)) return result
    const rest = values.filter((value) => value !== NONCE)
    const isInlineVoid = rest.some((value) => NONCE_OR_HASH.test(String(value)))
    const kept = rest.filter(
      (value) => isInlineVoid || String(value).toLowerCase() !== "'unsafe-inline'",
    )
    return result.set(name, kept.length === 0 ? ["'none'"] : kept)
  }, policy)
}
