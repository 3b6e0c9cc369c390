/** Hosts: equal, or under a wildcard. */

import type { Dialect } from './dialects.ts'
import type { CheckedURL } from './url.ts'
import { isDomain } from './url.ts'

const ASTERISK = 0x2a

/**
 * Whether a host-part (lower-case) matches the host of a URL. `*.x` matches what ends in `.x`, not x itself; a trailing
 * dot counts.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-hosts
 */
export function hostPartMatches(
  pattern: string,
  url: CheckedURL,
  { dialect }: { readonly dialect: Dialect },
): boolean {
  const isNameable = dialect.has('ip-host') ? url.isSpecial : isDomain(url)
  if (url.host === null || !isNameable) return false
  // By code, not with startsWith: this is asked of every candidate of every decision.
  if (pattern.charCodeAt(0) !== ASTERISK) return pattern === url.host
  return pattern.length === 1 || url.host.endsWith(pattern.slice(1))
}
