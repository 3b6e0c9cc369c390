/**
 * upgrade-insecure-requests: which URL is really fetched. Report-only policies judge the URL before
 * this step, enforced ones the URL after it; engines have exceptions.
 *
 * @see https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request
 */

import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { CheckedURL, Origin } from '../url/url.ts'
import { defaultPort, partsOf } from '../url/url.ts'
import type { Result } from './result.ts'
import type { Evaluate } from './rule.ts'

/** What matters besides the URL. */
interface UpgradeContext {
  /** The destination of the request. */
  readonly destination: string
  /** The page's origin; a top-level navigation is upgraded only to its host. */
  readonly self: Origin | null
  readonly dialect: Dialect
}

/** Who judges what. */
interface Judging {
  readonly url: CheckedURL
  /** The destination of the request, or `form`. */
  readonly destination: string
  readonly policy: Pick<CompiledPolicy, 'directives' | 'disposition'>
  readonly dialect: Dialect
}

const MEDIA: ReadonlySet<string> = new Set(['audio', 'track', 'video'])
const PLUGINS: ReadonlySet<string> = new Set(['embed', 'object'])
const SECURE: ReadonlyMap<string, string> = new Map([
  ['http', 'https:'],
  ['ws', 'wss:'],
])

/** Whether a policy judges the URL after the upgrade. */
function judgesUpgraded({ url, destination, policy, dialect }: Judging): boolean {
  const isForm = destination === 'form'
  const isEnforced = policy.disposition === 'enforce'
  if (dialect.has('upgraded-by-own-policy-alone') && !(isForm && !isLoopback(url))) {
    return isEnforced && policy.directives.has('upgrade-insecure-requests')
  }
  if (dialect.has('media-not-upgraded') && MEDIA.has(destination)) return false
  if (dialect.has('worker-not-upgraded') && destination === 'worker') return false
  if (dialect.has('object-not-upgraded') && PLUGINS.has(destination)) return false
  if (isEnforced) return true
  return isForm
    ? dialect.has('form-upgraded-in-report-only')
    : dialect.has('upgraded-in-report-only')
}

/**
 * The URL after the upgrade: https for http, wss for ws, port 443 for 80; other ports stay.
 * Loopback hosts are left alone, but not by all engines.
 *
 * @see https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request
 */
export function upgradeRequest(
  url: CheckedURL,
  { destination, self, dialect }: UpgradeContext,
): CheckedURL {
  const secure = SECURE.get(url.scheme)
  if (secure === undefined) return url
  if (isLoopback(url) && !dialect.has('loopback-upgraded')) return url
  if (destination === 'document' && self?.host !== url.host) return url
  const upgraded = new URL(url.parse())
  upgraded.protocol = secure
  const keepsPort = dialect.has('port-kept-in-upgrade') && destination !== 'form'
  return partsOf(upgraded, keepsPort ? (url.port ?? defaultPort(url.scheme)) : null)
}

/**
 * Evaluates each policy with the URL that it judges: the one that is fetched, or the one before the
 * upgrade.
 */
export function evaluateUpgraded<Facts extends { readonly url: CheckedURL | null }>(
  facts: Facts,
  { destination, page }: { readonly destination: string; readonly page: Page },
  evaluate: (facts: Facts, policy: CompiledPolicy) => Result,
): Evaluate {
  const { url } = facts
  const { policies, self } = page
  const { dialect } = policies
  if (url === null || !policies.upgradesInsecureRequests) {
    return (policy) => evaluate(facts, policy)
  }
  const upgraded = { ...facts, url: upgradeRequest(url, { destination, self, dialect }) }
  return (policy) =>
    evaluate(judgesUpgraded({ url, destination, policy, dialect }) ? upgraded : facts, policy)
}

/**
 * The https: URL of the request that opens a WebSocket which is upgraded; undefined of anything
 * else.
 */
export function openingOf(url: CheckedURL): CheckedURL | undefined {
  if (url.scheme !== 'ws' || isLoopback(url)) return undefined
  const opening = new URL(url.parse())
  opening.protocol = 'https:'
  return partsOf(opening)
}

/**
 * Whether the host is this machine.
 *
 * @see https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
 */
function isLoopback({ host }: CheckedURL): boolean {
  if (host === null) return false
  if (host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)) return true
  return /(?:^|\.)localhost\.?$/.test(host)
}
