/** Schemes: an insecure one also matches its secure one, never the other way. */

import type { Dialect } from '../dialects/dialect.ts'

/** Schemes of sources that may match a URL of the scheme, besides the scheme itself. */
const UPGRADED_FROM: ReadonlyMap<string, readonly string[]> = new Map([
  ['https', ['http', 'ws', 'wss']],
  ['http', ['ws']],
  ['wss', ['ws']],
])
const NOTHING: readonly string[] = []

/**
 * Whether the scheme of an expression matches the scheme of a URL. Both are lower-case.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-schemes
 */
export function schemePartMatches(
  expressionScheme: string,
  urlScheme: string,
  { dialect }: { readonly dialect: Dialect },
): boolean {
  if (expressionScheme === urlScheme) return true
  if (expressionScheme === 'http') return urlScheme === 'https'
  if (dialect.has('ws-matches-websockets-alone'))
    return expressionScheme === 'ws' && urlScheme === 'wss'
  if (expressionScheme === 'ws') {
    return urlScheme === 'wss' || urlScheme === 'http' || urlScheme === 'https'
  }
  return expressionScheme === 'wss' && urlScheme === 'https'
}

/** Whether a match of the two schemes is a step from an insecure scheme to a secure one. */
export function isSchemeUpgrade(expressionScheme: string, urlScheme: string): boolean {
  return isInsecure(expressionScheme) && (urlScheme === 'https' || urlScheme === 'wss')
}

/** The other schemes that an index has to look up for a URL. */
export function schemesUpgradedTo(urlScheme: string): readonly string[] {
  return UPGRADED_FROM.get(urlScheme) ?? NOTHING
}

function isInsecure(scheme: string): boolean {
  return scheme === 'http' || scheme === 'ws'
}
