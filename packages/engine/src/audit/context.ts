/**
 * What every rule of an audit asks: the policies in force, an attacker's host, and who let
 * something through.
 */

import { joinWords } from '@cusp/core/internal'
import type { Check } from '../check/check.ts'
import type { CompiledDirective, CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective } from '../policy/compiled-policies.ts'
import type { EnforcedPolicies } from '../decide/enforced.ts'
import type { Result } from '../rules/result.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { Origin } from '../url/url.ts'
import { attackersHost } from '../witness/fresh-names.ts'
import { isRefusedOtherwise } from './refused.ts'

/** The policies under audit. */
export interface AuditContext {
  readonly enforced: EnforcedPolicies
  readonly self: Origin | null
  /** The same as it was given. */
  readonly selfText: string | null | undefined
  /**
   * A host that no source of the policies names, so that only sources that mean any host match it.
   */
  readonly attacker: string
  /**
   * Whether all policies let it through, with everything that they say: what `decide` is asked, and
   * what sandboxing and trusted types forbid beside that.
   */
  allows(check: Check): boolean
  /** Directives that are written and do not count, each with the reason: "browsers drop it". */
  readonly uncounted: ReadonlyMap<string, string>
  /** Whether sandboxing or trusted types forbid it, whatever the lists say. */
  isRefused(check: Check): boolean
}

/** Who lets a check through. */
export interface Culprit {
  readonly directive: string
  readonly value: string | undefined
  /** Ends a sentence: "script-src has 'unsafe-inline'". */
  readonly because: string
}

/** Prepares an audit. */
export function makeAuditContext(
  enforced: EnforcedPolicies,
  {
    selfText,
    uncounted,
  }: { readonly selfText: AuditContext['selfText']; readonly uncounted: AuditContext['uncounted'] },
): AuditContext {
  const { self } = enforced.page
  const sources = directivesOf(enforced.policies)
    .flatMap(({ list }) => list.expressions)
    .filter((expression) => expression.kind === 'host')
  const isRefused = isRefusedOtherwise(enforced)
  return {
    enforced,
    self,
    selfText,
    attacker: attackersHost(sources, self),
    allows: (check) => enforced.allows(check) && !isRefused(check),
    isRefused,
    uncounted,
  }
}

/**
 * Who lets the check through: the first policy that has a directive for it, else the directive that
 * is absent.
 */
export function culpritOf(check: Check, { enforced, uncounted }: AuditContext): Culprit {
  const results = enforced.evaluate(check)
  const result = results.find(({ asked }) => asked.directive !== null)
  const name = result?.asked.directive?.name
  if (result === undefined || name === undefined)
    return absent((results[0] as Result).asked.chain, uncounted)
  const value = result.expression as string
  return { directive: name, value, because: has(name, value) }
}

/** The directives that decide for an effective directive, one of each policy that restricts it. */
export function operativeDirectives(
  chain: readonly string[],
  { enforced }: AuditContext,
): readonly CompiledDirective[] {
  return enforced.policies
    .map((policy) => findDirective(policy, chain))
    .filter((directive) => directive !== undefined)
}

/**
 * The sources that decide for an effective directive, each once, with the directive that it stands
 * in.
 */
export function operativeSources(
  chain: readonly string[],
  context: AuditContext,
): readonly { readonly directive: string; readonly expression: SourceExpression }[] {
  return operativeDirectives(chain, context).flatMap((directive) =>
    distinctSources(directive).map((expression) => ({ directive: directive.name, expression })),
  )
}

/** The sources of a directive, each text once. */
export function distinctSources({ list }: CompiledDirective): readonly SourceExpression[] {
  return [...new Map(list.expressions.map((one) => [one.text, one])).values()]
}

/** Every directive of the policies. */
export function directivesOf(policies: readonly CompiledPolicy[]): readonly CompiledDirective[] {
  return policies.flatMap(({ directives }) => Array.from(directives.values()))
}

/** "script-src has https:" */
export function has(directive: string, value: string): string {
  return `${directive} has ${value}`
}

/** Names the directive that people write: script-src, not script-src-elem. */
function absent(chain: readonly string[], uncounted: AuditContext['uncounted']): Culprit {
  const names = chain.filter((name) => !/-(?:elem|attr)$/.test(name))
  const written = names.filter((name) => uncounted.has(name))
  const missing = names.filter((name) => !uncounted.has(name))
  const clauses = [
    ...written.map((name) => `${name} does not count (${uncounted.get(name)})`),
    ...(missing.length === 0
      ? []
      : [`${joinWords(missing)} ${missing.length === 1 ? 'is' : 'are'} absent`]),
  ]
  return { directive: names[0] as string, value: undefined, because: joinWords(clauses) }
}
