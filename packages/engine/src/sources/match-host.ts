/** Hosts: equal, or under a wildcard. */

import type { Dialect } from '../dialects/dialect.ts'
import type { CheckedURL } from '../url/url.ts'
import { isDomain } from '../url/url.ts'

const ASTERISK = 0x2a

/**
 * Whether a host-part (lower-case) matches the host of a URL. `*.x` matches what ends in `.x`, not
 * x itself; a trailing dot counts.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-hosts
 */
export function hostPartMatches(
  pattern: string,
  url: CheckedURL,
  { dialect }: { readonly dialect: Dialect },
): boolean {
  if (url.host === null || !isNameableHost(url, { dialect })) return false
  // By code, not with startsWith: this is asked of every candidate of every decision.
  if (pattern.charCodeAt(0) !== ASTERISK) return pattern === url.host
  return pattern.length === 1 || url.host.endsWith(pattern.slice(1))
}

/** Whether a host-part can match the host of a URL at all. */
export function isNameableHost(
  url: CheckedURL,
  { dialect }: { readonly dialect: Dialect },
): boolean {
  if (!url.isSpecial || url.host === null) return false
  // What ends in a letter is no address: nearly every host, so that nobody has to ask.
  const isNamed = isLetter(url.host.charCodeAt(url.host.length - 1))
  return isNamed || dialect.has('ip-host-matches') || isDomain(url)
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}
