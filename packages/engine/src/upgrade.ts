/**
 * upgrade-insecure-requests: which URL is really fetched. Report-only policies judge the URL before this step, enforced
 * ones the URL after it.
 *
 * @see https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request
 */

import type { CheckedURL, Origin } from './url.ts'
import { parse, partsOf } from './url.ts'

/** What matters besides the URL. */
export interface UpgradeContext {
  /** The destination of the request. */
  readonly destination: string
  /** The page's origin; a top-level navigation is upgraded only to its host. */
  readonly self: Origin | null
}

const SECURE: ReadonlyMap<string, string> = new Map([
  ['http', 'https:'],
  ['ws', 'wss:'],
])

/**
 * The URL after the upgrade: https for http, wss for ws, port 443 for 80; other ports stay. Loopback hosts are left
 * alone.
 *
 * @see https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request
 */
export function upgradeRequest(url: CheckedURL, { destination, self }: UpgradeContext): CheckedURL {
  const secure = SECURE.get(url.scheme)
  if (secure === undefined || isPotentiallyTrustworthyHost(url.host as string)) return url
  if (destination === 'document' && self?.host !== url.host) return url
  const upgraded = new URL(parse(url))
  upgraded.protocol = secure
  return partsOf(upgraded)
}

/**
 * Whether the host is this machine.
 *
 * @see https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
 */
function isPotentiallyTrustworthyHost(host: string): boolean {
  if (host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)) return true
  return /(?:^|\.)localhost\.?$/.test(host)
}
