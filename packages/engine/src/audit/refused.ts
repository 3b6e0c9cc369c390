/**
 * What a page is refused although no list forbids it: scripts and forms of a sandboxed document,
 * and plain strings where trusted types are required.
 */

import type { Check } from '../check/check.ts'
import type { EnforcedPolicies } from '../decide/enforced.ts'
import { sandboxFlags } from '../rules/sandbox.ts'

/** What only scripts ask for. Connections are theirs too, but for those of `<a ping>`. */
const SCRIPT_DESTINATIONS: ReadonlySet<string> = new Set([
  '',
  'audioworklet',
  'paintworklet',
  'script',
  'serviceworker',
  'sharedworker',
  'worker',
  'xslt',
])
const WORKERS: ReadonlySet<string> = new Set(['serviceworker', 'sharedworker', 'worker'])

/** Returns what tells whether a page under the policies is refused what the check asks for. */
export function isRefusedOtherwise({
  policies,
  page: {
    policies: { dialect, requiresTrustedTypes },
  },
}: EnforcedPolicies): (check: Check) => boolean {
  // What came from a meta element has no sandbox that counts.
  const sandboxing = policies.filter(({ directives }) => directives.has('sandbox'))
  const { flags } = sandboxFlags(
    sandboxing.map(({ policy }) => policy),
    { dialect },
  )
  const [isScriptless, isFormless] = [flags.includes('scripts'), flags.includes('forms')]
  return (check) =>
    (isScriptless && needsScripts(check)) ||
    (isFormless && check.type === 'form-action') ||
    (requiresTrustedTypes && isPlainString(check))
}

function needsScripts(check: Check): boolean {
  switch (check.type) {
    case 'inline':
      return !check.inline.startsWith('style')
    case 'request':
      return SCRIPT_DESTINATIONS.has(check.destination ?? '')
    default:
      return ['eval', 'trusted-types-policy', 'trusted-types-sink', 'wasm', 'webrtc'].includes(
        check.type,
      )
  }
}

/** Code from a string, a javascript: URL and the URL of a worker, none of them a trusted type. */
function isPlainString(check: Check): boolean {
  if (check.type === 'request') return WORKERS.has(check.destination ?? '')
  return check.type === 'eval' || (check.type === 'inline' && check.inline === 'navigation')
}
