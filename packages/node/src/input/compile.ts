/** Policies compiled into deliveries; the same policies are compiled once. */

import type { Delivery, ListDirective, Policies, Policy, SourceInput } from '@cusp/core'
import { deliver, isPolicy, NONCE } from '@cusp/core'
import { compileDelivery } from '@cusp/core/internal'

/**
 * The limit for an application that makes new policies, or allows new sources, in every response.
 */
const CACHE_SIZE = 256

interface Compiled {
  readonly delivery: Delivery
  readonly legacyReportTo: boolean
}

const compiled = new WeakMap<Policy, Compiled[]>()

/**
 * What `allow` has made, of all deliveries together: a cache for each delivery would multiply with
 * every further `allow` of a response.
 */
const widened = new Map<string, Delivery>()
const ids = new WeakMap<Delivery, number>()
let lastId = 0

/**
 * Returns the delivery of these policies, compiled at the first call.
 *
 * @throws CspError as `deliver` does
 */
export function compilePolicies(policies: Policies, legacyReportTo: boolean): Delivery {
  const enforce = toList(policies.enforce)
  const reportOnly = toList(policies.reportOnly)
  const [first] = [...enforce, ...reportOnly]
  // deliver throws the error that says what is wrong.
  if (!isPolicy(first)) return deliver(policies)
  let known = compiled.get(first)
  if (known === undefined) compiled.set(first, (known = []))
  const existing = known.find(
    (entry) =>
      entry.legacyReportTo === legacyReportTo &&
      isSame(entry.delivery.enforce, enforce) &&
      isSame(entry.delivery.reportOnly, reportOnly),
  )
  if (existing !== undefined) return existing.delivery
  const delivery = deliver(policies, { legacyReportTo })
  if (known.length >= CACHE_SIZE) known.length = 0
  known.push({ delivery, legacyReportTo })
  return delivery
}

/**
 * Returns the delivery whose policies all allow `sources` as well, compiled at the first call: a
 * route allows the same sources in every response.
 *
 * @throws CspError as `Policy.allow` does
 */
export function widenDelivery(
  delivery: Delivery,
  directive: ListDirective,
  sources: readonly SourceInput[],
): Delivery {
  const values = sources.map((source) => (source === NONCE ? 0 : source))
  const key = JSON.stringify([idOf(delivery), directive, ...values])
  const existing = widened.get(key)
  if (existing !== undefined) return existing
  const allow = (policy: Policy): Policy => policy.allow(directive, ...sources)
  const wider = compileDelivery(
    { enforce: delivery.enforce.map(allow), reportOnly: delivery.reportOnly.map(allow) },
    { legacyReportTo: delivery.templates.some(({ name }) => name === 'Report-To') },
  )
  // The oldest goes first, which a Map keeps in front.
  for (const oldest of widened.keys()) {
    if (widened.size < CACHE_SIZE) break
    widened.delete(oldest)
  }
  widened.set(key, wider)
  return wider
}

function idOf(delivery: Delivery): number {
  let id = ids.get(delivery)
  if (id === undefined) ids.set(delivery, (id = ++lastId))
  return id
}

function toList(policies: Policies['enforce']): readonly Policy[] {
  if (policies === undefined) return []
  return isPolicy(policies) ? [policies] : [policies].flat()
}

function isSame(one: readonly Policy[], other: readonly Policy[]): boolean {
  return one.length === other.length && one.every((policy, index) => policy === other[index])
}
