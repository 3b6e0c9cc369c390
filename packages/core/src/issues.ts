/** What is wrong, void or missing in a policy as a whole: its directives, its reporting, its length. */

import { findDirectiveIssues } from './directive-issues.ts'
import type { DirectiveName } from './directives.ts'
import { chainOf } from './directives.ts'
import type { DeliveryKind, Issue, IssueDetails, IssueOptions } from './issue.ts'
import { makeIssue } from './issue.ts'
import type { Policy } from './policy-type.ts'
import { templateOf } from './serialize.ts'
import { show } from './text.ts'

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

/** Warns when the policies together are longer than proxies take, and names the largest directives. */
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
    makeIssue(
      'header-too-long',
      'warning',
      `the header has ${length} bytes; nginx and other proxies refuse headers over 4 to 8 KiB. Largest: ${names}`,
      "'strict-dynamic' in place of script hosts, wildcards in place of host lists, or hashes in a meta tag",
    ),
  ]
}

/** Directives without which a script policy can be got around. */
function findMissing(policy: Policy): readonly Issue[] {
  const has = (name: DirectiveName): boolean =>
    chainOf(name).some((candidate) => policy.get(candidate) !== undefined)
  if (!has('script-src')) return []
  const issues: Issue[] = []
  if (!has('object-src')) {
    const message = 'object-src and default-src are absent, so plug-in content can be injected'
    issues.push(
      makeIssue('missing-object-src', 'warning', message, "object-src 'none'", {
        directive: 'object-src',
      }),
    )
  }
  if (!has('base-uri')) {
    const message = 'base-uri is absent, so an injected <base> can move relative scripts'
    issues.push(
      makeIssue('missing-base-uri', 'warning', message, "base-uri 'none'", {
        directive: 'base-uri',
      }),
    )
  }
  return issues
}

function findReportingIssues(policy: Policy, delivery: DeliveryKind): readonly Issue[] {
  const issues: Issue[] = []
  const group = policy.get('report-to')?.[0]
  const urls = policy.get('report-uri')
  const placeOf = (directive: string): IssueDetails => ({
    directive,
    position: { directive: policy.directives.findIndex(({ name }) => name === directive) },
  })
  if (delivery === 'report-only' && group === undefined && urls === undefined) {
    const message = 'a report-only policy without an endpoint tells nobody'
    issues.push(
      makeIssue('missing-endpoint', 'warning', message, "reportTo('csp', '/csp-reports')"),
    )
  }
  if (urls !== undefined && group === undefined) {
    const message = 'report-uri is deprecated'
    const fix = 'reportTo(name, url), which writes report-to as well'
    issues.push(makeIssue('deprecated-directive', 'info', message, fix, placeOf('report-uri')))
  }
  if (group !== undefined && !policy.endpoints.some(({ name }) => name === group)) {
    const message = `the endpoint ${show(group)} is not declared with the policy; where no header declares it, reports are lost`
    const fix = 'reportTo(name, url), or endpoint(name, url)'
    issues.push(makeIssue('undeclared-endpoint', 'info', message, fix, placeOf('report-to')))
  }
  for (const { name, url } of policy.endpoints) {
    if (!PLAIN_HTTP.test(url)) continue
    const message = `the endpoint ${show(name)} is plain http, where browsers send no reports`
    issues.push(makeIssue('insecure-endpoint', 'warning', message, 'an https URL', { value: url }))
  }
  return issues
}

/**
 * Over plain http, localhost included, browsers ignore Reporting-Endpoints and still let report-to silence report-uri
 * (Chromium 156, Firefox 153: measured; WebKitGTK 2.50 sends).
 */
function findLostReports(policy: Policy, self: string | undefined): readonly Issue[] {
  const index = policy.directives.findIndex(({ name }) => name === 'report-to')
  if (index === -1 || self === undefined || !PLAIN_HTTP.test(self)) return []
  const message = `Chromium and Firefox send no reports from ${self}: over plain http they ignore Reporting-Endpoints, and report-uri beside report-to`
  const fix = 'https, or a report-only copy of the policy with report-uri alone'
  const details = { directive: 'report-to', position: { directive: index } }
  return [makeIssue('reports-lost-over-http', 'warning', message, fix, details)]
}
