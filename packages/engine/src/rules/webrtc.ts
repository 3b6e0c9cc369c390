/** webrtc: by the draft anything but a single 'allow' blocks. No engine has it. */

import { asciiLowerCase } from '@cusp/core/internal'
import type { WebrtcCheck } from '../check/check.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import type { Result } from './result.ts'
import { allow, noDirective, notApplicable, violate } from './result.ts'
import type { Rule } from './rule.ts'

const CHAIN: readonly string[] = Object.freeze(['webrtc'])

/** May a WebRTC connection be made? */
export const webrtcRule: Rule<WebrtcCheck> = {
  facts: [],
  prepare: (_check, { policies }) =>
    policies.dialect.has('webrtc-not-asked') ? notApplicable : shouldRTCConnectionsBeBlocked,
  describe: () => 'WebRTC',
  explain: ({ result }) =>
    result.reason === 'webrtc-blocked' ? ["only a single 'allow' allows it"] : undefined,
  areas: [
    {
      effectiveDirective: 'webrtc',
      chain: CHAIN,
      kind: 'webrtc',
      candidates: () => [{ check: { type: 'webrtc' } }],
    },
  ],
  blockedURL: () => '',
  sample: () => null,
}

/**
 * Asks one policy about WebRTC connections.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-webrtc
 */
function shouldRTCConnectionsBeBlocked(policy: CompiledPolicy): Result {
  const directive = policy.directives.get('webrtc')
  if (directive === undefined) return noDirective('webrtc', CHAIN)
  const asked = { effectiveDirective: 'webrtc', chain: CHAIN, directive, judged: null }
  const [value] = directive.values
  const isAllowed =
    directive.values.length === 1 &&
    typeof value === 'string' &&
    asciiLowerCase(value) === "'allow'"
  return isAllowed ? allow(asked, 'keyword-allows', value) : violate(asked, 'webrtc-blocked')
}
