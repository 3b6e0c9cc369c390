/** Weaknesses of single values: plain http, addresses, weak nonces, and what browsers ignore. */

import type { Issue, IssueCode } from '@cusp/core'
import { DIRECTIVES, isStrongNonce } from '@cusp/core'
import { asciiLowerCase, hasSources } from '@cusp/core/internal'
import type { AuditContext } from './context.ts'
import { directivesOf, distinctSources, has } from './context.ts'
import type { AuditFinding, WeakValue } from './finding.ts'
import type { FindingId } from './weaknesses.ts'
import { groupBy, listValues, makeFinding, makeFindings, tellFinding } from './finding.ts'
import { findInvalidValue } from './invalid-values.ts'
import type { Check } from '../check/check.ts'
import { URL_AREAS } from '../rules/rules.ts'
import type { CompiledDirective } from '../policy/compiled-policies.ts'
import { exampleURL } from '../witness/example-url.ts'
import type { SourceExpression } from '../sources/source-expression.ts'

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/
const LOOPBACK_URL = /^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/?#]|$)/i

/**
 * What the policy's own lint says, as findings; null where an audit proves it itself or where
 * nothing is the weaker for it.
 */
const BY_ISSUE: Readonly<Record<IssueCode, FindingId | null>> = {
  'invalid-value': 'invalid-value',
  'unescaped-comma': 'invalid-value',
  'invalid-directive': 'unknown-directive',
  'misspelt-directive': 'unknown-directive',
  'unknown-directive': 'unknown-directive',
  'removed-directive': 'deprecated-directive',
  'deprecated-directive': 'deprecated-directive',
  'non-ascii-directive': 'dropped-directive',
  'duplicate-directive': 'dropped-directive',
  'none-with-others': 'no-effect',
  'no-effect-in-meta': 'no-effect',
  'no-effect-in-report-only': 'no-effect',
  'keyword-without-effect': 'no-effect',
  'unknown-sandbox-token': 'no-effect',
  'keyword-as-host': 'keyword-as-host',
  'exact-path': 'narrow-path',
  'wildcard-in-path': 'narrow-path',
  'insecure-endpoint': 'insecure-report-endpoint',
  'empty-directive': null,
  'too-many-values': null,
  'void-source': null,
  'duplicate-value': null,
  'not-merged': null,
  'static-nonce': null,
  'encoded-separator': null,
  'data-script': null,
  'nothing-restricted': null,
  'missing-object-src': null,
  'missing-base-uri': null,
  'missing-endpoint': null,
  'undeclared-endpoint': null,
  'reports-lost-over-http': null,
  'header-too-long': null,
}

/** Issues whose words for one value hold for the next of the directive. */
const ONE_FOR_ALL: ReadonlySet<IssueCode> = new Set<IssueCode>([
  'exact-path',
  'keyword-as-host',
  'keyword-without-effect',
  'wildcard-in-path',
])

/** A weak value and what is weak about it. */
interface Weakness extends WeakValue {
  readonly id: FindingId
}

/** Finds weaknesses of single values. */
export function findValueWeaknesses(context: AuditContext): readonly AuditFinding[] {
  const directives = directivesOf(context.enforced.policies)
  const sources = directives
    .filter(({ name }) => hasSources(name))
    .flatMap((directive) =>
      distinctSources(directive).flatMap((expression) =>
        findSourceWeaknesses(directive.name, expression, context),
      ),
    )
  return [
    ...directives.flatMap(findSwallowed),
    ...directives.flatMap(findInsecureEndpoints),
    ...Array.from(groupBy(sources, ({ id }) => id).values(), (weak) =>
      makeFindings((weak[0] as Weakness).id, weak),
    ).flat(),
  ]
}

/**
 * Turns the issues of a policy into findings, those left out that an audit proves itself. Those
 * that say the same of several values of a directive become one.
 */
export function findIssueWeaknesses(issues: readonly Issue[]): readonly AuditFinding[] {
  const groups = groupBy(issues, ({ code, directive, value, message }) =>
    JSON.stringify([code, directive, ONE_FOR_ALL.has(code) ? null : [value, message]]),
  )
  return Array.from(groups.values()).flatMap((group) => findIssueWeakness(group))
}

function findIssueWeakness(group: readonly Issue[]): readonly AuditFinding[] {
  const [issue, ...others] = group as readonly [Issue, ...Issue[]]
  const { code, directive = '', value, message, fix } = issue
  if (code === 'invalid-value') return [findInvalidValue(issue)]
  const id = BY_ISSUE[code]
  if (id === null) return []
  const values = [...new Set(group.flatMap((one) => one.value ?? []))]
  const rest = others.length === 0 ? '' : `; the same goes for ${listValues(values.slice(1))}`
  return [
    tellFinding(id, {
      directive,
      value,
      values,
      message: values.length < 2 ? message : message + rest,
      fix,
    }),
  ]
}

/** Finds nonces that stand in the policies as they were written, not as one response got them. */
export function findStaticNonces(
  written: ReadonlySet<unknown>,
  context: AuditContext,
): readonly AuditFinding[] {
  const policies = context.enforced.policies.filter(({ policy }) => written.has(policy))
  const weak = directivesOf(policies)
    .filter(({ name }) => hasSources(name))
    .flatMap((directive) =>
      distinctSources(directive).flatMap((expression) =>
        expression.kind === 'nonce' && typeof expression.nonce === 'string'
          ? [weakNonce(directive.name, { expression, nonce: expression.nonce }, context)]
          : [],
      ),
    )
  return makeFindings('static-nonce', weak)
}

function findSourceWeaknesses(
  directive: string,
  expression: SourceExpression,
  context: AuditContext,
): readonly Weakness[] {
  const value = expression.text
  if (expression.kind === 'nonce') {
    const { nonce } = expression
    if (typeof nonce !== 'string' || isStrongNonce(nonce)) return []
    return [{ id: 'short-nonce', ...weakNonce(directive, { expression, nonce }, context) }]
  }
  if (expression.kind !== 'host' && expression.kind !== 'scheme') return []
  const found: Weakness[] = []
  const witness = findWitness(directive, expression, context)
  if (witness !== undefined && (expression.scheme === 'http' || expression.scheme === 'ws')) {
    const id = isUpgraded(witness, context) ? 'upgraded-source' : 'insecure-source'
    found.push({ id, directive, value, witness })
  }
  if (expression.kind === 'host' && IPV4.test(expression.host)) {
    found.push({ id: 'ip-host', directive, value, witness })
  }
  return found
}

function weakNonce(
  directive: string,
  { expression, nonce }: { readonly expression: SourceExpression; readonly nonce: string },
  context: AuditContext,
): WeakValue {
  const checks: readonly Check[] = [
    { type: 'inline', inline: 'script', nonce },
    { type: 'inline', inline: 'style', nonce },
  ]
  const witness = checks.find((check) => context.allows(check))
  return { directive, value: expression.text, witness }
}

/** A check that all policies allow and this source of this directive matches. */
function findWitness(
  directive: string,
  expression: SourceExpression,
  context: AuditContext,
): Check | undefined {
  const { enforced, self, attacker } = context
  const url = exampleURL(expression, { host: attacker, self })
  if (url === undefined) return undefined
  const isDecisive = (check: Check): boolean =>
    context.allows(check) &&
    enforced.evaluate(check).some(({ asked }) => asked.directive?.name === directive)
  return checksFor(directive, url).find(isDecisive)
}

/** What asks about a URL wherever the directive may decide. */
function checksFor(directive: string, url: string): readonly Check[] {
  return URL_AREAS.filter(({ chain }) => chain.includes(directive)).map(({ checkFor }) =>
    checkFor(url),
  )
}

/**
 * Whether upgrade-insecure-requests replaces what the check asks about: not base URLs and
 * ancestors.
 */
function isUpgraded({ type }: Check, { enforced }: AuditContext): boolean {
  const { upgradesInsecureRequests } = enforced.page.policies
  return upgradesInsecureRequests && (type === 'request' || type === 'form-action')
}

/** A directive among the values of another: the semicolon is missing. */
function findSwallowed({ name, values }: CompiledDirective): readonly AuditFinding[] {
  return values.flatMap((value) => {
    if (typeof value !== 'string' || !DIRECTIVES.has(asciiLowerCase(value))) return []
    const because = `${has(name, value)} among its values`
    return [makeFinding('missing-semicolon', { directive: name, value, because })]
  })
}

function findInsecureEndpoints({ name, values }: CompiledDirective): readonly AuditFinding[] {
  if (name !== 'report-uri') return []
  return values.flatMap((value) => {
    if (typeof value !== 'string' || !/^http:/i.test(value) || LOOPBACK_URL.test(value)) return []
    const because = has(name, value)
    return [makeFinding('insecure-report-endpoint', { directive: name, value, because })]
  })
}
