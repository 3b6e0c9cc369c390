/**
 * Violations: the report that a browser would send for each policy that a decision violates, in both formats.
 *
 * @see https://w3c.github.io/webappsec-csp/#reporting
 */

import { CspError, NONCE } from '@cusp/core'
import type { Check, RequestCheck } from '../check/check.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { sourceListOf } from '../policy/compiled-policies.ts'
import type { DecisionBasis, PolicyResult } from '../decide/decision.ts'
import { Decision } from '../decide/decision.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { isResourceHint } from '../policy/fallback.ts'
import type { Disposition } from '../policy/policy-input.ts'
import { sampleOf } from './sample.ts'
import { show } from '../text.ts'
import { stripURLForUseInReports } from './strip-url.ts'
import type { CheckedURL } from '../url/url.ts'
import { parse, readURL } from '../url/url.ts'

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
  /** `inline`, `eval`, `wasm-eval`, `trusted-types-policy`, `trusted-types-sink` or a stripped URL. */
  readonly blockedURL: string
  readonly sample: string
  /** Absolute URLs that get {@link legacy}; none where the policy has report-to. */
  readonly reportURIs: readonly string[]
  /** Name of the endpoint that gets {@link reports}; null without report-to. */
  readonly reportTo: string | null
  /** The JSON posted to report-uri, as application/csp-report. */
  readonly legacy: LegacyReport
  /** The JSON posted to the endpoint, as application/reports+json: an array, but for the engine that sends one object. */
  readonly reports: Report | readonly Report[]
}

/**
 * The reports that a browser would send: one for each policy that the decision violates, enforced or report-only.
 *
 * @throws CspError `ERR_CSP_CHECK` for what is no decision of `decide`, or a documentURL that is no URL
 */
export function violation(
  decision: Decision,
  context: ViolationContext,
): readonly ViolationReport[] {
  const basis = Decision.basisOf(decision)
  const documentURL = readURL(context.documentURL)
  if (basis === undefined || documentURL === null) {
    const [what, expected] =
      basis === undefined
        ? ['the first argument is no decision', 'what decide() returned']
        : [`documentURL is ${show(context.documentURL)}`, 'an absolute URL']
    throw new CspError('ERR_CSP_CHECK', `Cannot report: ${what}, expected ${expected}`)
  }
  return decision.results
    .filter((result) => isReported(result, decision, basis))
    .map((result) => makeReport(result, { check: decision.check, basis, context, documentURL }))
}

/** Whether the violation is reported: engines keep some to themselves. */
function isReported(
  result: PolicyResult,
  { check, results }: Pick<Decision, 'check' | 'results'>,
  basis: DecisionBasis,
): boolean {
  const { dialect } = basis.policies
  if (!result.violated) return isReportedBeside(result, { check, results }, basis)
  if (check.type === 'wasm') return !dialect.has('wasm-not-reported')
  if (check.type !== 'request') return true
  if (check.initiator === 'preload' && dialect.has('preload-not-reported')) return false
  if (isResourceHint(check.initiator ?? '') && dialect.has('hint-reported-once')) {
    return result === results.find(isBlocking)
  }
  if (result.disposition === 'enforce' || !dialect.has('nonced-file-not-reported')) return true
  return result.reason === 'parser-inserted' || !isExcusedByNonce(check, results)
}

/** Where one policy is violated by WebAssembly, Gecko also names those that allow it by 'unsafe-eval' alone. */
function isReportedBeside(
  { reason, directive, policy }: PolicyResult,
  { check, results }: Pick<Decision, 'check' | 'results'>,
  { policies }: DecisionBasis,
): boolean {
  if (check.type !== 'wasm' || reason !== 'keyword-allows') return false
  if (!policies.dialect.has('wasm-reported-beside-violation')) return false
  const found = policies.list[policy]?.directives.get(directive ?? '')
  const isNamed = found !== undefined && sourceListOf(found).keywords.has("'wasm-unsafe-eval'")
  return !isNamed && results.some(({ violated }) => violated)
}

function isBlocking({ disposition, violated }: PolicyResult): boolean {
  return disposition === 'enforce' && violated
}

/**
 * Whether WebKit asks no report-only policy: the element has a nonce, and no enforced policy knows another.
 */
function isExcusedByNonce(
  { destination, nonce = '', nonceable = true }: RequestCheck,
  results: readonly PolicyResult[],
): boolean {
  if (nonce === '' || !nonceable || (destination !== 'script' && destination !== 'style')) {
    return false
  }
  return results.every(
    ({ disposition, reason }) =>
      disposition === 'report' || reason === 'no-directive' || reason === 'nonce-matches',
  )
}

/** All that a report is made from besides the result. */
interface Circumstances {
  readonly check: Check
  readonly basis: DecisionBasis
  readonly context: ViolationContext
  readonly documentURL: CheckedURL
}

function makeReport(result: PolicyResult, circumstances: Circumstances): ViolationReport {
  const { check, basis, context, documentURL } = circumstances
  const { dialect } = basis.policies
  const policy = basis.policies.list[result.policy] as CompiledPolicy
  const body: ReportBody = {
    documentURL: stripURLForUseInReports(documentURL, dialect),
    referrer: stripped(context.referrer, dialect) ?? '',
    blockedURL: obtainBlockedURL(result, circumstances),
    effectiveDirective: result.effectiveDirective as string,
    originalPolicy: serialize(policy, context.nonce),
    sourceFile: sourceFileOf(context, dialect),
    sample: sampleOf(check, policy, result),
    disposition: result.disposition,
    statusCode: context.statusCode ?? 200,
    lineNumber: positionOf(context.lineNumber, dialect),
    columnNumber: positionOf(context.columnNumber, dialect),
  }
  return {
    policy: result.policy,
    disposition: result.disposition,
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
 * What was blocked: a word for what has no URL, else the URL before redirects.
 *
 * @see https://w3c.github.io/webappsec-csp/#obtain-violation-blocked-uri
 */
function obtainBlockedURL(result: PolicyResult, circumstances: Circumstances): string {
  const { check, basis, documentURL } = circumstances
  const { dialect } = basis.policies
  switch (check.type) {
    case 'inline':
    case 'eval':
    case 'trusted-types-policy':
    case 'trusted-types-sink':
      return check.type
    case 'wasm':
      return 'wasm-eval'
    case 'base-uri':
      return dialect.has('base-uri-reported-as-url')
        ? (stripped(check.url, dialect) ?? '')
        : 'inline'
    case 'form-action':
      return stripped(check.url, dialect) ?? ''
    case 'frame-ancestors':
      return stripped(check.url, dialect) ?? stripURLForUseInReports(documentURL, dialect)
    case 'request': {
      const url = readURL(check.originalUrl ?? check.url)
      if (url === null) return ''
      const isCut = dialect.has('frame-url-cut-to-origin') && isCrossOriginFrame(url, result, basis)
      return isCut ? parse(url).origin : stripURLForUseInReports(url, dialect)
    }
    default:
      return ''
  }
}

const FRAMES: ReadonlySet<string | null> = new Set(['frame-src', 'object-src', 'fenced-frame-src'])

function isCrossOriginFrame(
  url: CheckedURL,
  result: PolicyResult,
  { self }: DecisionBasis,
): boolean {
  if (!FRAMES.has(result.effectiveDirective) || parse(url).origin === 'null') return false
  return self?.scheme !== url.scheme || self.host !== url.host || self.port !== url.port
}

function stripped(text: string | URL | undefined, dialect: Dialect): string | undefined {
  const url = text === undefined ? null : readURL(text)
  return url === null ? undefined : stripURLForUseInReports(url, dialect)
}

/** The policy as text, without what has no effect where it came from. @see https://w3c.github.io/webappsec-csp/#serialize-policy */
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

/** report-uri is skipped beside report-to; it is resolved against the document's URL, never `<base>`. */
function reportURIsOf({ directives }: CompiledPolicy, documentURL: CheckedURL): readonly string[] {
  if (directives.has('report-to')) return []
  const values = directives.get('report-uri')?.values ?? []
  return values.flatMap((value) => {
    try {
      return [new URL(String(value), parse(documentURL)).href]
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
