/**
 * The URL expressions of a source list by what they name, so that a decision looks at the few that can match and its
 * cost does not grow with the list. The answer is that of `doesUrlMatchSourceList`, expression by expression.
 */

import type { MatchContext } from './matching.ts'
import { doesUrlMatchExpression } from './match-url.ts'
import { schemesUpgradedTo } from './scheme-part.ts'
import type {
  HostSource,
  SchemeSource,
  SelfSource,
  SourceExpression,
  StarSource,
  URLSource,
} from './source-expression.ts'
import type { CheckedURL } from './url.ts'

/** A node of the tree of wildcards, label by label from the right. */
interface SuffixNode {
  readonly children: Map<string, SuffixNode>
  readonly sources: HostSource[]
}

/** An index of URL expressions. Each list is in the order of the source list. */
export interface URLIndex {
  readonly star: StarSource | undefined
  readonly self: SelfSource | undefined
  readonly schemes: ReadonlyMap<string, SchemeSource>
  readonly hosts: ReadonlyMap<string, readonly HostSource[]>
  readonly suffixes: SuffixNode
  readonly anyHost: readonly HostSource[]
}

/** Indexes the expressions that can match URLs. */
export function makeURLIndex(expressions: readonly SourceExpression[]): URLIndex {
  let star: StarSource | undefined
  let self: SelfSource | undefined
  const schemes = new Map<string, SchemeSource>()
  const hosts = new Map<string, HostSource[]>()
  const suffixes = makeNode()
  const anyHost: HostSource[] = []
  for (const expression of expressions) {
    if (expression.kind === 'star') star ??= expression
    else if (expression.kind === 'self') self ??= expression
    else if (expression.kind === 'scheme') {
      if (!schemes.has(expression.scheme)) schemes.set(expression.scheme, expression)
    } else if (expression.kind === 'host') {
      if (expression.host === '*') anyHost.push(expression)
      else if (expression.host.startsWith('*.')) addSuffix(suffixes, expression)
      else addHost(hosts, expression)
    }
  }
  return { star, self, schemes, hosts, suffixes, anyHost }
}

/**
 * An expression that matches the URL, or null. Of several it names the one of the simplest kind, and of one kind the
 * first: `'self'`, `*`, a host, a wildcard host, a scheme, any host.
 */
export function findURLMatch(
  index: URLIndex,
  url: CheckedURL,
  context: MatchContext,
): URLSource | null {
  const { self, star } = index
  if (self !== undefined && doesUrlMatchExpression(url, self, context)) return self
  if (star !== undefined && doesUrlMatchExpression(url, star, context)) return star
  return (
    findHost(index, url, context) ??
    findScheme(index, url, context) ??
    findFirst(index.anyHost, url, context)
  )
}

function findHost(index: URLIndex, url: CheckedURL, context: MatchContext): URLSource | null {
  if (url.host === null) return null
  const sources = index.hosts.get(url.host)
  const source = sources === undefined ? null : findFirst(sources, url, context)
  if (source !== null || index.suffixes.children.size === 0) return source
  return findSuffix(index.suffixes, url, context)
}

/** Walks down the labels of the host from the right; every step needs a dot before it. */
function findSuffix(root: SuffixNode, url: CheckedURL, context: MatchContext): URLSource | null {
  const host = url.host as string
  let node: SuffixNode | undefined = root
  let end = host.length
  while (end > 0) {
    const dot = host.lastIndexOf('.', end - 1)
    if (dot === -1) return null
    node = node.children.get(host.slice(dot + 1, end))
    if (node === undefined) return null
    const source = findFirst(node.sources, url, context)
    if (source !== null) return source
    end = dot
  }
  return null
}

function findScheme(index: URLIndex, url: CheckedURL, context: MatchContext): URLSource | null {
  if (index.schemes.size === 0) return null
  const same = index.schemes.get(url.scheme)
  if (same !== undefined) return same
  for (const scheme of schemesUpgradedTo(url.scheme)) {
    const source = index.schemes.get(scheme)
    if (source !== undefined && doesUrlMatchExpression(url, source, context)) return source
  }
  return null
}

function findFirst(
  sources: readonly HostSource[],
  url: CheckedURL,
  context: MatchContext,
): URLSource | null {
  for (const source of sources) {
    if (doesUrlMatchExpression(url, source, context)) return source
  }
  return null
}

function makeNode(): SuffixNode {
  return { children: new Map(), sources: [] }
}

function addHost(hosts: Map<string, HostSource[]>, source: HostSource): void {
  const list = hosts.get(source.host)
  if (list === undefined) hosts.set(source.host, [source])
  else list.push(source)
}

function addSuffix(root: SuffixNode, source: HostSource): void {
  let node = root
  for (const label of source.host.slice(2).split('.').toReversed()) {
    let child = node.children.get(label)
    if (child === undefined) {
      child = makeNode()
      node.children.set(label, child)
    }
    node = child
  }
  node.sources.push(source)
}
