/** Sources that would allow nothing: what they are, and what to write instead. */

import {
  INLINE_DIRECTIVES,
  NONCE,
  SCRIPT_DIRECTIVES,
  STRICT_DYNAMIC,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
} from '../vocabulary/keywords.ts'
import {
  directivesOf,
  fixPlace,
  hasKeyword,
  isHash,
  isKeyword,
  isNonceOrHash,
  isURLSource,
} from '../sources/source-expression.ts'
import type { Source } from '../sources/source-types.ts'
import { hasSources } from '../sources/values.ts'
import type { Policy } from '../model/policy.ts'

/** A source that would allow nothing, and why. */
export interface VoidSource {
  readonly source: Source
  readonly problem: string
  readonly fix: string
}

const ELEMENTS: ReadonlyMap<string, string> = new Map([
  ['script-src', 'script-src-elem'],
  ['style-src', 'style-src-elem'],
])
/** The directives that decide for workers, before default-src does. */
const WORKER_DIRECTIVES = ['worker-src', 'child-src', 'script-src']
/** Finds the sources for which the directive is the wrong place, whatever stands in it. */
export function findMisplaced(
  sources: readonly Source[],
  name: string,
  policy: Policy,
): readonly VoidSource[] {
  if (!hasSources(name)) return []
  return sources.flatMap(
    (source) => findForeign(source, name) ?? findShadowed(source, name, policy) ?? [],
  )
}

/** A source that has no effect in the directive, whatever stands beside it. */
function findForeign(source: Source, name: string): VoidSource | undefined {
  const directives = directivesOf(source)
  const problem = `${shownSource(source)} has no effect in ${name}`
  if (directives !== undefined && !directives.includes(name)) {
    return { source, problem, fix: fixPlace(source) }
  }
  if (!isAttribute(name) || !isURLSource(String(source))) return undefined
  return { source, problem, fix: `it in ${name.replace('-attr', '')}` }
}

/** A source for what another directive of the policy decides. */
function findShadowed(source: Source, name: string, policy: Policy): VoidSource | undefined {
  const has = (directive: string): boolean => policy.get(directive) !== undefined
  const workers = WORKER_DIRECTIVES.find(has)
  if (name === 'child-src' && has('frame-src') && workers !== undefined && workers !== name) {
    const problem = `frame-src and ${workers} decide for frames and workers`
    return { source, problem, fix: 'allow("frame-src", …) or allow("worker-src", …)' }
  }
  const elements = ELEMENTS.get(name)
  if (elements === undefined || !has(elements) || !isForElements(source)) return undefined
  return { source, problem: `${elements} decides for elements`, fix: `allow("${elements}", …)` }
}

function isForElements(source: Source): boolean {
  if (isNonceOrHash(source) || isURLSource(String(source))) return true
  return isKeyword(source, UNSAFE_INLINE) || isKeyword(source, STRICT_DYNAMIC)
}

/** What of a list decides whether its other sources count. */
export interface ListFacts {
  readonly name: string
  /** Whether 'strict-dynamic' makes hosts, schemes and 'self' void. */
  readonly isStrict: boolean
  readonly hasNonceOrHash: boolean
  readonly hasUnsafeHashes: boolean
}

/** Reads the facts once, so that all sources of a list are judged in linear time. */
export function readFacts(name: string, list: readonly Source[]): ListFacts {
  return {
    name,
    isStrict: SCRIPT_DIRECTIVES.includes(name) && hasKeyword(list, STRICT_DYNAMIC),
    hasNonceOrHash: list.some(isNonceOrHash),
    hasUnsafeHashes: hasKeyword(list, UNSAFE_HASHES),
  }
}

/** A source that has no effect because of what stands beside it, or does not. */
export function findOverruled(source: Source, facts: ListFacts): VoidSource | undefined {
  if (source === NONCE) return undefined
  const { name, isStrict, hasNonceOrHash, hasUnsafeHashes } = facts
  if (isAttribute(name) && !hasUnsafeHashes && isHash(source)) {
    const problem = `${source} has no effect in ${name} without 'unsafe-hashes'`
    return { source, problem, fix: 'UNSAFE_HASHES beside it' }
  }
  if (isStrict && isURLSource(source)) {
    const problem = `'strict-dynamic' makes ${source} void`
    return { source, problem, fix: 'the nonce on the script element that loads it' }
  }
  if (!isKeyword(source, UNSAFE_INLINE) || !isInlineVoid(facts)) return undefined
  const cause = hasNonceOrHash ? 'a nonce or hash' : STRICT_DYNAMIC
  const fix = name.startsWith('style')
    ? 'the nonce on the elements or, for attributes, allow("style-src-attr", UNSAFE_INLINE)'
    : 'the nonce on the elements or hashSource(content)'
  return { source, problem: `${cause} makes 'unsafe-inline' void`, fix }
}

/** 'unsafe-inline' is void beside a nonce or hash, and for scripts beside 'strict-dynamic'. */
export function isInlineVoid({ name, hasNonceOrHash, isStrict }: ListFacts): boolean {
  return !INLINE_DIRECTIVES.includes(name) || hasNonceOrHash || isStrict
}

/**
 * Whether some browser may let 'unsafe-inline' count: in script-src-attr itself, WebKit takes no
 * notice of 'strict-dynamic'.
 */
export function mayInlineCount(facts: ListFacts): boolean {
  return !isInlineVoid(facts) || (facts.name === 'script-src-attr' && !facts.hasNonceOrHash)
}

/** Whether the directive decides for attributes, which load nothing and have no nonce. */
export function isAttribute(name: string): boolean {
  return name.endsWith('-attr')
}

/** How a message shows a source. */
export function shownSource(source: Source): string {
  return source === NONCE ? 'a nonce' : source
}
