/** The hosts and schemes that a site's own policies name. What they name is never noise. */

import type { Policy } from '@cusp/core'
import { isDelivery, isPolicy, parsePolicyList } from '@cusp/core'
import { readSourceExpression } from '@cusp/core/internal'
import type { PolicyInput } from '@cusp/engine'
import { hostOf, schemeOf } from '../url/url-text.ts'

/** What the policies name. */
export interface OwnSources {
  readonly hosts: ReadonlySet<string>
  /** The part behind `*.`. */
  readonly wildcards: ReadonlySet<string>
  /** Without those of the network. */
  readonly schemes: ReadonlySet<string>
}

const EVERYWHERE: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss'])

/** Collects what policies name in any directive. */
export function collectSources(policies: readonly Policy[]): OwnSources {
  const hosts = new Set<string>()
  const wildcards = new Set<string>()
  const schemes = new Set<string>()
  for (const { directives } of policies) {
    for (const value of directives.flatMap(({ values }) => values)) {
      const parts = typeof value === 'string' ? readSourceExpression(value) : undefined
      if (parts?.kind === 'scheme' && !EVERYWHERE.has(parts.scheme)) schemes.add(parts.scheme)
      if (parts?.kind !== 'host') continue
      if (parts.host.startsWith('*.')) wildcards.add(parts.host.slice(2))
      else hosts.add(parts.host)
    }
  }
  return { hosts, wildcards, schemes }
}

/** The policies of any input that the engine has taken. */
export function listPolicyValues(input: PolicyInput): readonly Policy[] {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input]
  return items.flatMap((item) => valuesOf(item as object))
}

/** Whether the policies name the host of the URL, or its scheme. */
export function isNamed(url: string, { hosts, wildcards, schemes }: OwnSources): boolean {
  if (schemes.has(schemeOf(url))) return true
  const host = hostOf(url)
  return hosts.has(host) || isBelow(host, wildcards)
}

/** Whether the host is a name below one of those. */
export function isBelow(host: string, parents: ReadonlySet<string>): boolean {
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    if (parents.has(host.slice(dot + 1))) return true
  }
  return false
}

function valuesOf(item: object): readonly Policy[] {
  if (isPolicy(item)) return [item]
  if (isDelivery(item)) return [...item.enforce, ...item.reportOnly]
  if ('value' in item) return parsePolicyList(String(item.value)).map(({ policy }) => policy)
  if ('policy' in item) return [item.policy as Policy]
  const { enforce = [], reportOnly = [] } = item as Record<string, Policy | readonly Policy[]>
  return [enforce, reportOnly].flat()
}
