/** Ports: any, equal, or the default of the URL's scheme. */

import type { Dialect } from '../dialects/dialect.ts'
import { isSchemeUpgrade } from './match-scheme.ts'
import type { CheckedURL } from '../url/url.ts'
import { defaultPort } from '../url/url.ts'

/** What matching a port depends on besides the two. */
export interface PortContext {
  /** The expression's scheme, or self's where it has none. */
  readonly scheme: string
  readonly dialect: Dialect
  /** Whether the expression has no scheme. */
  readonly isSchemeless?: boolean | undefined
  /** Whether a navigation is asked about: of a frame, or by a form. */
  readonly isNavigation?: boolean | undefined
}

/**
 * Whether a port-part matches the port of a URL. Engines upgrade port 80 together with the scheme.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-ports
 */
export function portPartMatches(
  input: number | '*' | null,
  url: CheckedURL,
  context: PortContext,
): boolean {
  if (input === '*') return true
  const { scheme, dialect } = context
  const port = input === null ? url.port : (url.portBefore ?? url.port ?? defaultPort(url.scheme))
  const isUpgraded = isSchemeUpgrade(scheme, url.scheme)
  if (input === port) {
    const isBound = isUpgraded && isBoundToScheme(input, url, context)
    return !(isBound && dialect.has('scheme-and-port-upgraded-together'))
  }
  if (input === null) return isDefaultElsewhere(url, context)
  if (input !== 80 || port !== 443) return false
  return isUpgraded ? dialect.has('port-80-upgraded') : dialect.has('port-80-matches-443')
}

/** Whether an engine takes a written port for the default that a source without one stands for. */
function isDefaultElsewhere(
  { scheme: urlScheme, port }: CheckedURL,
  { scheme, dialect, isSchemeless = false }: PortContext,
): boolean {
  if (dialect.has('default-port-of-source-scheme-matches')) {
    const own = defaultPort(scheme)
    return port === own || (own === 80 && port === 443)
  }
  const isHTTP = !isSchemeless && scheme === 'http' && urlScheme === 'http'
  return isHTTP && port === 443 && dialect.has('http-default-port-includes-443')
}

/**
 * Whether Blink takes an equal port to be the insecure scheme's: any that is written, but for 443
 * of https, navigations aside.
 */
function isBoundToScheme(
  input: number | null,
  { scheme }: CheckedURL,
  { isNavigation = false }: PortContext,
): boolean {
  if (input === null) return false
  return isNavigation || input !== 443 || scheme !== 'https'
}
