/** Policies compiled into deliveries; the same policies are compiled once. */

import type { Delivery, DeliverOptions, ListDirective, Policy, SourceInput } from '@cusp/core'
import { NONCE } from '@cusp/core'
import type { PolicyLists } from '@cusp/core/internal'
import { compileDelivery } from '@cusp/core/internal'

/**
 * The limit for an application that makes new policies, or allows new sources, in every response.
 */
const CACHE_SIZE = 256

/** The options of a delivery, all of them there. */
export type DeliverySettings = Readonly<
  Required<{ [Name in keyof DeliverOptions]: Exclude<DeliverOptions[Name], undefined> }>
>

interface Compiled extends DeliverySettings {
  /** What it was compiled from: a delivery may hold other policies. */
  readonly lists: PolicyLists
  readonly delivery: Delivery
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
export function compilePolicies(
  lists: PolicyLists,
  { legacyReportTo, reporting }: DeliverySettings,
): Delivery {
  const { enforce, reportOnly } = lists
  const first = (enforce[0] ?? reportOnly[0]) as Policy
  let known = compiled.get(first)
  if (known === undefined) compiled.set(first, (known = []))
  const existing = known.find(
    (entry) =>
      entry.legacyReportTo === legacyReportTo &&
      entry.reporting === reporting &&
      isSame(entry.lists.enforce, enforce) &&
      isSame(entry.lists.reportOnly, reportOnly),
  )
  if (existing !== undefined) return existing.delivery
  const delivery = compileDelivery(lists, { legacyReportTo, reporting })
  if (known.length >= CACHE_SIZE) known.length = 0
  known.push({ lists, delivery, legacyReportTo, reporting })
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
    settingsOf(delivery),
  )
  // The oldest goes first, which a Map keeps in front.
  for (const oldest of widened.keys()) {
    if (widened.size < CACHE_SIZE) break
    widened.delete(oldest)
  }
  widened.set(key, wider)
  return wider
}

/** The options that a delivery was compiled with, as far as they show. */
export function settingsOf({
  enforce,
  reportOnly,
  endpoints,
  templates,
}: Delivery): DeliverySettings {
  const leavesOut =
    endpoints.length === 0 && [...enforce, ...reportOnly].some((one) => one.endpoints.length > 0)
  return {
    legacyReportTo: templates.some(({ name }) => name === 'Report-To'),
    reporting: leavesOut ? 'report-uri' : 'both',
  }
}

function idOf(delivery: Delivery): number {
  let id = ids.get(delivery)
  if (id === undefined) ids.set(delivery, (id = ++lastId))
  return id
}

function isSame(one: readonly Policy[], other: readonly Policy[]): boolean {
  return one.length === other.length && one.every((policy, index) => policy === other[index])
}
