/** Policies compiled into deliveries: what comes again is not compiled again. */

import type { Delivery, ListDirective, Policies, Policy, SourceInput } from '@cusp/core'
import { deliver, isPolicy, NONCE } from '@cusp/core'
import { compileDelivery } from '@cusp/core/internal'

/** What is kept of one policy: it has few companions, or (a bug of the application) a new one for each response. */
const MOST = 256

interface Compiled {
  readonly delivery: Delivery
  readonly legacyReportTo: boolean
}

const compiled = new WeakMap<Policy, Compiled[]>()
const widened = new WeakMap<Delivery, Map<string, Delivery>>()

/**
 * The delivery of these policies, made once.
 *
 * @throws CspError as `deliver` does
 */
export function compilePolicies(policies: Policies, legacyReportTo: boolean): Delivery {
  const enforce = toList(policies.enforce)
  const reportOnly = toList(policies.reportOnly)
  const [first] = [...enforce, ...reportOnly]
  // deliver says what is wrong with it.
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
  if (known.length >= MOST) known.length = 0
  known.push({ delivery, legacyReportTo })
  return delivery
}

/**
 * The delivery whose policies all allow `sources` as well, made once: a route widens the same way for every response.
 *
 * @throws CspError as `Policy.allow` does
 */
export function widenDelivery(
  delivery: Delivery,
  directive: ListDirective,
  sources: readonly SourceInput[],
): Delivery {
  const key = JSON.stringify([
    directive,
    ...sources.map((source) => (source === NONCE ? 0 : source)),
  ])
  let known = widened.get(delivery)
  if (known === undefined) widened.set(delivery, (known = new Map()))
  const existing = known.get(key)
  if (existing !== undefined) return existing
  const allow = (policy: Policy): Policy => policy.allow(directive, ...sources)
  const wider = compileDelivery(
    { enforce: delivery.enforce.map(allow), reportOnly: delivery.reportOnly.map(allow) },
    { legacyReportTo: delivery.templates.some(({ name }) => name === 'Report-To') },
  )
  if (known.size >= MOST) known.clear()
  known.set(key, wider)
  return wider
}

function toList(policies: Policies['enforce']): readonly Policy[] {
  if (policies === undefined) return []
  return isPolicy(policies) ? [policies] : [policies].flat()
}

function isSame(one: readonly Policy[], other: readonly Policy[]): boolean {
  return one.length === other.length && one.every((policy, index) => policy === other[index])
}
