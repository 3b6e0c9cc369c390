/** Makes results: what one policy says, in one shape. */

import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import type { PolicyResult, Reason } from '../decide/decision.ts'

/** What a check found in a policy. */
export interface Finding {
  readonly violated: boolean
  readonly reason: Reason
  readonly effectiveDirective: string | null
  readonly directive: string | null
  readonly chain: readonly string[]
  readonly expression: string | null
}

/** A directive that is asked, and the one that answers. */
export interface Asked {
  readonly effectiveDirective: string
  readonly directive: string
  readonly chain: readonly string[]
}

const NO_CHAIN: readonly string[] = Object.freeze([])
const NOT_APPLICABLE: Finding = Object.freeze({
  violated: false,
  reason: 'not-applicable',
  effectiveDirective: null,
  directive: null,
  chain: NO_CHAIN,
  expression: null,
})

/** Nobody asks the policy. */
export function notApplicable(): Finding {
  return NOT_APPLICABLE
}

/** The policy has no directive that would decide. */
export function noDirective(effectiveDirective: string, chain: readonly string[]): Finding {
  return {
    violated: false,
    reason: 'no-directive',
    effectiveDirective,
    directive: null,
    chain,
    expression: null,
  }
}

/** The directive allows it. */
export function allow(asked: Asked, reason: Reason, expression: string | null): Finding {
  return {
    violated: false,
    reason,
    effectiveDirective: asked.effectiveDirective,
    directive: asked.directive,
    chain: asked.chain,
    expression,
  }
}

/** The directive forbids it. */
export function violate(asked: Asked, reason: Reason, expression: string | null = null): Finding {
  return {
    violated: true,
    reason,
    effectiveDirective: asked.effectiveDirective,
    directive: asked.directive,
    chain: asked.chain,
    expression,
  }
}

/** The finding as the result of a policy. */
export function makeResult(policy: CompiledPolicy, finding: Finding): PolicyResult {
  return {
    policy: policy.index,
    disposition: policy.disposition,
    source: policy.source,
    violated: finding.violated,
    reason: finding.reason,
    effectiveDirective: finding.effectiveDirective,
    directive: finding.directive,
    chain: finding.chain,
    expression: finding.expression,
  }
}
