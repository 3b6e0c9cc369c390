/**
 * The URL expressions of a source list by what they name, so that a decision looks at the few that
 * can match and its cost does not grow with the list. The answer is that of
 * `doesUrlMatchSourceList`, expression by expression.
 */

import type { HostTable } from './host-table.ts'
import { extendHash, findSources, makeHostTable } from './host-table.ts'
import type { MatchContext } from './match-context.ts'
import { doesUrlMatchStar } from './match-url.ts'
import { schemePartMatches, schemesUpgradedTo } from './match-scheme.ts'
import { doesUrlMatchSelf } from './match-self.ts'
import type { SameHostSources } from './same-host.ts'
import { findSourceOnHost, makeSameHostSources } from './same-host.ts'
import type {
  HostSource,
  SchemeSource,
  SelfSource,
  SourceExpression,
  StarSource,
  URLSource,
} from './source-expression.ts'
import type { CheckedURL } from '../url/url.ts'

type SourcesByText = Map<string, HostSource[]>

const DOT = 0x2e

/** An index of URL expressions. Each list is in the order of the source list. */
export interface URLIndex {
  readonly star: StarSource | undefined
  readonly self: SelfSource | undefined
  readonly schemes: ReadonlyMap<string, SchemeSource>
  readonly hosts: HostTable
  /**
   * Wildcards by what follows the asterisk, in a table for each number of dots after the first: so
   * none is met twice.
   */
  readonly suffixes: readonly (HostTable | undefined)[]
  readonly anyHost: SameHostSources
  /** Whether there is neither a scheme nor a host that is `*`. */
  readonly isOnlyHosts: boolean
}

/** Indexes the expressions that can match URLs. */
export function makeURLIndex(expressions: readonly SourceExpression[]): URLIndex {
  let star: StarSource | undefined
  let self: SelfSource | undefined
  const schemes = new Map<string, SchemeSource>()
  const hosts: SourcesByText = new Map()
  const suffixes: SourcesByText[] = []
  const anyHost: HostSource[] = []
  for (const expression of expressions) {
    if (expression.kind === 'star') star ??= expression
    else if (expression.kind === 'self') self ??= expression
    else if (expression.kind === 'scheme') {
      if (!schemes.has(expression.scheme)) schemes.set(expression.scheme, expression)
    } else if (expression.kind === 'host') {
      if (expression.host === '*') anyHost.push(expression)
      else if (expression.host.startsWith('*.')) addSuffix(suffixes, expression)
      else addTo(hosts, expression.host, expression)
    }
  }
  return {
    star,
    self,
    schemes,
    hosts: makeHostTable(hosts),
    suffixes: Array.from(suffixes, (byText) => byText && makeHostTable(byText)),
    anyHost: makeSameHostSources(anyHost),
    isOnlyHosts: schemes.size === 0 && anyHost.length === 0,
  }
}

/**
 * An expression that matches the URL, or null. Of several it names the one of the simplest kind,
 * and of one kind the first: `'self'`, `*`, a host, a wildcard host, a scheme, any host.
 */
export function findURLMatch(
  index: URLIndex,
  url: CheckedURL,
  context: MatchContext,
): URLSource | null {
  const { self, star } = index
  if (self !== undefined && doesUrlMatchSelf(url, context)) return self
  if (star !== undefined && doesUrlMatchStar(url, context)) return star
  const host = findHost(index, url, context)
  if (host !== null || index.isOnlyHosts) return host
  return findScheme(index, url, context) ?? findSourceOnHost(index.anyHost, url, context)
}

/**
 * Walks along the host from its end: at each dot begins what a wildcard may stand before, at the
 * start the whole.
 */
function findHost(index: URLIndex, url: CheckedURL, context: MatchContext): URLSource | null {
  const { host } = url
  if (host === null) return null
  let wildcard: URLSource | null = null
  let dots = 0
  let hash = 0
  for (let start = host.length - 1; start >= 0; start--) {
    const code = host.charCodeAt(start)
    hash = extendHash(code, hash)
    if (code !== DOT) continue
    const named = dots < index.suffixes.length ? index.suffixes[dots]?.get(hash) : undefined
    dots++
    if (named === undefined || wildcard !== null) continue
    wildcard = findOnHost(findSources(named, host.slice(start)), url, context)
  }
  const named = index.hosts.get(hash)
  const exact = named === undefined ? null : findOnHost(findSources(named, host), url, context)
  return exact ?? wildcard
}

function findScheme(index: URLIndex, url: CheckedURL, context: MatchContext): URLSource | null {
  const same = index.schemes.get(url.scheme)
  if (same !== undefined) return same
  for (const scheme of schemesUpgradedTo(url.scheme)) {
    const source = index.schemes.get(scheme)
    if (source !== undefined && schemePartMatches(scheme, url.scheme, context)) return source
  }
  return null
}

function findOnHost(
  sources: SameHostSources | undefined,
  url: CheckedURL,
  context: MatchContext,
): URLSource | null {
  return sources === undefined ? null : findSourceOnHost(sources, url, context)
}

function addSuffix(suffixes: SourcesByText[], source: HostSource): void {
  const suffix = source.host.slice(1)
  const further = suffix.split('.').length - 2
  suffixes[further] ??= new Map()
  addTo(suffixes[further], suffix, source)
}

function addTo(byText: SourcesByText, text: string, source: HostSource): void {
  const list = byText.get(text)
  if (list === undefined) byText.set(text, [source])
  else list.push(source)
}
