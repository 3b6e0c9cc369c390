/** The policies of any input that the engine takes. */

import type { Policy } from '@cusp/core'
import { isDelivery, isPolicy, parsePolicyList } from '@cusp/core'
import type { PolicyInput } from '@cusp/engine'

/** The policies of an input that the engine has taken. */
export function listPolicyValues(input: PolicyInput): readonly Policy[] {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input]
  return items.flatMap((item) => valuesOf(item as object))
}

function valuesOf(item: object): readonly Policy[] {
  if (isPolicy(item)) return [item]
  if (isDelivery(item)) return [...item.enforce, ...item.reportOnly]
  if ('value' in item) return parsePolicyList(String(item.value)).map(({ policy }) => policy)
  if ('policy' in item) return [item.policy as Policy]
  const { enforce = [], reportOnly = [] } = item as Record<string, Policy | readonly Policy[]>
  return [enforce, reportOnly].flat()
}
