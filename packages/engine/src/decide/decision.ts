/** What the engine answers: one decision, and in it one result for each policy. */

import type { Check } from '../check/check.ts'
import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import type { Disposition, PolicySource } from '../policy/policy-input.ts'
import type { Reason, Result } from '../rules/result.ts'
import { prepare } from '../rules/rules.ts'

/** What one policy says. */
export interface PolicyResult {
  /** Index of the policy among those of the decision, from 0; a header counts as many as it holds. */
  readonly policy: number
  readonly disposition: Disposition
  readonly source: PolicySource
  /** Whether the policy forbids it. A report-only policy that is violated blocks nothing. */
  readonly violated: boolean
  readonly reason: Reason
  /** The directive that is asked, which a report names; null when none is. */
  readonly effectiveDirective: string | null
  /** The directive of the policy that decides, found by fallback; null when the policy has none. */
  readonly directive: string | null
  /** The directives that may decide, nearest first. */
  readonly chain: readonly string[]
  /** The source expression that decided, as it is written in the policy; of several, the most telling. Null when none did. */
  readonly expression: string | null
}

/** What a decision was made from, for `explain` and `violation`. */
export interface DecisionBasis {
  readonly page: Page
  /** One for each policy, in order. */
  readonly results: readonly Result[]
}

/** What a browser does. Plain data to JSON; `explain` and `violation` take it as it is. */
export class Decision {
  /** Whether every enforced policy allows it. */
  readonly allowed: boolean
  /** One result for each policy, in order. */
  readonly results: readonly PolicyResult[]
  /** What was asked. */
  readonly check: Check
  readonly #basis: DecisionBasis

  /** @internal */
  constructor(check: Check, page: Page, results: readonly Result[]) {
    const { list } = page.policies
    this.allowed = isAllowed(list, results)
    this.results = results.map((result, index) => publish(list[index] as CompiledPolicy, result))
    this.check = check
    this.#basis = { page, results }
  }

  /**
   * What the decision was made from; undefined of what is not a decision.
   *
   * @internal
   */
  static basisOf(decision: Decision): DecisionBasis | undefined {
    return typeof decision === 'object' && decision !== null && #basis in decision
      ? decision.#basis
      : undefined
  }
}

/**
 * Decides what a browser does with a check on a page.
 *
 * @throws CspError `ERR_CSP_CHECK` for a check of an unknown type
 */
export function decideOn(page: Page, check: Check): Decision {
  return new Decision(check, page, page.policies.list.map(prepare(check, page)))
}

function publish(
  policy: CompiledPolicy,
  { violated, reason, expression, asked }: Result,
): PolicyResult {
  return {
    policy: policy.index,
    disposition: policy.disposition,
    source: policy.source,
    violated,
    reason,
    effectiveDirective: asked.effectiveDirective,
    directive: asked.directive === null ? null : asked.directive.name,
    chain: asked.chain,
    expression,
  }
}

function isAllowed(list: readonly CompiledPolicy[], results: readonly Result[]): boolean {
  return !results.some(({ violated }, index) => violated && list[index]?.disposition === 'enforce')
}
