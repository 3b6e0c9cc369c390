/**
 * Enforced policies that evaluate checks: what audits and comparisons ask thousands of times,
 * without whole decisions.
 */

import type { Check, RequestCheck } from '../check/check.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import { compilePolicies, enforceOnly } from '../policy/compiled-policies.ts'
import type { Disposition, PolicyInput } from '../policy/policy-input.ts'
import type { Result } from '../rules/result.ts'
import type { Evaluate } from '../rules/rule.ts'
import { prepare } from '../rules/rules.ts'
import { readSelf } from '../url/url.ts'
import type { DecideOptions } from './decide.ts'

/**
 * The page whose policies are audited or compared unless `self` says otherwise: on an opaque origin
 * `'self'` and hosts without a scheme would match nothing.
 */
export const EXAMPLE_SELF = 'https://site.example'

/** Enforced policies and the page they are for. */
export interface EnforcedPolicies {
  readonly page: Page
  readonly policies: readonly CompiledPolicy[]
  /** What each policy says. */
  evaluate(check: Check): readonly Result[]
  /** Whether all policies allow it. */
  allows(check: Check): boolean
}

/**
 * The policies of one disposition as enforced ones: of an input those that are enforced, unless
 * `wanted` says otherwise.
 *
 * @throws CspError `ERR_CSP_INPUT`, `ERR_CSP_CHECK` as `decide` does
 */
export function enforcedPolicies(
  input: PolicyInput,
  { self, dialect }: DecideOptions,
  wanted: Disposition = 'enforce',
): EnforcedPolicies {
  const compiled = enforceOnly(compilePolicies(input, getDialect(dialect)), wanted)
  const page = { policies: compiled, self: readSelf(self === undefined ? EXAMPLE_SELF : self) }
  const policies = compiled.list
  return {
    page,
    policies,
    evaluate: (check) => policies.map(prepare(check, page)),
    allows: (check) => allowsAll(policies, prepare(check, page)),
  }
}

/** Whether all policies allow what is evaluated. */
export function allowsAll(policies: readonly CompiledPolicy[], evaluate: Evaluate): boolean {
  return policies.every((policy) => !evaluate(policy).violated)
}

/** The first check for each way in which all policies together answer. */
export function oneOfEach(
  checks: Iterable<RequestCheck>,
  sides: readonly Pick<EnforcedPolicies, 'evaluate'>[],
): readonly RequestCheck[] {
  const byAnswer = new Map<string, RequestCheck>()
  for (const check of checks) {
    const key = sides
      .map((side) =>
        side
          .evaluate(check)
          .map(({ violated }) => Number(violated))
          .join(''),
      )
      .join()
    if (!byAnswer.has(key)) byAnswer.set(key, check)
  }
  return [...byAnswer.values()]
}
