/** Ready policies to start from. */

import { NONCE, NONE, STRICT_DYNAMIC, UNSAFE_INLINE } from './vocabulary/keywords.ts'
import type { Policy } from './model/policy.ts'
import { csp } from './policy/policy-value.ts'

/**
 * The strict policy for pages: scripts run by nonce and trust what they load, plug-ins and `<base>` are off. `https:` and
 * `'unsafe-inline'` are for browsers without 'strict-dynamic' and nonces; newer ones ignore both. Without
 * upgrade-insecure-requests, which breaks sites on plain http.
 *
 * @see https://w3c.github.io/webappsec-csp/#strict-csp
 */
export function strict(): Policy {
  return csp()
    .scriptSrc(NONCE, STRICT_DYNAMIC, 'https:', UNSAFE_INLINE)
    .objectSrc(NONE)
    .baseUri(NONE)
}

/** The policy for JSON services: a response that is opened as a page may load nothing, be framed by nobody. */
export function api(): Policy {
  return csp().defaultSrc(NONE).baseUri(NONE).formAction(NONE).frameAncestors(NONE)
}
