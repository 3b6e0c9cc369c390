/**
 * Comparisons: what got wider and what narrower from one set of policies to another, each with a
 * check that shows it.
 */

import { CspError, DIRECTIVES } from '@cusp/core'
import type { Check } from '../check/check.ts'
import type { DecideOptions, Decider } from '../decide/decide.ts'
import { compile } from '../decide/decide.ts'
import { enforcedPolicies, EXAMPLE_SELF } from '../decide/enforced.ts'
import { checkOptions, DECIDE_OPTIONS } from '../decide/options.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import type { Reason, Result } from '../rules/result.ts'
import type { Area, Candidate, ChangeKind } from '../rules/rule.ts'
import { AREAS, ruleOf } from '../rules/rules.ts'
import { sandboxFlags } from '../rules/sandbox.ts'
import { oddnessOf } from '../witness/oddness.ts'
import type { PolicyChange } from './change.ts'
import type { Difference, Sides } from './differences.ts'
import { differencesIn, TooManyPlacesError } from './differences.ts'

/** The circumstances of a comparison. */
export interface CompareOptions extends DecideOptions {
  /**
   * Inline scripts, styles and handlers of the page: with them changes of hashes are shown by their
   * texts.
   */
  readonly sources?: readonly string[] | undefined
}

/** What is known of one change while it is collected. */
interface Collected {
  readonly change: PolicyChange['change']
  readonly kind: ChangeKind
  readonly directive: string
  readonly effectiveDirectives: Set<string>
  readonly values: Set<string>
  witness: Check | null
  /** Of the witness. */
  oddness: number
  /** Whether no directive governs the witness where it is allowed. */
  isUngoverned: boolean
}

/** What differs so far. */
type Changes = Map<string, Collected>

const ORDER = new Map([...DIRECTIVES.keys()].map((name, index) => [name, index]))
const KIND_BY_REASON: ReadonlyMap<Reason, ChangeKind> = new Map<Reason, ChangeKind>([
  ['nonce-matches', 'nonce'],
  ['integrity-matches', 'hash'],
  ['hash-matches', 'hash'],
])
/** So many values are named in a message; the others are counted. */
const MOST_NAMED = 3

/**
 * Lists what enforced policies allow after a change and did not before (`wider`), and the other way
 * round (`narrower`). Where it finds nothing, `decide` answers every check alike. Changes of
 * report-only policies block and allow nothing, so they are none.
 *
 * @param before what `decide` takes
 * @param after what `decide` takes
 * @throws CspError `ERR_CSP_INPUT`, `ERR_CSP_CHECK` as `decide` does; `ERR_CSP_INPUT` too where the
 *   lists of several policies meet in more than 250 000 places, which are too many to try
 * @example
 * ```ts
 * import { compare } from '@cusp/engine'
 *
 * const [change] = compare({ value: "img-src 'self'" }, { value: "img-src 'self' cdn.example" })
 * change?.change // => wider
 * change?.values // => cdn.example
 * change?.message // => img-src now allows the image https://cdn.example/ by cdn.example
 * ```
 */
export function compare(
  before: PolicyInput,
  after: PolicyInput,
  options: CompareOptions = {},
): readonly PolicyChange[] {
  checkOptions(options, { action: 'compare', names: [...DECIDE_OPTIONS, 'sources'] })
  const sides: Sides = {
    before: enforcedPolicies(before, options),
    after: enforcedPolicies(after, options),
    sources: options.sources ?? [],
    includesUnlikely: false,
    onlyWider: false,
  }
  const changes: Changes = new Map()
  for (const area of AREAS) compareArea(area, sides, changes)
  compareSandboxes([before, after], options.dialect, changes)
  compareUpgrades(sides, changes)
  const self = options.self === undefined ? EXAMPLE_SELF : options.self
  const deciding = { self, dialect: options.dialect }
  const deciders = [compile(before, deciding), compile(after, deciding)] as const
  return Array.from(changes.values(), (collected) => finish(collected, deciders)).toSorted(
    (one, other) => placeOf(one) - placeOf(other),
  )
}

function compareArea(area: Area, sides: Sides, changes: Changes): void {
  // A hint follows what its lists allow: it is worth a word where nothing else says it.
  const isSaid = (change: PolicyChange['change']): boolean =>
    area.kind === 'hint' && hasChange(changes, change)
  if (isSaid('wider') && isSaid('narrower')) return
  try {
    for (const difference of differencesIn(area, sides)) {
      if (isSaid(difference.wasAllowed ? 'narrower' : 'wider')) continue
      collect(difference, { area, sides, changes })
    }
  } catch (error) {
    throw error instanceof TooManyPlacesError ? tooLarge(error) : error
  }
}

function tooLarge({ directive }: TooManyPlacesError): CspError {
  const message = `Cannot compare the policies: their lists of ${directive} name too many hosts, ports and paths together. Compare one policy at a time.`
  return new CspError('ERR_CSP_INPUT', message, { directive })
}

function collect(
  { candidate, wasAllowed, evaluateBefore, evaluateAfter }: Difference,
  { area, sides, changes }: { area: Area; sides: Sides; changes: Changes },
): void {
  const results = [
    sides.before.policies.map(evaluateBefore),
    sides.after.policies.map(evaluateAfter),
  ] as const
  const [wider, narrower] = wasAllowed ? results : [results[1], results[0]]
  const { check } = candidate
  // A text of which only a hash is known shows that hash and nothing else: what else allows it, any
  // text shows.
  if (check === null && !wider.some(({ reason }) => reason === 'hash-matches')) return
  const allowed = wider.find(({ asked }) => asked.directive !== null)
  const blocked = narrower.find(({ violated }) => violated)
  const directive =
    allowed?.asked.directive?.name ?? blocked?.asked.directive?.name ?? area.effectiveDirective
  const collected = changeOf(changes, {
    change: wasAllowed ? 'narrower' : 'wider',
    kind: area.kind ?? kindOf(candidate, allowed),
    directive,
  })
  collected.effectiveDirectives.add(area.effectiveDirective)
  for (const value of valuesOf(candidate, allowed)) collected.values.add(value)
  if (check === null) return
  const oddness = oddnessOf(check)
  if (collected.witness !== null && oddness >= collected.oddness) return
  collected.witness = check
  collected.oddness = oddness
  collected.isUngoverned = allowed === undefined
}

/** What allows it on the wider side: the expression, and those that no list tells apart from it. */
function valuesOf({ alike = [] }: Candidate, allowed: Result | undefined): readonly string[] {
  const expression = allowed?.expression ?? null
  if (expression === null) return []
  return alike.includes(expression) ? alike : [expression]
}

function changeOf(
  changes: Changes,
  { change, kind, directive }: Pick<Collected, 'change' | 'directive' | 'kind'>,
): Collected {
  const key = `${change} ${kind} ${directive}`
  let collected = changes.get(key)
  if (collected === undefined) {
    const sets = { effectiveDirectives: new Set<string>(), values: new Set<string>() }
    const none = { witness: null, oddness: 0, isUngoverned: false }
    collected = { change, kind, directive, ...sets, ...none }
    changes.set(key, collected)
  }
  return collected
}

function kindOf({ check }: Candidate, allowed: Result | undefined): ChangeKind {
  const byReason = allowed === undefined ? undefined : KIND_BY_REASON.get(allowed.reason)
  if (byReason !== undefined) return byReason
  if (allowed?.expression?.toLowerCase() === "'strict-dynamic'") return 'strict-dynamic'
  return check === null || check.type === 'inline' ? 'inline' : 'url'
}

function compareSandboxes(
  [before, after]: readonly [PolicyInput, PolicyInput],
  dialect: DecideOptions['dialect'],
  changes: Changes,
): void {
  const [ours, theirs] = [sandboxFlags(before, { dialect }), sandboxFlags(after, { dialect })]
  const lifted = ours.flags.filter((flag) => !theirs.flags.includes(flag))
  const set = theirs.flags.filter((flag) => !ours.flags.includes(flag))
  for (const [change, flags] of [
    ['wider', lifted],
    ['narrower', set],
  ] as const) {
    for (const flag of flags) {
      const collected = changeOf(changes, { change, kind: 'sandbox', directive: 'sandbox' })
      collected.effectiveDirectives.add('sandbox')
      collected.values.add(flag)
    }
  }
}

function compareUpgrades({ before, after }: Sides, changes: Changes): void {
  const upgraded = before.page.policies.upgradesInsecureRequests
  if (upgraded === after.page.policies.upgradesInsecureRequests) return
  const directive = 'upgrade-insecure-requests'
  const change = upgraded ? 'wider' : 'narrower'
  changeOf(changes, { change, kind: 'upgrade', directive }).effectiveDirectives.add(directive)
}

function hasChange(changes: Changes, change: PolicyChange['change']): boolean {
  return [...changes.values()].some((other) => other.change === change && other.kind !== 'hint')
}

function finish(collected: Collected, [before, after]: readonly [Decider, Decider]): PolicyChange {
  const { change, kind, directive, effectiveDirectives, values, witness } = collected
  return {
    change,
    kind,
    directive,
    effectiveDirectives: [...effectiveDirectives],
    values: [...values],
    message: describe(collected),
    witness,
    before: witness === null ? null : before.decide(witness),
    after: witness === null ? null : after.decide(witness),
  }
}

function describe({ change, kind, directive, values, witness, isUngoverned }: Collected): string {
  const isWider = change === 'wider'
  const verb = isWider ? 'now allows' : 'no longer allows'
  if (kind === 'upgrade') {
    return `insecure requests are ${isWider ? 'no longer' : 'now'} upgraded`
  }
  const named = [...values].slice(0, MOST_NAMED).join(', ')
  const more = values.size > MOST_NAMED ? ` and ${values.size - MOST_NAMED} more` : ''
  if (kind === 'sandbox') return `sandbox ${verb} ${named}${more}`
  const what = witness === null ? 'a text with that hash' : ruleOf(witness).describe(witness)
  // What no directive governs none allows: the one that is named forbids it on the other side.
  if (isUngoverned) return `${directive} ${isWider ? 'no longer' : 'now'} forbids ${what}`
  return `${directive} ${verb} ${what}${values.size === 0 ? '' : ` by ${named}${more}`}`
}

function placeOf({ change, directive }: PolicyChange): number {
  return (change === 'wider' ? 0 : 1000) + (ORDER.get(directive) ?? -1)
}
