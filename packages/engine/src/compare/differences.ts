/** Where two sides answer differently: the areas of all rules, walked candidate by candidate. */

import type { EnforcedPolicies } from '../decide/enforced.ts'
import { allowsAll, oneOfEach } from '../decide/enforced.ts'
import type { CompiledDirective, CompiledPolicy } from '../policy/compiled-policies.ts'
import type { AreaInput } from '../rules/area-input.ts'
import { viewsOf } from '../rules/handover.ts'
import type { Area, Candidate, Evaluate } from '../rules/rule.ts'
import { prepare } from '../rules/rules.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import { isTooLarge } from '../witness/candidate-urls.ts'

/** What is compared. */
export interface Sides {
  readonly before: EnforcedPolicies
  readonly after: EnforcedPolicies
  /** Texts of inline code that may matter. */
  readonly sources: readonly string[]
  /** As {@link AreaInput} has it. */
  readonly includesUnlikely: boolean
  /** Whether only what the side after allows and the side before does not is looked for. */
  readonly onlyWider: boolean
}

/** A candidate that the two sides answer differently. */
export interface Difference {
  readonly candidate: Candidate
  /** Whether the side before allows it; then the side after does not. */
  readonly wasAllowed: boolean
  readonly evaluateBefore: Evaluate
  readonly evaluateAfter: Evaluate
}

/** The directives that decide in an area, policy by policy, each in every view that judges. */
type DecidingDirectives = readonly (readonly CompiledDirective[])[]

/**
 * Walks what the two sides answer differently in an area.
 *
 * @throws TooManyPlacesError where the lists of several policies meet in more places than can be
 *   tried
 */
export function* differencesIn(area: Area, sides: Sides): Generator<Difference> {
  const { before, after } = sides
  const [ours, theirs] = [directivesIn(area, before), directivesIn(area, after)]
  if (signatureOf(ours, before) === signatureOf(theirs, after)) return
  const input = makeInput({ area, sides, ours, theirs })
  if (isTooLarge(input)) throw new TooManyPlacesError(area.effectiveDirective)
  for (const candidate of area.candidates(input)) {
    const evaluateBefore = evaluatorOf(candidate, before)
    const wasAllowed = allowsAll(before.policies, evaluateBefore)
    if (wasAllowed && sides.onlyWider) continue
    const evaluateAfter = evaluatorOf(candidate, after)
    if (wasAllowed === allowsAll(after.policies, evaluateAfter)) continue
    yield { candidate, wasAllowed, evaluateBefore, evaluateAfter }
  }
}

/** The lists of several policies meet in more places than can be tried. */
export class TooManyPlacesError extends Error {
  readonly directive: string

  constructor(directive: string) {
    super(`the lists of ${directive} meet in too many places`)
    this.directive = directive
  }
}

function evaluatorOf({ check, prepare: own }: Candidate, { page }: EnforcedPolicies): Evaluate {
  if (own !== undefined) return own(page)
  if (check === null) throw new TypeError('A candidate without a check says how it is evaluated.')
  return prepare(check, page)
}

function directivesIn(area: Area, { policies, page }: EnforcedPolicies): DecidingDirectives {
  const { dialect } = page.policies
  return policies.map((policy) =>
    viewsOf(policy, dialect).flatMap((view) => decidingIn(area, view)),
  )
}

function decidingIn(
  { chain, isUnion = false }: Area,
  { directives }: CompiledPolicy,
): readonly CompiledDirective[] {
  const present = chain.map((name) => directives.get(name)).filter((one) => one !== undefined)
  return isUnion ? present : present.slice(0, 1)
}

/** Two sides with one signature answer alike. */
function signatureOf(lists: DecidingDirectives, { page }: EnforcedPolicies): string {
  const { upgradesInsecureRequests, requiresTrustedTypes } = page.policies
  const texts = lists.map((list) => list.map(({ name, values }) => [name, ...values.map(String)]))
  return JSON.stringify([upgradesInsecureRequests, requiresTrustedTypes, texts])
}

function makeInput({
  area,
  sides,
  ours,
  theirs,
}: {
  readonly area: Area
  readonly sides: Sides
  readonly ours: DecidingDirectives
  readonly theirs: DecidingDirectives
}): AreaInput {
  const { before, after, sources, includesUnlikely } = sides
  return {
    ...listsOf({ area, sides, ours: ours.flat(), theirs: theirs.flat() }),
    self: before.page.self,
    dialect: before.page.policies.dialect,
    isIntersection: [ours, theirs].some((lists) => countOf(lists) > 1),
    sources,
    includesUnlikely,
    tellApart: (checks) => oneOfEach(checks, [before, after]),
  }
}

/** What an area has of the lists that decide in it. */
type Lists = Pick<AreaInput, 'directives' | 'expressions' | 'varying'>

/** The lists of areas by their sides: most areas of a policy go by one default-src. */
const known = new WeakMap<Sides, Lists[]>()

/**
 * The lists of an area: those of an earlier area of the same directives, with the candidates that
 * are kept of them.
 */
function listsOf(input: {
  readonly area: Area
  readonly sides: Sides
  readonly ours: readonly CompiledDirective[]
  readonly theirs: readonly CompiledDirective[]
}): Lists {
  const { area, sides, ours, theirs } = input
  const directives = [...ours, ...theirs]
  const made = known.get(sides) ?? []
  const same = made.find(
    (lists) =>
      lists.directives.length === directives.length &&
      lists.directives.every((one, index) => one === directives[index]),
  )
  if (same !== undefined && area.isUnion !== true) return same
  const expressions = directives.flatMap(({ list }) => list.expressions)
  const lists = { directives, expressions, varying: varyingIn(input) }
  if (area.isUnion !== true) known.set(sides, [...made, lists])
  return lists
}

/** How many policies have a say. */
function countOf(lists: DecidingDirectives): number {
  return lists.filter((list) => list.length > 0).length
}

/**
 * The sources that need candidates. What the side before allows is not looked for where only what
 * is wider counts. Hosts and schemes that both sides have allow the same on both, unless several
 * policies decide, or URLs are looked at on one side and not on the other.
 */
function varyingIn({
  area,
  sides: { before, after, onlyWider },
  ours,
  theirs,
}: {
  readonly area: Area
  readonly sides: Sides
  readonly ours: readonly CompiledDirective[]
  readonly theirs: readonly CompiledDirective[]
}): readonly SourceExpression[] {
  const isOneToOne = before.policies.length === 1 && after.policies.length === 1
  const isSameUpgrade =
    before.page.policies.upgradesInsecureRequests === after.page.policies.upgradesInsecureRequests
  const hasStrictDynamic = [...ours, ...theirs].some(({ list }) =>
    list.keywords.has("'strict-dynamic'"),
  )
  const names = new Set([...ours, ...theirs].map(({ name }) => name))
  const isOneList = area.isUnion === true || (names.size === 1 && ours.length === theirs.length)
  const expressions = (onlyWider ? theirs : [...ours, ...theirs]).flatMap(
    ({ list }) => list.expressions,
  )
  if (!isOneToOne || !isSameUpgrade || hasStrictDynamic || !isOneList) return expressions
  const [left, right] = [textsOf(ours), textsOf(theirs)]
  return expressions.filter(
    ({ kind, text }) => !isPlace(kind) || !left.has(text) || !right.has(text),
  )
}

function isPlace(kind: SourceExpression['kind']): boolean {
  return kind === 'host' || kind === 'scheme'
}

function textsOf(directives: readonly CompiledDirective[]): ReadonlySet<string> {
  return new Set(directives.flatMap(({ list }) => list.expressions.map(({ text }) => text)))
}
