/**
 * Audits: what policies let through that they should not, each weakness with a check that proves
 * it.
 */

import type { Issue, IssueCode, Policy } from '@cusp/core'
import { DIRECTIVES, isDelivery, isPolicy, parsePolicy } from '@cusp/core'
import { findAllowedObjects } from './allow-lists.ts'
import type { AuditContext } from './context.ts'
import { culpritOf, makeAuditContext } from './context.ts'
import type { AuditFinding } from './finding.ts'
import { makeFinding } from './finding.ts'
import { FINDINGS } from './weaknesses.ts'
import { findOpenLists } from './open-lists.ts'
import { findUndecodableHashes } from './invalid-values.ts'
import { findPublicHosts } from './public-hosts.ts'
import { findScriptWeaknesses } from './scripts.ts'
import { findIssueWeaknesses, findStaticNonces, findValueWeaknesses } from './values.ts'
import type { Check } from '../check/check.ts'
import type { DecideOptions } from '../decide/decide.ts'
import { checkOptions, DECIDE_OPTIONS } from '../decide/options.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { whyUncounted } from '../policy/uncounted.ts'
import type { PolicyInput, PolicyItem, PolicyRecord } from '../policy/policy-input.ts'
import { enforcedPolicies } from '../decide/enforced.ts'

const ORDER = [...FINDINGS.keys()]
/** Why a directive that is written does not count. */
const UNCOUNTED: ReadonlyMap<IssueCode, string> = new Map<IssueCode, string>([
  ['non-ascii-directive', 'browsers drop it'],
])
const DIRECTIVE_ORDER = [...DIRECTIVES.keys()]

/**
 * Lists the weaknesses of policies, worst first. Only what every enforced policy lets through
 * counts. Without an enforced policy the report-only ones are audited as if they were enforced, and
 * the first finding says so.
 *
 * @param policies what `decide` takes
 * @param options as for `decide`, but `self` is {@link EXAMPLE_SELF} unless said otherwise
 * @throws CspError `ERR_CSP_INPUT`, `ERR_CSP_CHECK` as `decide` does
 * @example
 * ```ts
 * import { audit } from '@cusp/engine'
 *
 * const [worst] = audit({ value: "script-src 'self' https: 'unsafe-inline'" })
 * worst?.id // => inline-script
 * worst?.fix // => a nonce or hashes in place of 'unsafe-inline'
 * ```
 */
export function audit(policies: PolicyInput, options: DecideOptions = {}): readonly AuditFinding[] {
  checkOptions(options, { action: 'audit', names: DECIDE_OPTIONS })
  const enforced = enforcedPolicies(policies, options)
  const isEnforced = enforced.policies.length > 0
  const audited = isEnforced ? enforced : enforcedPolicies(policies, options, 'report')
  const issues = itemsOf(policies).flatMap(issuesOf)
  const uncounted = uncountedIn(issues, audited.policies)
  const context = makeAuditContext(audited, { selfText: options.self, uncounted })
  const findings = [
    ...(isEnforced ? [] : [notEnforced(context)]),
    ...(audited.policies.length === 0 ? [] : findWeaknesses(context, policies)),
    ...findIssueWeaknesses(issues),
  ]
  return sort(unique(findings))
}

/** Directives that browsers drop, or look at in headers only, each with the reason. */
function uncountedIn(
  issues: readonly Issue[],
  policies: readonly CompiledPolicy[],
): ReadonlyMap<string, string> {
  const found = issues.map(({ code, directive }) => [directive, UNCOUNTED.get(code)] as const)
  const dropped = policies.flatMap((compiled) => {
    return compiled.policy.directives.map(({ name }) => {
      return [name, whyUncounted(compiled, name)] as const
    })
  })
  return new Map(
    [...found, ...dropped].flatMap(([name, reason]) => {
      return name === undefined || reason === undefined ? [] : [[name, reason]]
    }),
  )
}

function findWeaknesses(context: AuditContext, policies: PolicyInput): readonly AuditFinding[] {
  return [
    ...findScriptWeaknesses(context),
    ...findOpenLists(context),
    ...findAllowedObjects(context),
    ...findPublicHosts(context),
    ...findInlineStyle(context),
    ...findValueWeaknesses(context),
    ...findUndecodableHashes(context, policies),
    ...findStaticNonces(new Set(itemsOf(policies).flatMap(writtenPolicies)), context),
    ...findMissing(context),
  ]
}

function notEnforced({ enforced }: AuditContext): AuditFinding {
  const because =
    enforced.policies.length === 0 ? 'there is no policy' : 'all policies are report-only'
  const witness: Check = { type: 'inline', inline: 'script', source: 'alert(document.domain)' }
  return makeFinding('not-enforced', { directive: 'script-src', because, witness })
}

function findInlineStyle(context: AuditContext): readonly AuditFinding[] {
  const checks: readonly Check[] = [
    { type: 'inline', inline: 'style', source: 'a { color: red }' },
    { type: 'inline', inline: 'style attribute', source: 'color: red' },
  ]
  const witness = checks.find((check) => context.allows(check))
  if (witness === undefined) return []
  return [makeFinding('inline-style', { ...culpritOf(witness, context), witness })]
}

function findMissing(context: AuditContext): readonly AuditFinding[] {
  const { enforced } = context
  const findings: AuditFinding[] = []
  const witness: Check = { type: 'trusted-types-sink', sink: 'Element innerHTML' }
  if (context.allows(witness)) {
    const directive = 'require-trusted-types-for'
    findings.push(
      makeFinding('no-trusted-types', { directive, witness, because: `${directive} is absent` }),
    )
  }
  const isReporting = enforced.policies.some(
    ({ directives }) => directives.has('report-to') || directives.has('report-uri'),
  )
  if (!isReporting) {
    const because = 'report-to and report-uri are absent'
    findings.push(makeFinding('no-reporting', { directive: 'report-to', because }))
  }
  return findings
}

/** What the policies' own lint finds, with what a parser dropped where there was text. */
function issuesOf(item: PolicyItem): readonly Issue[] {
  if (isPolicy(item) || isDelivery(item)) return item.issues()
  if ('value' in item) return issuesOfRecord(item)
  if ('policy' in item) return item.issues
  return [
    [item.enforce ?? []].flat().flatMap((policy) => policy.issues()),
    [item.reportOnly ?? []].flat().flatMap((policy) => policy.issues({ delivery: 'report-only' })),
  ].flat()
}

function issuesOfRecord({ value, source, disposition }: PolicyRecord): readonly Issue[] {
  const kind = disposition === 'report' ? 'report-only' : 'header'
  const delivery = source === 'meta' ? 'meta' : kind
  const parsed = (source === 'meta' ? [value] : value.split(',')).map(parsePolicy)
  return parsed.flatMap(({ policy, issues }) => issues.concat(policy.issues({ delivery })))
}

/** The policies that were written as values: what stands in them is in every response. */
function writtenPolicies(item: PolicyItem): readonly Policy[] {
  if (isPolicy(item)) return [item]
  if (isDelivery(item)) return item.enforce.concat(item.reportOnly)
  if ('value' in item || 'policy' in item) return []
  return [item.enforce ?? [], item.reportOnly ?? []].flat()
}

function itemsOf(input: PolicyInput): readonly PolicyItem[] {
  return Array.isArray(input) ? input : [input as PolicyItem]
}

function unique(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const seen = new Set<string>()
  return findings.filter(({ id, directive, value }) => {
    const key = JSON.stringify([id, directive, value])
    return !seen.has(key) && seen.add(key)
  })
}

function sort(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  return findings.toSorted((one, other) => placeOf(one) - placeOf(other))
}

function placeOf({ id, directive }: AuditFinding): number {
  return ORDER.indexOf(id) * 100 + DIRECTIVE_ORDER.indexOf(directive)
}
