/** The policies of a page of the dev server: that of the release, and what the server needs. */

import type { Delivery, Policy, Source } from '@cusp/core'
import { csp, deliver, NONCE, STRICT_DYNAMIC, UNSAFE_INLINE } from '@cusp/core'
import { hasKeyword, isNonceOrHash } from '@cusp/core/internal'
import { allowPage } from '@cusp/html'
import type { Settings } from '../options.ts'

/** Where browsers send what the policy of the release would block. */
export const REPORTS = '/@cusp/reports'

/** What the dev server itself does in the page. */
export interface Needs {
  /** Where the socket of hot reload may be. */
  readonly sockets: readonly string[]
}

/**
 * Whether each script of the page needs a nonce: with 'strict-dynamic' the release allows them by
 * hashes, which the files of a dev server do not have.
 */
export function usesNonces(policy: Policy): boolean {
  return hasKeyword(scriptsOf(policy), STRICT_DYNAMIC)
}

/**
 * The headers of a page, by its final text: what the release would enforce is reported here, and
 * enforced with what the dev server does besides.
 */
export function pagePolicies(html: string, { sockets }: Needs, settings: Settings): Delivery {
  const own = allowNonces(releasePolicy(html, settings), sockets)
  // Neither has an effect in a policy that only reports.
  const reportOnly = own
    .remove('upgrade-insecure-requests')
    .remove('sandbox')
    .directive('report-uri', REPORTS)
  if (settings.development === 'report') return deliver({ reportOnly })
  // Pages of other machines in the network have no https; the client waits in a worker of blob:.
  const enforce = own.remove('upgrade-insecure-requests')
  if (enforce.directives.length === 0) return deliver({ reportOnly })
  return deliver({ enforce: enforce.merge(csp().workerSrc('blob:')), reportOnly })
}

/** The policy of the release for this page. Its endpoints get nothing from a dev server. */
function releasePolicy(html: string, settings: Settings): Policy {
  const { deliver: by, algorithm, unsafeHashes } = settings
  const policy = settings.policy.remove('report-to').remove('report-uri')
  return by === 'nonce' ? policy : allowPage(policy, html, { algorithm, unsafeHashes })
}

function allowNonces(policy: Policy, sockets: readonly string[]): Policy {
  const scripts = usesNonces(policy) ? allowNonce(policy, 'script-src-elem') : policy
  return allowNonce(scripts, 'style-src-elem').allow('connect-src', ...sockets)
}

/** Where 'unsafe-inline' is in force a nonce is not needed, and would make it void. */
function allowNonce(policy: Policy, name: 'script-src-elem' | 'style-src-elem'): Policy {
  const general = name === 'style-src-elem' ? 'style-src' : 'script-src'
  const list = policy.get(name) ?? policy.get(general) ?? policy.get('default-src')
  if (list === undefined || list.includes(NONCE)) return policy
  const isVoid = list.some(isNonceOrHash) || hasKeyword(list, STRICT_DYNAMIC)
  if (hasKeyword(list, UNSAFE_INLINE) && !isVoid) return policy
  return policy.allow(name, NONCE)
}

function scriptsOf(policy: Policy): readonly Source[] {
  return (
    policy.get('script-src-elem') ?? policy.get('script-src') ?? policy.get('default-src') ?? []
  )
}
