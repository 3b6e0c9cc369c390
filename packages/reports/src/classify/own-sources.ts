/** The hosts and schemes that a site's own policies name. What they name is never noise. */

import type { Policy } from '@cusp/core'
import { readSourceExpression } from '@cusp/core/internal'
import { hostOf, isBelow, schemeOf } from '../url/url-text.ts'
import type { IsOurs } from './hosts.ts'

/** Whether a URL is of a host or a scheme that is the site's own, or that its policies name. */
export type IsOwn = (url: string) => boolean

/** What policies name. */
interface Named {
  readonly hosts: Set<string>
  /** The part behind `*.`. */
  readonly wildcards: Set<string>
  /** Without those of the network. */
  readonly schemes: Set<string>
}

const EVERYWHERE: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss'])

/** Reads what policies name in any directive. */
export function makeIsOwn(policies: readonly Policy[], isOurs: IsOurs | undefined): IsOwn {
  const named: Named = { hosts: new Set(), wildcards: new Set(), schemes: new Set() }
  for (const { directives } of policies) {
    for (const value of directives.flatMap(({ values }) => values)) {
      if (typeof value === 'string') addSource(named, value)
    }
  }
  return (url) => isNamed(url, named) || isOurs?.(url) === true
}

function addSource({ hosts, wildcards, schemes }: Named, source: string): void {
  const parts = readSourceExpression(source)
  if (parts.kind !== 'host' && parts.kind !== 'scheme') return
  if (parts.scheme !== null && !EVERYWHERE.has(parts.scheme)) schemes.add(parts.scheme)
  if (parts.kind === 'scheme') return
  if (parts.host.startsWith('*.')) wildcards.add(parts.host.slice(2))
  else hosts.add(parts.host)
}

function isNamed(url: string, { hosts, wildcards, schemes }: Named): boolean {
  if (schemes.has(schemeOf(url))) return true
  const host = hostOf(url)
  return hosts.has(host) || isBelow(host, wildcards)
}
