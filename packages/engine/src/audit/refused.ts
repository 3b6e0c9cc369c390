/**
 * What a page is refused although no list forbids it: scripts and forms of a sandboxed document,
 * plain strings where trusted types are required, and workers of another origin.
 *
 * @see
 *   https://html.spec.whatwg.org/multipage/workers.html#dedicated-workers-and-the-worker-interface
 */

import type { Check } from '../check/check.ts'
import type { EnforcedPolicies } from '../decide/enforced.ts'
import { sandboxFlags } from '../rules/sandbox.ts'
import type { Origin } from '../url/url.ts'
import { readURL } from '../url/url.ts'

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
    self,
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
    (requiresTrustedTypes && isPlainString(check)) ||
    isForeignWorker(check, self)
}

/** A worker of a URL that has a host, where that is not the origin of the page. */
function isForeignWorker(check: Check, self: Origin | null): boolean {
  if (check.type !== 'request' || !WORKERS.has(check.destination ?? '')) return false
  const url = readURL(check.url)
  if (url === null || url.host === null) return false
  return self?.host !== url.host || self.scheme !== url.scheme || self.port !== url.port
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
