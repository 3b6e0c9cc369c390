/**
 * Widening: the values of a directive when more is allowed and nothing that was allowed is taken
 * away.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-fallback-list
 */

import { show } from '../text.ts'
import type { DirectiveInfo, DirectiveName, ListDirective } from '../vocabulary/directives.ts'
import { chainOf, DIRECTIVES } from '../vocabulary/directives.ts'
import { refusal } from '../vocabulary/errors.ts'
import { NONE, STRICT_DYNAMIC, UNSAFE_HASHES, UNSAFE_INLINE } from '../vocabulary/keywords.ts'
import {
  hasKeyword,
  isHash,
  isKeyword,
  isNonce,
  isNone,
  isNonceOrHash,
} from '../sources/source-expression.ts'
import type { Source } from '../sources/source-types.ts'
import type { Policy } from '../model/policy.ts'
import type { VoidSource } from '../issues/void-sources.ts'
import {
  findMisplaced,
  findOverruled,
  isAttribute,
  isInlineVoid,
  mayInlineCount,
  readFacts,
  shownSource,
} from '../issues/void-sources.ts'

/** What becomes of a directive. */
export interface Widening {
  /** Its new values; undefined where it stays as it is. */
  readonly values: readonly Source[] | undefined
  /** The sources that would allow nothing. They are not among the values. */
  readonly voidSources: readonly VoidSource[]
}

const WIDENABLE = new Set(['source-list', 'ancestor-source-list', 'sandbox', 'trusted-types'])

/** Whether the directive is a list of permissions, so that a longer list allows more. */
export function isWidenable(name: string): name is ListDirective {
  return WIDENABLE.has(DIRECTIVES.get(name)?.grammar ?? '')
}

/**
 * The values of `name` with `sources` allowed as well. They start from the list that decides now.
 * There are none where all of the sources are allowed already, and where nothing restricts: there
 * the new directive would only restrict.
 *
 * @throws CspError `ERR_CSP_NOT_WIDER` for what could take something away
 */
export function widen(policy: Policy, name: string, sources: readonly Source[]): Widening {
  const info = DIRECTIVES.get(name)
  if (info === undefined || !isWidenable(name)) {
    refuse(name, undefined, { problem: `${name} is not a list of permissions`, fix: setting(name) })
  }
  if (sources.some(isNone)) {
    refuse(name, NONE, { problem: "'none' allows nothing", fix: setting(name, '[NONE]') })
  }
  const misplaced = findMisplaced(sources, name, policy)
  const decisive = chainOf(info.name).find((candidate) => policy.get(candidate) !== undefined)
  if (decisive === undefined) return { values: undefined, voidSources: misplaced }
  const base = (policy.get(decisive) as readonly Source[]).filter((value) => !isNone(value))
  const placed = without(sources, misplaced)
  const list = { name, base, isOwn: decisive === name }
  const overruled = findAllOverruled(list, placed)
  const voidSources = [...misplaced, ...overruled]
  const effective = without(placed, overruled)
  if (isAllowed(name, decisive, { base, sources: effective }))
    return { values: undefined, voidSources }
  for (const source of effective) checkWider(name, base, source)
  if (decisive !== name) {
    checkHeirs(policy, info, decisive)
    checkWorkers(policy, name, { decisive, base })
  }
  return { values: [...new Set([...keptOf(list, effective), ...effective])], voidSources }
}

/** Refuses sources that would allow nothing. */
export function checkEffective(name: string, [first]: readonly VoidSource[]): void {
  if (first !== undefined) refuse(name, first.source, first)
}

/** The list that decides now for a directive: its own, or one that it falls back to. */
interface BaseList {
  readonly name: string
  readonly base: readonly Source[]
  readonly isOwn: boolean
}

function without(sources: readonly Source[], left: readonly VoidSource[]): readonly Source[] {
  return sources.filter((source) => !left.some((each) => each.source === source))
}

function findAllOverruled(list: BaseList, sources: readonly Source[]): readonly VoidSource[] {
  const facts = readFacts(list.name, [...keptOf(list, sources), ...sources])
  return sources.flatMap((source) => findOverruled(source, facts) ?? [])
}

/** Whether the list that decides now allows all of the sources. */
function isAllowed(
  name: string,
  decisive: string,
  { base, sources }: { readonly base: readonly Source[]; readonly sources: readonly Source[] },
): boolean {
  if (isAnyWorkerAllowed(name, decisive, base)) return true
  const facts = readFacts(name, base)
  return sources.every((source) => {
    return base.includes(source) && findOverruled(source, facts) === undefined
  })
}

/**
 * What stays of the list that decides now. Attributes have no nonce, and a hash counts for them
 * beside 'unsafe-hashes' only; there both do nothing but make 'unsafe-inline' void. So they are
 * left out, and so is an 'unsafe-inline' that they made void: without them it would allow what
 * nobody asked for.
 */
function keptOf({ name, base, isOwn }: BaseList, sources: readonly Source[]): readonly Source[] {
  if (!isAttribute(name)) return base
  const isInlineWanted = hasKeyword(sources, UNSAFE_INLINE)
  const mayHash = !isInlineWanted && hasKeyword([...base, ...sources], UNSAFE_HASHES)
  const facts = readFacts(name, base)
  const isInlineKept = isOwn ? mayInlineCount(facts) : !isInlineVoid(facts)
  return base.filter((source) => {
    if (isNonce(source)) return false
    if (isHash(source)) return mayHash
    if (isKeyword(source, STRICT_DYNAMIC)) return !isInlineWanted
    return isInlineKept || !isKeyword(source, UNSAFE_INLINE)
  })
}

/** Refuses a source that would make another one void. */
function checkWider(name: string, base: readonly Source[], source: Source): void {
  if (source === STRICT_DYNAMIC && !hasKeyword(base, STRICT_DYNAMIC)) {
    const problem = "'strict-dynamic' makes the hosts of the list void"
    refuse(name, source, { problem, fix: setting(name) })
  }
  const isInlineInForce = hasKeyword(base, UNSAFE_INLINE) && mayInlineCount(readFacts(name, base))
  if (isInlineInForce && isNonceOrHash(source)) {
    const problem = `${shownSource(source)} makes 'unsafe-inline' void`
    refuse(name, source, { problem, fix: `${setting(name)} without 'unsafe-inline'` })
  }
}

/**
 * Where script-src decides for workers, its 'strict-dynamic' allows any worker. The same keyword in
 * worker-src would allow none.
 */
function isAnyWorkerAllowed(name: string, decisive: string, base: readonly Source[]): boolean {
  return name === 'worker-src' && decisive === 'script-src' && hasKeyword(base, STRICT_DYNAMIC)
}

/**
 * A new directive also decides for absent ones that fall back to it, as child-src does for workers.
 * Each of them must have been decided by the list that was copied.
 */
function checkHeirs(policy: Policy, info: DirectiveInfo, decisive: DirectiveName): void {
  for (const heir of DIRECTIVES.values()) {
    if (!(heir.fallback as readonly string[]).includes(info.name)) continue
    const chain = chainOf(heir.name)
    const before = chain.find((candidate) => policy.get(candidate) !== undefined) as DirectiveName
    const comesFirst = chain.indexOf(info.name) < chain.indexOf(before)
    if (comesFirst && before !== decisive) {
      const problem = `${heir.name} is absent and follows ${before}, and a new ${info.name} would decide for it`
      refuse(info.name, undefined, { problem, fix: `${setting(heir.name)} before this call` })
    }
  }
}

/**
 * Where default-src decides for workers, its 'strict-dynamic' allows any worker in all engines. The
 * same keyword in worker-src or child-src would not in all of them.
 */
function checkWorkers(
  policy: Policy,
  name: string,
  { decisive, base }: { readonly decisive: string; readonly base: readonly Source[] },
): void {
  const takesWorkersOver =
    name === 'worker-src' || (name === 'child-src' && policy.get('worker-src') === undefined)
  if (!takesWorkersOver || decisive !== 'default-src' || !hasKeyword(base, STRICT_DYNAMIC)) return
  const problem = `'strict-dynamic' of default-src allows any worker, and in ${name} it would not`
  refuse(name, undefined, { problem, fix: setting(name) })
}

function setting(name: string, values = '…'): string {
  return `set(${show(name)}, ${values})`
}

function refuse(
  directive: string,
  value: unknown,
  { problem, fix }: { readonly problem: string; readonly fix: string },
): never {
  const action = `allow more in ${directive}`
  throw refusal('ERR_CSP_NOT_WIDER', { action, problem, fix, directive, value })
}
