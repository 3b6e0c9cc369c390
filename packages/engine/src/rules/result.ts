/** Results: what one policy says about one check, and what it judged. */

import type { CompiledDirective } from '../policy/compiled-policies.ts'
import type { MatchContext } from '../sources/match-context.ts'
import type { CheckedURL } from '../url/url.ts'

/** Why a policy allows or is violated. Where something matches, the result names the expression. */
export type Reason =
  // Allowed: no directive is asked.
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

/** A URL as a policy judged it, and the circumstances of the match. */
export interface JudgedURL extends MatchContext {
  /** Upgraded or not, as this policy saw it. */
  readonly url: CheckedURL
}

/**
 * What was asked of one policy: the directive in the view of the policy that judged, and the URL as
 * that view saw it.
 */
export interface Asked {
  /** The directive that a report names; null when no directive is asked. */
  readonly effectiveDirective: string | null
  /** The directives that may decide, nearest first. */
  readonly chain: readonly string[]
  /** The directive that decides; null when the policy has none. */
  readonly directive: CompiledDirective | null
  /** The URL that was judged; null where none is. */
  readonly judged: JudgedURL | null
}

/** What one policy says. */
export interface Result {
  readonly violated: boolean
  readonly reason: Reason
  /**
   * The source expression that decided, as it is written in the policy; of several, the most
   * telling. Null when none did.
   */
  readonly expression: string | null
  readonly asked: Asked
}

const NOT_APPLICABLE: Result = Object.freeze({
  violated: false,
  reason: 'not-applicable',
  expression: null,
  asked: Object.freeze({
    effectiveDirective: null,
    chain: Object.freeze([]),
    directive: null,
    judged: null,
  }),
})

/** No directive of the policy is asked. */
export function notApplicable(): Result {
  return NOT_APPLICABLE
}

/** The policy has no directive that would decide. */
export function noDirective(effectiveDirective: string, chain: readonly string[]): Result {
  const asked = { effectiveDirective, chain, directive: null, judged: null }
  return { violated: false, reason: 'no-directive', expression: null, asked }
}

/** The directive allows it. */
export function allow(asked: Asked, reason: Reason, expression: string | null): Result {
  return { violated: false, reason, expression, asked }
}

/** The directive forbids it. */
export function violate(asked: Asked, reason: Reason, expression: string | null = null): Result {
  return { violated: true, reason, expression, asked }
}
