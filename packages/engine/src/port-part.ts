/** Ports: any, equal, or the default of the URL's scheme. */

import type { Dialect } from './dialects.ts'
import { isSchemeUpgrade } from './scheme-part.ts'
import type { CheckedURL } from './url.ts'
import { defaultPort } from './url.ts'

/**
 * Whether a port-part matches the port of a URL. `scheme` is the expression's, or self's where it has none: engines
 * upgrade port 80 together with it.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-ports
 */
export function portPartMatches(
  input: number | '*' | null,
  url: CheckedURL,
  { scheme, dialect }: { readonly scheme: string; readonly dialect: Dialect },
): boolean {
  if (input === '*') return true
  const port = url.port ?? defaultPort(url.scheme)
  const isEqual = input === null ? url.port === null : input === port
  const isUpgraded = isSchemeUpgrade(scheme, url.scheme)
  if (isEqual)
    return !(isUpgraded && isBoundToScheme(input, url) && dialect.has('same-port-scheme-upgrade'))
  if (input !== 80 || port !== 443) return false
  return isUpgraded ? dialect.has('port-80-upgrade') : dialect.has('port-80-any-scheme')
}

/** Whether Blink takes an equal port to be the insecure scheme's: any that is written, but for 443 of https. */
function isBoundToScheme(input: number | null, { scheme }: CheckedURL): boolean {
  return input !== null && !(input === 443 && scheme === 'https')
}
