/** What the engine answers: one decision, and in it one result for each policy. */

import type { Check } from '../check/check.ts'
import type { CompiledPolicies } from '../policy/compiled-policies.ts'
import type { Disposition, PolicySource } from '../policy/policy-input.ts'
import type { Origin } from '../url/url.ts'

/** Why a policy allows or is violated. Where something matches, the result names the expression. */
export type Reason =
  // Allowed: nobody asks.
  | 'not-applicable'
  | 'no-directive'
  | 'top-level'
  // Allowed: an expression matches.
  | 'url-matches'
  | 'nonce-matches'
  | 'integrity-matches'
  | 'hash-matches'
  | 'keyword-allows'
  | 'name-matches'
  | 'ancestors-match'
  // Violated.
  | 'nothing-allowed'
  | 'invalid-url'
  | 'url-mismatch'
  | 'parser-inserted'
  | 'inline-blocked'
  | 'eval-blocked'
  | 'wasm-blocked'
  | 'certificate-hashes-blocked'
  | 'ancestor-mismatch'
  | 'opaque-ancestor'
  | 'duplicate-name'
  | 'name-mismatch'
  | 'trusted-type-required'
  | 'webrtc-blocked'

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
  readonly policies: CompiledPolicies
  readonly self: Origin | null
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
  constructor(check: Check, results: readonly PolicyResult[], basis: DecisionBasis) {
    this.allowed = isAllowed(results)
    this.results = results
    this.check = check
    this.#basis = basis
  }

  /**
   * What the decision was made from.
   *
   * @internal
   */
  static basisOf(decision: Decision): DecisionBasis | undefined {
    return typeof decision === 'object' && decision !== null && #basis in decision
      ? decision.#basis
      : undefined
  }
}

function isAllowed(results: readonly PolicyResult[]): boolean {
  for (const { violated, disposition } of results) {
    if (violated && disposition === 'enforce') return false
  }
  return true
}
