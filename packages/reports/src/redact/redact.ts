/** Reports without what can be about a person, and fit for storing. */

import type { OtherReport, SourcePosition, Violation } from '../model/violation.ts'
import { checkOptions } from '@cusp/core/internal'
import { cleanText, rememberSome } from '../text.ts'
import { redactURL } from '../url/url-text.ts'

/** What stays although it can be about a person. Default: nothing. */
export interface RedactOptions {
  /** Keep the queries and fragments of URLs: they can hold names, addresses and tokens. */
  readonly keepQueries?: boolean | undefined
  /** Keep the samples of code: they can hold what a user has typed. */
  readonly keepSamples?: boolean | undefined
}

const OPTION_NAMES = { action: 'redact', known: ['keepQueries', 'keepSamples'] }
// Nonces differ in each response: without them, equal policies are equal texts.
const NONCE = /'nonce-[^'\s;,]*'/gi
/** A site has few policies, and each report has one. */
const MOST_POLICIES = 50
// What stands between // and @ in a URL of report-uri, and what follows ? and #.
const USER = /\/\/[^\s/;,?#@]*@/g
const QUERY = /[?#][^\s;,]*/g

const redactPolicy = rememberSome((policy) => {
  return cleanText(withoutUsers(policy).replace(QUERY, ''))
}, MOST_POLICIES)
const redactPolicyButQueries = rememberSome((policy) => {
  return cleanText(withoutUsers(policy))
}, MOST_POLICIES)

/**
 * A report as it may be stored, logged and mailed: queries, fragments, user names and passwords are
 * off every URL, samples are gone, nonces in the policy are `{NONCE}`, and characters that no store
 * or terminal takes are replaced.
 *
 * Take {@link groupKey} before: it goes by the sample.
 *
 * @throws CspError `ERR_CSP_INPUT` for an option that it does not know
 * @example
 * ```ts
 * import { readReports, redact } from '@cusp/reports'
 *
 * const body = '{"csp-report":{"document-uri":"https://shop.example/cart?user=7","blocked-uri":"inline","violated-directive":"script-src"}}'
 * const redacted = readReports(body).violations.map((violation) => redact(violation))
 * redacted[0]?.page // => https://shop.example/cart
 * ```
 */
export function redact<R extends OtherReport | Violation>(
  report: R,
  options: RedactOptions = {},
): R {
  checkOptions(options, OPTION_NAMES)
  const redacted =
    'blocked' in report ? redactViolation(report, options) : redactOther(report, options)
  return Object.freeze(redacted) as R
}

function redactViolation(violation: Violation, options: RedactOptions): Violation {
  const { blocked, source, browser, age, seenAt, status, directive, disposition } = violation
  const url = blocked.url === '' ? '' : urlOf(blocked.url, options)
  return {
    page: urlOf(violation.page, options),
    referrer: urlOf(violation.referrer, options),
    blocked: url === blocked.url ? blocked : Object.freeze({ kind: blocked.kind, url }),
    directive,
    disposition,
    policy: policyOf(violation.policy, options),
    source: redactSource(source, options),
    sample: options.keepSamples === true ? cleanText(violation.sample) : '',
    status,
    browser,
    age,
    seenAt,
  }
}

function redactOther(report: OtherReport, options: RedactOptions): OtherReport {
  const page = urlOf(report.page, options)
  if (report.kind === 'permissions') return { ...report, page, feature: cleanText(report.feature) }
  if (report.kind === 'plain') return { ...report, page, detail: cleanText(report.detail) }
  const url = urlOf(report.url, options)
  if (report.kind === 'connection') return { ...report, page, url }
  const destination = cleanText(report.destination)
  if (report.kind === 'integrity') return { ...report, page, url, destination }
  return { ...report, page, url, destination, hash: cleanText(report.hash) }
}

function urlOf(text: string, { keepQueries = false }: RedactOptions): string {
  return text === '' ? '' : cleanText(redactURL(text, keepQueries))
}

function redactSource(source: SourcePosition, options: RedactOptions): SourcePosition {
  if (source.file === null) return source
  const file = urlOf(source.file, options)
  return file === source.file ? source : Object.freeze({ ...source, file })
}

/** A policy has URLs with queries in report-uri alone; in a list of sources they would be void. */
function policyOf(policy: string, { keepQueries = false }: RedactOptions): string {
  return keepQueries ? redactPolicyButQueries(policy) : redactPolicy(policy)
}

function withoutUsers(policy: string): string {
  return policy.replace(NONCE, "'nonce-{NONCE}'").replace(USER, '//')
}
