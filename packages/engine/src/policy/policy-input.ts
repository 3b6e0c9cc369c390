/**
 * What a decision takes as policies, read into one flat list: each with its disposition and where
 * it came from.
 */

import type { Delivery, ParsedPolicy, Policies, Policy } from '@cusp/core'
import { CspError, isDelivery, isPolicy, parsePolicy, parsePolicyList } from '@cusp/core'
import { show } from '@cusp/core/internal'
import type { Dialect } from '../dialects/dialect.ts'

/** Whether a policy blocks or only reports. */
export type Disposition = 'enforce' | 'report'

/** Where a policy came from; meta ignores frame-ancestors, sandbox and report-uri. */
export type PolicySource = 'header' | 'meta'

/** A policy as text. */
export interface PolicyRecord {
  /**
   * The raw header, which may hold several policies, or the content of a meta element, which is
   * one.
   */
  readonly value: string
  /** Default `enforce`. */
  readonly disposition?: Disposition | undefined
  /** Default `header`. */
  readonly source?: PolicySource | undefined
}

/** One member of a list of policies. */
export type PolicyItem = Delivery | ParsedPolicy | Policies | Policy | PolicyRecord

/** What `decide` and `compile` take. */
export type PolicyInput = PolicyItem | readonly PolicyItem[]

/** A policy with its circumstances. */
export interface DeliveredPolicy {
  readonly policy: Policy
  readonly disposition: Disposition
  readonly source: PolicySource
  /** Whether the policy was parsed here, so that nobody will ask again with the same value. */
  readonly wasParsedHere: boolean
}

/**
 * Reads any input into a list.
 *
 * @throws CspError `ERR_CSP_INPUT` for what is not a policy
 */
export function readPolicies(input: PolicyInput, dialect: Dialect): readonly DeliveredPolicy[] {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input]
  return items.flatMap((item) => readItem(item, dialect))
}

function readItem(item: unknown, dialect: Dialect): readonly DeliveredPolicy[] {
  if (isPolicy(item)) return deliverAll([item], 'enforce')
  if (isDelivery(item)) {
    return [...deliverAll(item.enforce, 'enforce'), ...deliverAll(item.reportOnly, 'report')]
  }
  if (typeof item === 'object' && item !== null) {
    if ('value' in item) return readRecord(item as PolicyRecord, dialect)
    if ('policy' in item && isPolicy(item.policy)) return deliverAll([item.policy], 'enforce')
    if ('enforce' in item || 'reportOnly' in item) {
      return readDispositions(item as Policies)
    }
  }
  return refuse(item)
}

function readRecord(record: PolicyRecord, dialect: Dialect): readonly DeliveredPolicy[] {
  const { value, disposition = 'enforce', source = 'header' } = record
  if (typeof value !== 'string') return refuse(value)
  if (disposition !== 'enforce' && disposition !== 'report') return refuse(disposition)
  if (source !== 'header' && source !== 'meta') return refuse(source)
  const isOne = source === 'meta' && !dialect.has('meta-split-at-commas')
  const parsed = isOne ? [parsePolicy(value)] : parsePolicyList(value)
  return parsed
    .filter(({ policy }) => policy.directives.length > 0)
    .map(({ policy }) => ({ policy, disposition, source, wasParsedHere: true }))
}

function readDispositions(item: Policies): readonly DeliveredPolicy[] {
  return [
    ...deliverAll([item.enforce ?? []].flat(), 'enforce'),
    ...deliverAll([item.reportOnly ?? []].flat(), 'report'),
  ]
}

function deliverAll(
  policies: readonly unknown[],
  disposition: Disposition,
): readonly DeliveredPolicy[] {
  return policies.map((policy) =>
    isPolicy(policy)
      ? { policy, disposition, source: 'header' as const, wasParsedHere: false }
      : refuse(policy),
  )
}

function refuse(value: unknown): never {
  const message = `Cannot decide: ${show(value)} is not a policy. Use a policy, a Delivery, { enforce, reportOnly }, a record { value, disposition: "enforce" or "report", source: "header" or "meta" }, or a list of these.`
  throw new CspError('ERR_CSP_INPUT', message, { value })
}
