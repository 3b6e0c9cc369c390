/**
 * The table of rules: one for each type of check. A new type of check is its shape, its rule and a
 * row here.
 */

import { CspError } from '@cusp/core'
import { show } from '@cusp/core/internal'
import type { Check } from '../check/check.ts'
import type { Page } from '../policy/compiled-policies.ts'
import { evalRule, wasmRule } from './eval.ts'
import { checkFacts } from './facts.ts'
import { frameAncestorsRule } from './frame-ancestors.ts'
import { inlineRule } from './inline-rule.ts'
import { prepareRequest, requestRule, validateRequest } from './request.ts'
import type { Area, Evaluate, Rule } from './rule.ts'
import { trustedTypesPolicyRule, trustedTypesSinkRule } from './trusted-types.ts'
import { baseUriRule, formActionRule } from './url-directives.ts'
import { webrtcRule } from './webrtc.ts'

/** The rule of each type of check. */
type RuleTable = { readonly [Type in Check['type']]: Rule<Extract<Check, { readonly type: Type }>> }

const TABLE: RuleTable = {
  request: requestRule,
  inline: inlineRule,
  eval: evalRule,
  wasm: wasmRule,
  'base-uri': baseUriRule,
  'form-action': formActionRule,
  'frame-ancestors': frameAncestorsRule,
  'trusted-types-policy': trustedTypesPolicyRule,
  'trusted-types-sink': trustedTypesSinkRule,
  webrtc: webrtcRule,
}

// A rule takes the checks of its own type; ruleOf looks it up by the type of the check.
const RULES: ReadonlyMap<unknown, Rule<Check>> = new Map(
  Object.entries(TABLE) as [string, Rule<Check>][],
)

/** The facts of each rule; those of requests apart, for most decisions are about them. */
const FACTS: ReadonlyMap<Rule<Check>, ReadonlySet<string>> = new Map(
  Array.from(RULES.values(), (rule) => [rule, factsOf(rule.facts)]),
)
const REQUEST_FACTS = factsOf(requestRule.facts)

/** Every area of every rule. Hints are last: they follow all other lists. */
export const AREAS: readonly Area[] = [...RULES.values()]
  .flatMap(({ areas }) => areas)
  .toSorted((a, b) => Number(a.kind === 'hint') - Number(b.kind === 'hint'))

/** An area that judges URLs. */
export type URLArea = Area & Required<Pick<Area, 'checkFor'>>

/** Every area that judges URLs. */
export const URL_AREAS: readonly URLArea[] = AREAS.filter(
  (area): area is URLArea => area.checkFor !== undefined,
)

/**
 * The rule of a check.
 *
 * @throws CspError `ERR_CSP_CHECK` for a check of an unknown type
 */
export function ruleOf(check: Check): Rule<Check> {
  const rule = RULES.get(check?.type)
  return rule ?? refuse(check)
}

/**
 * Refuses a check that cannot be what is meant: one of an unknown type, with facts that nobody
 * reads, with wrong ones.
 *
 * @throws CspError `ERR_CSP_CHECK`
 */
export function validateCheck(check: Check): void {
  if (check?.type === 'request') {
    checkFacts(check, REQUEST_FACTS)
    validateRequest(check)
    return
  }
  const rule = ruleOf(check)
  checkFacts(check, FACTS.get(rule) as ReadonlySet<string>)
  rule.validate?.(check)
}

/** Reads the facts of a check; what it returns is asked of every policy. */
export function prepare(check: Check, page: Page): Evaluate {
  // Most decisions are about requests: asked first, so that the compiler can make one piece of
  // them.
  if (check?.type === 'request') return prepareRequest(check, page)
  return ruleOf(check).prepare(check, page)
}

function refuse(check: unknown): never {
  const type = typeof check === 'object' && check !== null && 'type' in check ? check.type : check
  const types = Array.from(RULES.keys(), (known) => show(known)).join(', ')
  const message = `Cannot decide: ${show(type)} is not a type of check. Use { type } with one of ${types}.`
  throw new CspError('ERR_CSP_CHECK', message, { value: type })
}

function factsOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(['type', ...names])
}
