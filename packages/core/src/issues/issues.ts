/**
 * What is wrong, void or missing in a policy: in its directives, in its reporting, in its length.
 */

import { show } from '../text.ts'
import type { DirectiveName } from '../vocabulary/directives.ts'
import { chainOf } from '../vocabulary/directives.ts'
import type { DeliveryKind, Issue, IssueDetails, IssueOptions } from '../model/issue.ts'
import type { Policy } from '../model/policy.ts'
import { templateOf } from '../model/serialize.ts'
import { findDirectiveIssues } from './directive-issues.ts'

/** nginx and other proxies refuse response headers from 4 KiB on. */
const HEADER_BUDGET = 4096
const NONCE_LENGTH = 22
const PLAIN_HTTP = /^http:/i

/** Finds the issues of a policy's value. What a parser dropped is not in it. */
export function findIssues(policy: Policy, options: IssueOptions): readonly Issue[] {
  const delivery = options.delivery ?? 'header'
  return [
    ...policy.directives.flatMap((directive, index) =>
      findDirectiveIssues(directive, index, delivery),
    ),
    ...findMissing(policy),
    ...findReportingIssues(policy, delivery),
    ...findLostReports(policy, options.self),
    ...(delivery === 'meta' ? [] : findLengthIssues([policy])),
  ]
}

/**
 * Warns when the policies together are longer than proxies take, and names the largest directives.
 */
export function findLengthIssues(policies: readonly Policy[]): readonly Issue[] {
  const length = policies.reduce(
    (sum, policy) => {
      const pieces = templateOf(policy)
      return sum + pieces.join('').length + (pieces.length - 1) * NONCE_LENGTH
    },
    (policies.length - 1) * 2,
  )
  if (length <= HEADER_BUDGET) return []
  const largest = policies
    .flatMap((policy) => policy.directives)
    .map(({ name, values }) => ({ name, size: [name, ...values.map(String)].join(' ').length }))
    .toSorted((one, other) => other.size - one.size)
    .slice(0, 3)
  const names = largest.map(({ name, size }) => `${name} (${size})`).join(', ')
  return [
    {
      code: 'header-too-long',
      severity: 'warning',
      message: `the header has ${length} bytes, and nginx and other proxies refuse headers over 4 to 8 KiB. Largest: ${names}`,
      fix: "'strict-dynamic' in place of script hosts, wildcards in place of host lists, or hashes in a meta tag",
    },
  ]
}

/** A directive without which a script policy can be got around. */
interface Companion {
  readonly code: 'missing-object-src' | 'missing-base-uri'
  readonly directive: DirectiveName
  readonly message: string
}

const COMPANIONS: readonly Companion[] = [
  {
    code: 'missing-object-src',
    directive: 'object-src',
    message: 'object-src and default-src are absent, so plug-in content can be injected',
  },
  {
    code: 'missing-base-uri',
    directive: 'base-uri',
    message: 'base-uri is absent, so an injected <base> can move relative scripts',
  },
]

function findMissing(policy: Policy): readonly Issue[] {
  const isDecided = (name: DirectiveName): boolean =>
    chainOf(name).some((candidate) => policy.get(candidate) !== undefined)
  if (!isDecided('script-src')) return []
  return COMPANIONS.filter(({ directive }) => !isDecided(directive)).map(
    ({ code, directive, message }) => {
      return { code, severity: 'warning', message, fix: `${directive} 'none'`, directive }
    },
  )
}

function findReportingIssues(policy: Policy, delivery: DeliveryKind): readonly Issue[] {
  return [
    ...findSilence(policy, delivery),
    ...findLegacyReporting(policy),
    ...findUndeclaredEndpoint(policy),
    ...findInsecureEndpoints(policy),
  ]
}

function findSilence(policy: Policy, delivery: DeliveryKind): readonly Issue[] {
  if (delivery !== 'report-only') return []
  if (policy.get('report-to') !== undefined || policy.get('report-uri') !== undefined) return []
  const message = 'the report-only policy has no endpoint, so nobody gets its reports'
  const fix = "reportTo('csp', '/csp-reports')"
  return [{ code: 'missing-endpoint', severity: 'warning', message, fix }]
}

function findLegacyReporting(policy: Policy): readonly Issue[] {
  if (policy.get('report-uri') === undefined || policy.get('report-to') !== undefined) return []
  const message = 'report-uri is deprecated'
  const fix = 'reportTo(name, url)'
  const place = placeOf(policy, 'report-uri')
  return [{ code: 'deprecated-directive', severity: 'info', message, fix, ...place }]
}

function findUndeclaredEndpoint(policy: Policy): readonly Issue[] {
  const group = policy.get('report-to')?.[0]
  if (group === undefined || policy.endpoints.some(({ name }) => name === group)) return []
  const message = `the endpoint ${show(group)} is not declared with the policy, so its reports are lost where no other header declares it`
  const fix = 'reportTo(name, url) or endpoint(name, url)'
  const place = placeOf(policy, 'report-to')
  return [{ code: 'undeclared-endpoint', severity: 'info', message, fix, ...place }]
}

function findInsecureEndpoints({ endpoints }: Policy): readonly Issue[] {
  return endpoints
    .filter(({ url }) => PLAIN_HTTP.test(url))
    .map(({ name, url }) => ({
      code: 'insecure-endpoint',
      severity: 'warning',
      message: `the endpoint ${show(name)} is plain http, and browsers send no reports to it`,
      fix: 'an https URL',
      value: url,
    }))
}

/**
 * Over plain http, localhost included, browsers ignore Reporting-Endpoints and still let report-to
 * silence report-uri (measured in Chromium 156 and Firefox 153; WebKitGTK 2.50 sends).
 */
function findLostReports(policy: Policy, self: string | undefined): readonly Issue[] {
  const isAffected = policy.get('report-to') !== undefined && self !== undefined
  if (!isAffected || !PLAIN_HTTP.test(self)) return []
  const message = `Chromium and Firefox send no reports from ${self}: over plain http they ignore Reporting-Endpoints, and they ignore report-uri beside report-to`
  const fix = 'https or a report-only copy of the policy with report-uri alone'
  const place = placeOf(policy, 'report-to')
  return [{ code: 'reports-lost-over-http', severity: 'warning', message, fix, ...place }]
}

function placeOf(policy: Policy, directive: string): IssueDetails {
  const index = policy.directives.findIndex(({ name }) => name === directive)
  return { directive, position: { directive: index } }
}
