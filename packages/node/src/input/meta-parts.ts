/**
 * A delivery in two parts: what a meta tag carries, and what only headers can.
 *
 * @see https://w3c.github.io/webappsec-csp/#meta-element
 */

import type { Delivery, Policy } from '@cusp/core'
import { compileDelivery, metaTemplate } from '@cusp/core/internal'
import { settingsOf } from './compile.ts'

/** Both parts, compiled. */
export interface MetaParts {
  /** A tag for each enforced policy that has something for it, with the places of the nonce. */
  readonly tags: readonly (readonly string[])[]
  /** The rest: directives of headers alone, report-only policies, endpoints. */
  readonly header: Delivery
}

const parted = new WeakMap<Delivery, MetaParts>()

/**
 * Returns the parts of a delivery, compiled at the first call.
 *
 * @throws CspError as `Policy.toMeta` does
 */
export function partForMeta(delivery: Delivery): MetaParts {
  let parts = parted.get(delivery)
  if (parts === undefined) parted.set(delivery, (parts = part(delivery)))
  return parts
}

function part(delivery: Delivery): MetaParts {
  const { enforce, reportOnly } = delivery
  const split = enforce.map((policy) => policy.splitForMeta())
  const metas = split.map(({ meta }) => meta).filter(hasDirectives)
  const headers = split.flatMap(({ header }) => header ?? [])
  return {
    tags: metas.map(metaTemplate),
    header: compileDelivery({ enforce: headers, reportOnly }, settingsOf(delivery)),
  }
}

/** report-to alone restricts nothing. */
function hasDirectives({ directives }: Policy): boolean {
  return directives.some(({ name }) => name !== 'report-to')
}
