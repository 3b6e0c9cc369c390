/** Violation reports: what a browser would send about a decision, in both formats. */

import { CspError, NONCE } from '@cusp/core'
import { show } from '@cusp/core/internal'
import type { Check } from '../check/check.ts'
import { Decision } from '../decide/decision.ts'
import type { DecisionBasis } from '../decide/decision.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import type { Disposition } from '../policy/policy-input.ts'
import type { Result } from '../rules/result.ts'
import type { Violated } from '../rules/rule.ts'
import { ruleOf } from '../rules/rules.ts'
import { stripURLForUseInReports } from '../url/strip-url.ts'
import type { CheckedURL } from '../url/url.ts'
import { readURL } from '../url/url.ts'

/** Where a violation happens: what the decision does not know. */
export interface ViolationContext {
  /** URL of the document, absolute. */
  readonly documentURL: string | URL
  /** Its referrer. Default `''`. */
  readonly referrer?: string | undefined
  /** Its HTTP status. Default 200. */
  readonly statusCode?: number | undefined
  /** URL of the script that did it; default none. */
  readonly sourceFile?: string | undefined
  readonly lineNumber?: number | undefined
  readonly columnNumber?: number | undefined
  /** Default `''`. */
  readonly userAgent?: string | undefined
  /** Milliseconds between the violation and the report. Default 0. */
  readonly age?: number | undefined
  /** The nonce of the response, for the text of a policy with NONCE. */
  readonly nonce?: string | undefined
}

/** The value of `csp-report` in a report-uri body. */
export interface LegacyReportBody {
  readonly 'document-uri': string
  readonly referrer: string
  readonly 'blocked-uri': string
  readonly 'effective-directive': string
  readonly 'violated-directive': string
  readonly 'original-policy': string
  readonly disposition?: Disposition
  readonly 'status-code': number
  readonly 'script-sample'?: string
  readonly 'source-file'?: string
  readonly 'line-number'?: number
  readonly 'column-number'?: number
}

/** What is posted to report-uri as application/csp-report. */
export interface LegacyReport {
  readonly 'csp-report': LegacyReportBody
  readonly type?: 'csp-violation'
  readonly url?: string
}

/** The body of a Reporting API report. */
export interface ReportBody {
  readonly documentURL: string
  readonly referrer: string
  readonly blockedURL: string
  readonly effectiveDirective: string
  readonly originalPolicy: string
  readonly sourceFile: string | null
  readonly sample: string
  readonly disposition: Disposition
  readonly statusCode: number
  readonly lineNumber: number | null
  readonly columnNumber: number | null
}

/** One report of the Reporting API. */
export interface Report {
  readonly type: 'csp-violation'
  readonly url: string
  readonly body: ReportBody
  readonly age?: number
  readonly user_agent?: string
}

/** One violation of one policy. */
export interface ViolationReport {
  /** Index of the policy among those of the decision. */
  readonly policy: number
  readonly disposition: Disposition
  readonly effectiveDirective: string
  /**
   * `inline`, `eval`, `wasm-eval`, `trusted-types-policy`, `trusted-types-sink` or a stripped URL.
   */
  readonly blockedURL: string
  readonly sample: string
  /** Absolute URLs that get {@link legacy}; none where the policy has report-to. */
  readonly reportURIs: readonly string[]
  /** Name of the endpoint that gets {@link reports}; null without report-to. */
  readonly reportTo: string | null
  /** The JSON posted to report-uri, as application/csp-report. */
  readonly legacy: LegacyReport
  /**
   * The JSON posted to the endpoint, as application/reports+json: an array, but for the engine that
   * sends one object.
   */
  readonly reports: Report | readonly Report[]
}

/**
 * The reports that a browser would send: one for each policy that the decision violates, enforced
 * or report-only.
 *
 * @throws CspError `ERR_CSP_CHECK` for what is not a decision of `decide`, or a documentURL that is
 *   not a URL
 * @example
 * ```ts
 * import { decide, violation } from '@cusp/engine'
 *
 * const check = { type: 'request', destination: 'image', url: 'https://evil.example/pixel?id=1' } as const
 * const decision = decide({ value: "img-src 'self'; report-uri /reports" }, check)
 * const [report] = violation(decision, { documentURL: 'https://shop.example/cart' })
 * report?.reportURIs // => https://shop.example/reports
 * report?.legacy['csp-report']['blocked-uri'] // => https://evil.example/pixel?id=1
 * ```
 */
export function violation(
  decision: Decision,
  context: ViolationContext,
): readonly ViolationReport[] {
  const basis = Decision.basisOf(decision)
  if (basis === undefined)
    refuse('the first argument is not a decision. Use what decide() returned')
  const documentURL = readURL(context.documentURL)
  if (documentURL === null) {
    refuse(`documentURL is ${show(context.documentURL)}, which is not a URL. Use an absolute URL`)
  }
  const { check } = decision
  return violatedIn(check, basis, documentURL)
    .filter((violated) => isReported(violated))
    .map((violated) => makeReport(violated, context, documentURL))
}

function refuse(problem: string): never {
  throw new CspError('ERR_CSP_CHECK', `Cannot report: ${problem}.`)
}

/** Each result with what a report is made from. */
function violatedIn(
  check: Check,
  { page, results }: DecisionBasis,
  documentURL: CheckedURL,
): readonly Violated<Check>[] {
  const text = stripURLForUseInReports(documentURL, page.policies.dialect)
  return results.map((result, index) => {
    const policy = page.policies.list[index] as CompiledPolicy
    return { check, page, result, results, policy, documentURL: text }
  })
}

/** Whether the violation is reported: engines keep some to themselves. */
function isReported(violated: Violated<Check>): boolean {
  return ruleOf(violated.check).isReported?.(violated) ?? violated.result.violated
}

function makeReport(
  violated: Violated<Check>,
  context: ViolationContext,
  documentURL: CheckedURL,
): ViolationReport {
  const { check, page, policy, result } = violated
  const { dialect } = page.policies
  const body: ReportBody = {
    documentURL: violated.documentURL,
    referrer: stripped(context.referrer, dialect) ?? '',
    blockedURL: ruleOf(check).blockedURL(violated),
    effectiveDirective: result.asked.effectiveDirective as string,
    originalPolicy: serialize(policy, context.nonce),
    sourceFile: sourceFileOf(context, dialect),
    sample: sampleOf(check, result),
    disposition: policy.disposition,
    statusCode: context.statusCode ?? 200,
    lineNumber: positionOf(context.lineNumber, dialect),
    columnNumber: positionOf(context.columnNumber, dialect),
  }
  return {
    policy: policy.index,
    disposition: body.disposition,
    effectiveDirective: body.effectiveDirective,
    blockedURL: body.blockedURL,
    sample: body.sample,
    reportURIs: reportURIsOf(policy, documentURL),
    reportTo: policy.directives.get('report-to')?.values[0]?.toString() ?? null,
    legacy: legacyReport(body, dialect),
    reports: reportingReport(body, context, dialect),
  }
}

/**
 * The sample of a violation; empty where there is none.
 *
 * @see https://w3c.github.io/webappsec-csp/#violation-sample
 * @see https://w3c.github.io/trusted-types/dist/spec/#should-block-sink-type-mismatch
 */
function sampleOf(check: Check, result: Result): string {
  const { asked } = result
  const sample = ruleOf(check).sample(check, result)
  if (sample === null) return ''
  const isAskedFor = asked.directive?.list.keywords.has("'report-sample'") === true
  return sample.needsKeyword && !isAskedFor ? '' : sample.text
}

function stripped(text: string | URL | undefined, dialect: Dialect): string | undefined {
  const url = text === undefined ? null : readURL(text)
  return url === null ? undefined : stripURLForUseInReports(url, dialect)
}

/**
 * The policy as text, without what has no effect where it came from. @see
 * https://w3c.github.io/webappsec-csp/#serialize-policy
 */
function serialize({ directives }: CompiledPolicy, nonce = '{NONCE}'): string {
  return Array.from(directives.values(), ({ name, values }) =>
    [name, ...values.map((value) => (value === NONCE ? `'nonce-${nonce}'` : value))].join(' '),
  ).join('; ')
}

function sourceFileOf({ sourceFile }: ViolationContext, dialect: Dialect): string | null {
  const text = stripped(sourceFile, dialect)
  if (text === undefined) return null
  return dialect.has('source-file-without-query') ? text.replace(/\?.*$/s, '') : text
}

function positionOf(position: number | undefined, dialect: Dialect): number | null {
  if (position === 0 && dialect.has('source-file-without-query')) return null
  return position ?? null
}

/**
 * report-uri is skipped beside report-to; it is resolved against the document's URL, never
 * `<base>`.
 */
function reportURIsOf({ directives }: CompiledPolicy, documentURL: CheckedURL): readonly string[] {
  if (directives.has('report-to')) return []
  const values = directives.get('report-uri')?.values ?? []
  return values.flatMap((value) => {
    try {
      return [new URL(String(value), documentURL.parse()).href]
    } catch {
      return []
    }
  })
}

/** @see https://w3c.github.io/webappsec-csp/#deprecated-serialize-violation */
function legacyReport(body: ReportBody, dialect: Dialect): LegacyReport {
  const hasOwnShape = dialect.has('report-in-own-shape')
  const legacy: LegacyReportBody = {
    'document-uri': body.documentURL,
    referrer: body.referrer,
    'blocked-uri': body.blockedURL,
    'effective-directive': body.effectiveDirective,
    'violated-directive': body.effectiveDirective,
    'original-policy': body.originalPolicy,
    ...(hasOwnShape ? {} : { disposition: body.disposition }),
    'status-code': body.statusCode,
    ...(hasOwnShape ? {} : { 'script-sample': body.sample }),
    ...(body.sourceFile === null ? {} : { 'source-file': body.sourceFile }),
    ...(body.lineNumber === null ? {} : { 'line-number': body.lineNumber }),
    ...(body.columnNumber === null ? {} : { 'column-number': body.columnNumber }),
  }
  if (!hasOwnShape) return { 'csp-report': legacy }
  return { 'csp-report': legacy, type: 'csp-violation', url: body.documentURL }
}

/** @see https://w3c.github.io/reporting/#serialize-reports */
function reportingReport(
  body: ReportBody,
  { age = 0, userAgent = '' }: ViolationContext,
  dialect: Dialect,
): Report | readonly Report[] {
  const report: Report = { type: 'csp-violation', url: body.documentURL, body }
  return dialect.has('report-in-own-shape') ? report : [{ age, ...report, user_agent: userAgent }]
}
