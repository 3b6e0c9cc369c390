/** Weaknesses of single values: plain http, addresses, weak nonces, and what browsers ignore. */

import type { Issue, IssueCode } from '@cusp/core'
import { DIRECTIVES, isStrongNonce } from '@cusp/core'
import { asciiLowerCase, hasSources } from '@cusp/core/internal'
import type { AuditContext } from './context.ts'
import { directivesOf, distinctSources, has } from './context.ts'
import type { AuditFinding, FindingId } from './finding.ts'
import { makeFinding, tellFinding } from './finding.ts'
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

/** Finds weaknesses of single values. */
export function findValueWeaknesses(context: AuditContext): readonly AuditFinding[] {
  const directives = directivesOf(context.enforced.policies)
  return [
    ...directives.flatMap(findSwallowed),
    ...directives.flatMap(findInsecureEndpoints),
    ...directives
      .filter(({ name }) => hasSources(name))
      .flatMap((directive) =>
        distinctSources(directive).flatMap((expression) =>
          findSourceWeaknesses(directive.name, expression, context),
        ),
      ),
  ]
}

/** Turns the issues of a policy into findings, those left out that an audit proves itself. */
export function findIssueWeaknesses(issues: readonly Issue[]): readonly AuditFinding[] {
  return issues.flatMap((issue) => {
    const { code, directive = '', value, message, fix } = issue
    if (code === 'invalid-value') return [findInvalidValue(issue)]
    const id = BY_ISSUE[code]
    return id === null ? [] : [tellFinding(id, { directive, value, message, fix })]
  })
}

/** Finds nonces that stand in the policies as they were written, not as one response got them. */
export function findStaticNonces(
  written: ReadonlySet<unknown>,
  context: AuditContext,
): readonly AuditFinding[] {
  const policies = context.enforced.policies.filter(({ policy }) => written.has(policy))
  return directivesOf(policies)
    .filter(({ name }) => hasSources(name))
    .flatMap((directive) =>
      distinctSources(directive).flatMap((expression) => {
        if (expression.kind !== 'nonce' || typeof expression.nonce !== 'string') return []
        const { name } = directive
        return [
          makeNonceFinding('static-nonce', name, { expression, nonce: expression.nonce }, context),
        ]
      }),
    )
}

function findSourceWeaknesses(
  directive: string,
  expression: SourceExpression,
  context: AuditContext,
): readonly AuditFinding[] {
  const value = expression.text
  if (expression.kind === 'nonce') {
    const { nonce } = expression
    if (typeof nonce !== 'string' || isStrongNonce(nonce)) return []
    return [makeNonceFinding('short-nonce', directive, { expression, nonce }, context)]
  }
  if (expression.kind !== 'host' && expression.kind !== 'scheme') return []
  const findings: AuditFinding[] = []
  const witness = findWitness(directive, expression, context)
  if (witness !== undefined && (expression.scheme === 'http' || expression.scheme === 'ws')) {
    const id = isUpgraded(witness, context) ? 'upgraded-source' : 'insecure-source'
    findings.push(makeFinding(id, { directive, value, witness, because: has(directive, value) }))
  }
  if (expression.kind === 'host' && IPV4.test(expression.host)) {
    findings.push(
      makeFinding('ip-host', { directive, value, witness, because: has(directive, value) }),
    )
  }
  return findings
}

function makeNonceFinding(
  id: 'short-nonce' | 'static-nonce',
  directive: string,
  { expression, nonce }: { readonly expression: SourceExpression; readonly nonce: string },
  { enforced }: AuditContext,
): AuditFinding {
  const checks: readonly Check[] = [
    { type: 'inline', inline: 'script', nonce },
    { type: 'inline', inline: 'style', nonce },
  ]
  const witness = checks.find((check) => enforced.allows(check))
  const value = expression.text
  return makeFinding(id, { directive, value, witness, because: has(directive, value) })
}

/** A check that all policies allow and this source of this directive matches. */
function findWitness(
  directive: string,
  expression: SourceExpression,
  { enforced, self, attacker }: AuditContext,
): Check | undefined {
  const url = exampleURL(expression, { host: attacker, self })
  if (url === undefined) return undefined
  const isDecisive = (check: Check): boolean =>
    enforced.allows(check) &&
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
