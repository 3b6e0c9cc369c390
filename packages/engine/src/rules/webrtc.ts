/** webrtc: anything but a single 'allow' blocks. In the draft, shipped nowhere. */

import { asciiLowerCase } from '../text.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import type { Finding } from './result.ts'
import { allow, noDirective, violate } from './result.ts'

const CHAIN: readonly string[] = Object.freeze(['webrtc'])
const ASKED = { effectiveDirective: 'webrtc', directive: 'webrtc', chain: CHAIN }

/**
 * Asks one policy about WebRTC connections.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-webrtc
 */
export function shouldRTCConnectionsBeBlocked(policy: CompiledPolicy): Finding {
  const values = policy.directives.get('webrtc')?.values
  if (values === undefined) return noDirective('webrtc', CHAIN)
  const [value] = values
  const isAllowed =
    values.length === 1 && typeof value === 'string' && asciiLowerCase(value) === "'allow'"
  return isAllowed ? allow(ASKED, 'keyword-allows', value) : violate(ASKED, 'webrtc-blocked')
}
