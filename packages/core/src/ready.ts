/** Ready policies to start from. */

import { NONCE, NONE, STRICT_DYNAMIC, UNSAFE_INLINE } from './vocabulary/keywords.ts'
import { checkNoArguments } from './vocabulary/options.ts'
import type { Policy } from './model/policy.ts'
import { csp } from './policy/policy-value.ts'

/**
 * The strict policy for pages: scripts run by nonce and may load others, plug-ins and `<base>` are
 * off. `https:` and `'unsafe-inline'` are for browsers that know neither 'strict-dynamic' nor
 * nonces; newer ones ignore both. It leaves out upgrade-insecure-requests, which breaks sites on
 * plain http.
 *
 * @example
 * ```ts
 * import { createNonce, deliver, strict } from '@cusp/core'
 *
 * const delivery = deliver(strict().frameAncestors("'self'"))
 * delivery.usesNonce // => true
 * delivery.headers(createNonce())[0]?.[0] // => Content-Security-Policy
 * ```
 *
 * @see https://w3c.github.io/webappsec-csp/#strict-csp
 */
export function strict(): Policy
export function strict(...unexpected: readonly unknown[]): Policy {
  checkNoArguments('strict', unexpected)
  return csp()
    .scriptSrc(NONCE, STRICT_DYNAMIC, 'https:', UNSAFE_INLINE)
    .objectSrc(NONE)
    .baseUri(NONE)
}

/**
 * The policy for JSON services: a response that is opened as a page can load nothing, and nobody
 * can frame it.
 *
 * @example
 * ```ts
 * import { api } from '@cusp/core'
 *
 * api() // => default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
 * ```
 */
export function api(): Policy
export function api(...unexpected: readonly unknown[]): Policy {
  checkNoArguments('api', unexpected)
  return csp().defaultSrc(NONE).baseUri(NONE).formAction(NONE).frameAncestors(NONE)
}
