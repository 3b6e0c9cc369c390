/** Enforced policies that judge checks: what audits and comparisons ask thousands of times, without collecting results. */

import type { Check } from '../check/check.ts'
import type { CompiledPolicies, CompiledPolicy } from '../policy/compiled-policies.ts'
import { compilePolicies, requiresTrustedTypesForScript } from '../policy/compiled-policies.ts'
import type { DecideOptions } from './decide.ts'
import type { DecisionBasis } from './decision.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import { questionOf } from './question.ts'
import type { Finding } from '../rules/result.ts'
import { readSelf } from '../url/url.ts'

/** The page whose policies are audited or compared unless `self` says otherwise: an opaque origin would make `'self'` and schemeless hosts match nothing. */
export const EXAMPLE_SELF = 'https://site.example'

/** Enforced policies and the page they are for. */
export interface Judge {
  readonly basis: DecisionBasis
  readonly policies: readonly CompiledPolicy[]
  /** What each policy finds. */
  ask(check: Check): readonly Finding[]
  /** Whether all policies allow it. */
  allows(check: Check): boolean
}

/**
 * The enforced policies of an input as a judge; `asEnforced` makes judges of the report-only ones instead.
 *
 * @throws CspError `ERR_CSP_INPUT`, `ERR_CSP_CHECK` as `decide` does
 */
export function makeJudge(
  input: PolicyInput,
  { self, dialect, asEnforced = false }: DecideOptions & { readonly asEnforced?: boolean },
): Judge {
  const compiled = compilePolicies(input, getDialect(dialect))
  const wanted = asEnforced ? 'report' : 'enforce'
  const policies = compiled.list
    .filter(({ disposition }) => disposition === wanted)
    .map(({ index, policy, source, directives }): CompiledPolicy => ({
      index,
      policy,
      source,
      directives,
      disposition: 'enforce',
    }))
  const enforced: CompiledPolicies = {
    dialect: compiled.dialect,
    list: policies,
    upgradesInsecureRequests: policies.some(({ directives }) =>
      directives.has('upgrade-insecure-requests'),
    ),
    requiresTrustedTypes: policies.some(requiresTrustedTypesForScript),
  }
  const basis = { policies: enforced, self: readSelf(self === undefined ? EXAMPLE_SELF : self) }
  return {
    basis,
    policies,
    ask: (check) => policies.map(questionOf(check, basis)),
    allows: (check) => {
      const ask = questionOf(check, basis)
      return policies.every((policy) => !ask(policy).violated)
    },
  }
}
