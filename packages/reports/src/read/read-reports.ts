/**
 * Reads what browsers post to a report endpoint, in every format that they use. The body decides:
 * its content type says little.
 *
 * @see https://w3c.github.io/webappsec-csp/#deprecated-serialize-violation
 * @see https://w3c.github.io/reporting/#serialize-reports
 */

import { asciiLowerCase, checkOptions, refusal, show } from '@cusp/core/internal'
import type { Browser } from '../model/browser.ts'
import { readBrowser } from '../model/browser.ts'
import type { OtherReport, Violation } from '../model/violation.ts'
import { LIMITS } from '../model/violation.ts'
import { textOf } from '../text.ts'
import type { Json } from './fields.ts'
import { fieldOf, isJsonObject, numberOf } from './fields.ts'
import { readOther, withCount } from './read-other.ts'
import type { Envelope } from './read-violation.ts'
import { hasDirective, readViolation } from './read-violation.ts'

/** What a request says about its body. */
export interface ReadOptions {
  /**
   * Its Content-Type, of any kind and with any parameters. It only explains why a body is refused.
   */
  readonly contentType?: string | undefined
  /** Its User-Agent, for reports that do not name their own. */
  readonly userAgent?: string | undefined
  /** When it came: a Date, or milliseconds since 1970. Default now. */
  readonly receivedAt?: Date | number | undefined
}

/**
 * Why something was not read: an empty body or batch; a body that is not JSON, or that is of a type
 * that is not JSON; something that is not a report; a violation of nobody knows what; more reports
 * than one body may have.
 */
export type RejectionReason =
  | 'empty'
  | 'no-directive'
  | 'not-a-report'
  | 'not-json'
  | 'too-many'
  | 'unsupported-type'

/** What was not read, by reason. */
export interface Rejection {
  readonly reason: RejectionReason
  /** How many reports; a body that could not be read counts as one. */
  readonly count: number
}

/** What a body holds. */
export interface Reports {
  /** In the order of the body. */
  readonly violations: readonly Violation[]
  /** Reports of other types; equal ones are counted. */
  readonly others: readonly OtherReport[]
  /** One for each reason. */
  readonly rejected: readonly Rejection[]
}

/** What one body has given so far. */
interface Reading {
  readonly violations: Violation[]
  /** By what they say. */
  readonly others: Map<string, OtherReport>
  readonly rejected: Map<RejectionReason, number>
  readonly receivedAt: number
  /** The browser of a User-Agent: in a batch it is mostly the same. */
  readonly browserOf: (userAgent: unknown) => Browser
}

const OPTION_NAMES = {
  action: 'read reports',
  known: ['contentType', 'userAgent', 'receivedAt'],
}
const LEGACY = ['csp-report', 'csp_report', 'cspReport'] as const
const UTF8 = new TextDecoder()
// type = token; every one that is registered has letters and hyphens
const REPORT_TYPE = /^[a-z][a-z0-9._-]{0,63}$/
const JSON_TYPE = /^[\w.-]+\/(?:[\w.-]+\+)?(?:json|csp-report|plain)$/

/**
 * Reads the reports of one request. Whatever the body holds, nothing is thrown and a bad report
 * costs its neighbours nothing. What was sent is kept, cut to {@link LIMITS}: use {@link redact}
 * before anything is stored or logged.
 *
 * @param body the text, its bytes, or what a body parser made of it
 * @throws CspError `ERR_CSP_INPUT` for an option that it does not know, and for a `receivedAt` that
 *   is not a time
 * @example
 * ```ts
 * import { readReports } from '@cusp/reports'
 *
 * const body = '{"csp-report":{"document-uri":"https://shop.example/","blocked-uri":"inline","violated-directive":"script-src-elem"}}'
 * const { violations, rejected } = readReports(body, { contentType: 'application/csp-report' })
 * violations[0]?.blocked.kind // => inline
 * violations[0]?.directive // => script-src-elem
 * rejected.length // => 0
 * ```
 */
export function readReports(body: unknown, options: ReadOptions = {}): Reports {
  checkOptions(options, OPTION_NAMES)
  const reading: Reading = {
    violations: [],
    others: new Map(),
    rejected: new Map(),
    receivedAt: readTime(options.receivedAt),
    browserOf: rememberBrowser(options.userAgent),
  }
  try {
    readBody(body, reading)
  } catch {
    // Not only JSON.parse throws: what a body parser hands over may throw when it is asked.
    reject(reading, reasonOf(options.contentType))
  }
  return Object.freeze({
    violations: Object.freeze(reading.violations),
    others: Object.freeze(Array.from(reading.others.values())),
    rejected: Object.freeze(
      Array.from(reading.rejected, ([reason, count]) => Object.freeze({ reason, count })),
    ),
  })
}

function readTime(receivedAt: Date | number | undefined): number {
  if (receivedAt === undefined) return Date.now()
  const time = typeof receivedAt === 'number' ? receivedAt : receivedAt?.getTime?.()
  if (Number.isFinite(time)) return time
  throw refusal('ERR_CSP_INPUT', {
    action: 'read reports',
    problem: `receivedAt is ${show(receivedAt)}, which is not a time`,
    fix: 'a Date or milliseconds since 1970',
    value: receivedAt,
  })
}

function rememberBrowser(ofRequest: unknown): (userAgent: unknown) => Browser {
  let known: unknown
  let browser: Browser | undefined
  return (ofReport) => {
    const userAgent = typeof ofReport === 'string' && ofReport !== '' ? ofReport : ofRequest
    if (browser === undefined || userAgent !== known) {
      known = userAgent
      browser = readBrowser(typeof userAgent === 'string' ? userAgent : '')
    }
    return browser
  }
}

/** @throws SyntaxError for a body that is not JSON */
function readBody(body: unknown, reading: Reading): void {
  // A byte order mark is white space, too.
  const text = textOfBody(body)?.trim()
  if (text === '' || body === undefined) reject(reading, 'empty')
  else readValue(text === undefined ? body : JSON.parse(text), reading)
}

/** The body as a text; undefined for one that is parsed. */
function textOfBody(body: unknown): string | undefined {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return decode(body)
  return body instanceof ArrayBuffer ? decode(new Uint8Array(body)) : undefined
}

/** JSON is UTF-8; a byte order mark says otherwise. */
function decode(bytes: Uint8Array): string {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  if (mark === 0xff_fe) return new TextDecoder('utf-16le').decode(bytes)
  if (mark === 0xfe_ff) return new TextDecoder('utf-16be').decode(bytes)
  return UTF8.decode(bytes)
}

function readValue(value: unknown, reading: Reading): void {
  if (!Array.isArray(value)) {
    readItem(value, reading)
    return
  }
  const count = Math.min(value.length, LIMITS.reports)
  for (let index = 0; index < count; index++) readItem(value[index], reading)
  if (value.length === 0) reject(reading, 'empty')
  if (value.length > count) reject(reading, 'too-many', value.length - count)
}

/** Reads one report; a neighbour that throws costs only itself. */
function readItem(item: unknown, reading: Reading): void {
  try {
    const reason = isJsonObject(item) ? readReport(item, reading) : 'not-a-report'
    if (reason !== undefined) reject(reading, reason)
  } catch {
    reject(reading, 'not-a-report')
  }
}

/**
 * Reads one report into the reading, or says why not. WebKit has `type` beside `csp-report` too:
 * that comes first.
 */
function readReport(item: Json, reading: Reading): RejectionReason | undefined {
  const legacy = fieldOf(item, LEGACY)
  if (legacy !== undefined)
    return isJsonObject(legacy) ? addViolation(legacy, item, reading) : 'not-a-report'
  const type = typeof item['type'] === 'string' ? asciiLowerCase(item['type']) : undefined
  const body = isJsonObject(item['body']) ? item['body'] : undefined
  if (body === undefined && hasDirective(item)) return addViolation(item, item, reading)
  if (type === 'csp-violation' || type === 'csp') return addViolation(body ?? {}, item, reading)
  if (type === undefined) {
    const isViolation = body !== undefined && hasDirective(body)
    return isViolation ? addViolation(body, item, reading) : 'not-a-report'
  }
  return REPORT_TYPE.test(type)
    ? addOther(readOther(type, body ?? {}, urlOf(item)), reading)
    : 'not-a-report'
}

function addViolation(body: Json, item: Json, reading: Reading): RejectionReason | undefined {
  const envelope: Envelope = {
    url: urlOf(item),
    age: numberOf(item['age']),
    browser: reading.browserOf(item['user_agent']),
    receivedAt: reading.receivedAt,
  }
  const violation = readViolation(body, envelope)
  if (violation === undefined) return 'no-directive'
  reading.violations.push(violation)
  return undefined
}

function addOther(report: OtherReport, { others }: Reading): undefined {
  const key = JSON.stringify(report)
  others.set(key, withCount(report, (others.get(key)?.count ?? 0) + 1))
}

function urlOf(item: Json): string {
  return textOf(item['url'], LIMITS.url) ?? ''
}

function reject({ rejected }: Reading, reason: RejectionReason, count = 1): void {
  rejected.set(reason, (rejected.get(reason) ?? 0) + count)
}

/** Why a body could not be parsed. */
function reasonOf(contentType: unknown): RejectionReason {
  if (typeof contentType !== 'string') return 'not-json'
  const semicolon = contentType.indexOf(';')
  const essence = semicolon === -1 ? contentType : contentType.slice(0, semicolon)
  const type = asciiLowerCase(essence.slice(0, LIMITS.url).trim())
  return type === '' || JSON_TYPE.test(type) ? 'not-json' : 'unsupported-type'
}
