/** What every rule of an audit asks: the policies in force, an attacker's host, and who let something through. */

import type { Check } from '../check/check.ts'
import type { CompiledDirective, CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective, sourceListOf } from '../policy/compiled-policies.ts'
import { hostPartMatches } from '../sources/match-host.ts'
import type { Judge } from '../decide/judge.ts'
import type { Finding } from '../rules/result.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { CheckedURL, Origin } from '../url/url.ts'
import { readURL } from '../url/url.ts'

/** The policies under audit. */
export interface AuditContext {
  readonly judge: Judge
  readonly self: Origin | null
  /** A host that no source of the policies names, so that only sources that mean any host match it. */
  readonly attacker: string
}

/** Who lets a check through. */
export interface Culprit {
  readonly directive: string
  readonly value: string | undefined
  /** Ends a sentence: "script-src has 'unsafe-inline'". */
  readonly because: string
}

/** Prepares an audit. */
export function makeAuditContext(judge: Judge): AuditContext {
  const { self } = judge.basis
  return { judge, self, attacker: findUnnamedHost(judge) }
}

/** Who lets the check through: the first policy that has a directive for it, else the directive that is absent. */
export function culpritOf(check: Check, { judge }: AuditContext): Culprit {
  const findings = judge.ask(check)
  const finding = findings.find(({ directive }) => directive !== null)
  if (finding === undefined) return absent((findings[0] as Finding).chain)
  const directive = finding.directive as string
  const value = finding.expression as string
  return { directive, value, because: has(directive, value) }
}

/** The directives that decide for an effective directive, one of each policy that restricts it. */
export function operativeDirectives(
  chain: readonly string[],
  { judge }: AuditContext,
): readonly CompiledDirective[] {
  return judge.policies
    .map((policy) => findDirective(policy, chain))
    .filter((directive) => directive !== undefined)
}

/** The sources that decide for an effective directive, with the directive that each stands in. */
export function operativeSources(
  chain: readonly string[],
  context: AuditContext,
): readonly { readonly directive: string; readonly expression: SourceExpression }[] {
  return operativeDirectives(chain, context).flatMap((directive) =>
    sourceListOf(directive).expressions.map((expression) => ({
      directive: directive.name,
      expression,
    })),
  )
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
function absent(chain: readonly string[]): Culprit {
  const names = chain.filter((name) => !/-(?:elem|attr)$/.test(name))
  const because = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} absent`
  return { directive: names[0] as string, value: undefined, because }
}

function findUnnamedHost({ policies, basis }: Judge): string {
  const patterns = new Set<string>()
  for (const directive of directivesOf(policies)) {
    for (const expression of sourceListOf(directive).expressions) {
      if (expression.kind === 'host' && expression.host !== '*') patterns.add(expression.host)
    }
  }
  const isNamed = (host: string): boolean => {
    const url = readURL(`https://${host}/`) as CheckedURL
    const { dialect } = basis.policies
    return (
      basis.self?.host === host || [...patterns].some((p) => hostPartMatches(p, url, { dialect }))
    )
  }
  let host = 'attacker.example'
  for (let index = 1; isNamed(host); index++) host = `attacker.example-${index}`
  return host
}
