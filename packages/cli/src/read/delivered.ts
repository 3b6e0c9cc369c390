/** What a command was given, as one flat list of policies, and what they say of the response. */

import type { Issue, ParsedPolicy, Policy } from '@cusp/core'
import { isDelivery, isPolicy, NONCE, parsePolicy, parsePolicyList } from '@cusp/core'
import type { Disposition, ElementNonce, PolicyItem, PolicySource } from '@cusp/engine'
import { UsageError } from '../host.ts'

/** One policy, how it is delivered, and what is wrong with it. */
export interface DeliveredPolicy {
  readonly policy: Policy
  readonly disposition: Disposition
  readonly source: PolicySource
  readonly issues: readonly Issue[]
}

/** Returns every policy of the items, in order. */
export function deliveredPolicies(items: readonly PolicyItem[]): readonly DeliveredPolicy[] {
  return items.flatMap(deliveredIn)
}

function deliveredIn(item: PolicyItem): readonly DeliveredPolicy[] {
  if (isPolicy(item)) return [enforced(item)]
  if ('policy' in item) return [{ ...item, disposition: 'enforce', source: 'header' }]
  if ('value' in item) {
    const { value, disposition = 'enforce', source } = item
    if (source === 'meta') return [inMeta(parsePolicy(value))]
    return parsePolicyList(value).map(({ policy, issues }) => ({
      policy,
      disposition,
      source: 'header' as const,
      issues,
    }))
  }
  const { enforce, reportOnly } = isDelivery(item)
    ? item
    : { enforce: [item.enforce ?? []].flat(), reportOnly: [item.reportOnly ?? []].flat() }
  return [...enforce.map(enforced), ...reportOnly.map(reported)]
}

/** Adds what has no effect in a meta element to the issues of the text. */
function inMeta({ policy, issues }: ParsedPolicy): DeliveredPolicy {
  const withoutEffect = policy
    .issues({ delivery: 'meta' })
    .filter(({ code }) => code === 'no-effect-in-meta')
  return { policy, disposition: 'enforce', source: 'meta', issues: [...issues, ...withoutEffect] }
}

function enforced(policy: Policy): DeliveredPolicy {
  return { policy, disposition: 'enforce', source: 'header', issues: policy.issues() }
}

function reported(policy: Policy): DeliveredPolicy {
  return {
    policy,
    disposition: 'report',
    source: 'header',
    issues: policy.issues({ delivery: 'report-only' }),
  }
}

/** What browsers do not do as it is written, a sentence for each; `audit` and `explain` list it. */
export function mistakesIn(items: readonly PolicyItem[]): readonly string[] {
  return deliveredPolicies(items).flatMap(({ issues }) =>
    issues
      .filter(({ severity }) => severity === 'error')
      .map(({ message, fix }) => `${message}; fix: ${fix}`),
  )
}

const NONCE_SOURCE = /^'nonce-(.+)'$/i

/**
 * Returns the nonce of the response: the one that the headers hold, or NONCE where a policy leaves
 * it open or no policy has one.
 *
 * @throws UsageError where the policies hold several nonces
 */
export function responseNonce(items: readonly PolicyItem[]): ElementNonce {
  const sources = deliveredPolicies(items).flatMap(({ policy }) =>
    policy.directives.flatMap(({ values }) => values),
  )
  if (sources.includes(NONCE)) return NONCE
  const nonces = new Set(
    sources.flatMap((source) => {
      const [, nonce] = source === NONCE ? [] : (NONCE_SOURCE.exec(source) ?? [])
      return nonce === undefined ? [] : [nonce]
    }),
  )
  const [nonce = NONCE, ...others] = nonces
  if (others.length === 0) return nonce
  const list = Array.from(nonces, (one) => JSON.stringify(one)).join(', ')
  throw new UsageError(
    `Cannot tell what NONCE means: the policies have several nonces, ${list}. Write the nonce of the elements in its place.`,
  )
}
