/**
 * Trusted Types: which policies a page may create, and strings at DOM sinks.
 *
 * @see https://w3c.github.io/trusted-types/dist/spec/#content-security-policy-hdr
 */

import { asciiLowerCase } from '../text.ts'
import type { TrustedTypesPolicyCheck } from '../check/check.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { requiresTrustedTypesForScript } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Finding } from './result.ts'
import { allow, noDirective, violate } from './result.ts'

const CHAIN: readonly string[] = Object.freeze(['trusted-types'])
const SINK_CHAIN: readonly string[] = Object.freeze(['require-trusted-types-for'])
const SINK_ASKED = {
  effectiveDirective: 'require-trusted-types-for',
  directive: 'require-trusted-types-for',
  chain: SINK_CHAIN,
}
// tt-policy-name = 1*( ALPHA / DIGIT / "-" / "#" / "=" / "_" / "/" / "@" / "." / "%" )
const POLICY_NAME = /^[\w#=/@.%-]+$/

/**
 * Asks one policy whether a Trusted Types policy may be created.
 *
 * @see https://w3c.github.io/trusted-types/dist/spec/#should-block-create-policy
 */
export function shouldTrustedTypePolicyCreationBeBlocked(
  { name, created = [] }: TrustedTypesPolicyCheck,
  policy: CompiledPolicy,
  { dialect }: { readonly dialect: Dialect },
): Finding {
  const values = policy.directives.get('trusted-types')?.values
  if (values === undefined) return noDirective('trusted-types', CHAIN)
  const asked = { effectiveDirective: 'trusted-types', directive: 'trusted-types', chain: CHAIN }
  const isNone = values.every((value) => isKeyword(value, "'none'"))
  if (isNone) return violate(asked, 'nothing-allowed')
  const allowsDuplicates = values.some((value) => isKeyword(value, "'allow-duplicates'"))
  if (created.includes(name) && !allowsDuplicates) return violate(asked, 'duplicate-name')
  const isName = POLICY_NAME.test(name)
  if (isName && values.includes(name)) return allow(asked, 'name-matches', name)
  const wildcardCounts = isName || !dialect.has('odd-trusted-types-name-refused')
  if (wildcardCounts && values.includes('*')) return allow(asked, 'name-matches', '*')
  return violate(asked, 'name-mismatch')
}

/**
 * Asks one policy whether a plain string may reach a sink of the group `'script'`.
 *
 * @see https://w3c.github.io/trusted-types/dist/spec/#should-block-sink-type-mismatch
 */
export function shouldSinkTypeMismatchViolationBeBlocked(policy: CompiledPolicy): Finding {
  if (requiresTrustedTypesForScript(policy)) {
    return violate(SINK_ASKED, 'trusted-type-required', "'script'")
  }
  return policy.directives.has('require-trusted-types-for')
    ? allow(SINK_ASKED, 'not-applicable', null)
    : noDirective('require-trusted-types-for', SINK_CHAIN)
}

function isKeyword(value: string | symbol, keyword: string): boolean {
  return typeof value === 'string' && asciiLowerCase(value) === keyword
}
