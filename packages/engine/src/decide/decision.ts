/** What the engine answers: one decision, and in it one result for each policy. */

import type { Check } from '../check/check.ts'
import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import type { Disposition, PolicySource } from '../policy/policy-input.ts'
import type { Reason, Result } from '../rules/result.ts'
import { prepare, validateCheck } from '../rules/rules.ts'

/** What one policy says. */
export interface PolicyResult {
  /**
   * Index of the policy among those of the decision, from 0; a header counts as many as it holds.
   */
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
  /**
   * The source expression that decided, as it is written in the policy; of several, the most
   * telling. Null when none did.
   */
  readonly expression: string | null
}

/** Across copies of this package: an application may load it as an ES module and as CommonJS. */
const BASIS: unique symbol = Symbol.for('@cusp/engine.basis')

/** What a decision was made from, for `explain` and `violation`. */
export interface DecisionBasis {
  readonly page: Page
  /** One for each policy, in order. */
  readonly results: readonly Result[]
}

/** What a browser does. Plain data to JSON; `explain` and `violation` take it as it is. */
export class Decision {
  static {
    Object.defineProperty(this.prototype, BASIS, {
      get(this: Decision) {
        return #basis in this ? this.#basis : undefined
      },
    })
  }

  /** Whether every enforced policy allows it. */
  readonly allowed: boolean
  /** One result for each policy, in order. */
  readonly results: readonly PolicyResult[]
  /** What was asked. */
  readonly check: Check
  readonly #basis: DecisionBasis

  /** @internal */
  constructor(check: Check, page: Page) {
    const { list } = page.policies
    const evaluate = prepare(check, page)
    const results: Result[] = []
    const published: PolicyResult[] = []
    let isAllowed = true
    // One loop, by index: three walks with callbacks cost a tenth of a decision (`pnpm bench
    // --only=decisions`).
    for (let index = 0; index < list.length; index++) {
      const policy = list[index] as CompiledPolicy
      const result = evaluate(policy)
      results.push(result)
      published.push(publish(policy, result))
      if (result.violated && policy.disposition === 'enforce') isAllowed = false
    }
    this.allowed = isAllowed
    this.results = published
    this.check = check
    this.#basis = { page, results }
  }

  /**
   * What the decision was made from; undefined of what is not a decision.
   *
   * @internal
   */
  static basisOf(decision: Decision): DecisionBasis | undefined {
    return typeof decision === 'object' && decision !== null
      ? (Reflect.get(decision, BASIS) as DecisionBasis | undefined)
      : undefined
  }
}

/**
 * Decides what a browser does with a check on a page.
 *
 * @throws CspError `ERR_CSP_CHECK` for a check that cannot be what is meant
 */
export function decideOn(page: Page, check: Check): Decision {
  validateCheck(check)
  return new Decision(check, page)
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
