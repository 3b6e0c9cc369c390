/** One violation out of the fields of a report. */

import { asciiLowerCase } from '@cusp/core/internal'
import type { Browser } from '../model/browser.ts'
import type { ReportedDisposition, SourcePosition, Violation } from '../model/violation.ts'
import { LIMITS } from '../model/violation.ts'
import { readBlocked } from './blocked.ts'
import type { FieldNames, Json } from './fields.ts'
import { FIELDS, fieldOf, numberOf, textField } from './fields.ts'

/** What a report says beside its body, and what the request says. */
export interface Envelope {
  readonly url: string
  readonly age: number | null
  readonly browser: Browser
  /** In milliseconds since 1970. */
  readonly receivedAt: number
}

/** The name of a directive: `1*( ALPHA / DIGIT / "-" )`, as short as names are. */
const DIRECTIVE_NAME = /^[a-z0-9-]{1,64}$/
/** The age of a report is not trusted beyond this: a day. */
const LONGEST_AGE = 86_400_000
const NOWHERE: SourcePosition = Object.freeze({ file: null, line: null, column: null })

/** Whether the object has a directive by any name: then it is the body of a violation. */
export function hasDirective(body: Json): boolean {
  return (
    fieldOf(body, FIELDS.effective) !== undefined || fieldOf(body, FIELDS.violated) !== undefined
  )
}

/** Reads a violation; undefined where nothing says which directive is violated. */
export function readViolation(body: Json, envelope: Envelope): Violation | undefined {
  const directive = readDirective(body)
  if (directive === undefined) return undefined
  const page = urlField(body, FIELDS.page) || envelope.url
  const sample = textField(body, FIELDS.sample, LIMITS.sample) ?? ''
  const { age, browser, receivedAt } = envelope
  return Object.freeze({
    page,
    referrer: urlField(body, FIELDS.referrer),
    blocked: readBlocked(urlField(body, FIELDS.blocked), { directive, page, sample }),
    directive,
    disposition: readDisposition(body),
    policy: textField(body, FIELDS.policy, LIMITS.policy) ?? '',
    source: readSource(body),
    sample,
    status: numberOf(fieldOf(body, FIELDS.status)),
    browser,
    age,
    seenAt: receivedAt - Math.min(age ?? 0, LONGEST_AGE),
  })
}

/** `enforce`, `report`, or unknown: WebKit does not say. */
export function readDisposition(body: Json): ReportedDisposition {
  const { disposition } = body
  return disposition === 'enforce' || disposition === 'report' ? disposition : 'unknown'
}

/**
 * The effective directive. Browsers of CSP 2 and before have the violated one with its whole value:
 * its first word counts.
 */
function readDirective(body: Json): string | undefined {
  const effective = readName(textField(body, FIELDS.effective, LIMITS.policy))
  return effective ?? readName(textField(body, FIELDS.violated, LIMITS.policy))
}

function readName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const space = text.indexOf(' ')
  const name = asciiLowerCase(space === -1 ? text : text.slice(0, space))
  return DIRECTIVE_NAME.test(name) ? name : undefined
}

function readSource(body: Json): SourcePosition {
  const file = textField(body, FIELDS.file, LIMITS.url) ?? null
  const line = numberOf(fieldOf(body, FIELDS.line))
  const column = numberOf(fieldOf(body, FIELDS.column))
  if (file === null && line === null && column === null) return NOWHERE
  return Object.freeze({ file, line, column })
}

function urlField(body: Json, names: FieldNames): string {
  return textField(body, names, LIMITS.url) ?? ''
}
