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

/** The first expression of the list that matches the URL, or null. */
export function findURLMatch(
  index: URLIndex,
  url: CheckedURL,
  context: MatchContext,
): URLSource | null {
  let best: URLSource | null = null
  if (index.star !== undefined) best = nearer(best, index.star, { url, context })
  if (index.self !== undefined) best = nearer(best, index.self, { url, context })
  if (index.schemes.size > 0) {
    best = nearer(best, index.schemes.get(url.scheme), { url, context })
    for (const scheme of schemesUpgradedTo(url.scheme)) {
      best = nearer(best, index.schemes.get(scheme), { url, context })
    }
  }
  if (url.host === null) return best
  best = nearest(best, index.hosts.get(url.host), { url, context })
  if (index.suffixes.children.size > 0) best = nearestSuffix(best, index.suffixes, { url, context })
  if (index.anyHost.length > 0) best = nearest(best, index.anyHost, { url, context })
  return best
}

/** A URL and the circumstances. */
interface Subject {
  readonly url: CheckedURL
  readonly context: MatchContext
}

function nearer(
  best: URLSource | null,
  source: URLSource | undefined,
  { url, context }: Subject,
): URLSource | null {
  if (source === undefined || (best !== null && best.position < source.position)) return best
  return doesUrlMatchExpression(url, source, context) ? source : best
}

function nearest(
  best: URLSource | null,
  sources: readonly HostSource[] | undefined,
  { url, context }: Subject,
): URLSource | null {
  if (sources === undefined) return best
  for (const source of sources) {
    if (best !== null && best.position < source.position) return best
    if (doesUrlMatchExpression(url, source, context)) return source
  }
  return best
}

/** Walks down the labels of the host from the right; every step needs a dot before it. */
function nearestSuffix(
  best: URLSource | null,
  root: SuffixNode,
  subject: Subject,
): URLSource | null {
  const host = subject.url.host as string
  let found = best
  let node: SuffixNode | undefined = root
  let end = host.length
  while (end > 0) {
    const dot = host.lastIndexOf('.', end - 1)
    if (dot === -1) return found
    node = node.children.get(host.slice(dot + 1, end))
    if (node === undefined) return found
    if (node.sources.length > 0) found = nearest(found, node.sources, subject)
    end = dot
  }
  return found
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
