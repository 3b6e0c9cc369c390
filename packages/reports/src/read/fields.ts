/** The fields of a report under all the names that browsers and specifications give them. */

import { textOf } from '../text.ts'

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>

/** The names of a field: in report-uri bodies, in the Reporting API, and rarer ones. */
export type FieldNames = readonly string[]

/** What the fields of a violation are about. */
type FieldName =
  | 'blocked'
  | 'column'
  | 'effective'
  | 'file'
  | 'line'
  | 'page'
  | 'policy'
  | 'referrer'
  | 'sample'
  | 'status'
  | 'violated'

/**
 * Each field of a violation. The specification of CSP itself once has `lineno`, an early one of the
 * Reporting API snake_case.
 */
export const FIELDS: Readonly<Record<FieldName, FieldNames>> = {
  page: ['document-uri', 'documentURL', 'document_url', 'document_uri', 'documentURI'],
  referrer: ['referrer'],
  blocked: ['blocked-uri', 'blockedURL', 'blocked_url', 'blocked_uri', 'blockedURI'],
  effective: ['effective-directive', 'effectiveDirective', 'effective_directive'],
  violated: ['violated-directive', 'violatedDirective', 'violated_directive'],
  policy: ['original-policy', 'originalPolicy', 'original_policy'],
  file: ['source-file', 'sourceFile', 'source_file'],
  line: ['line-number', 'lineNumber', 'line_number', 'lineno'],
  column: ['column-number', 'columnNumber', 'column_number', 'colno'],
  status: ['status-code', 'statusCode', 'status_code'],
  sample: ['script-sample', 'sample', 'script_sample', 'scriptSample'],
}

/** Whether the value is an object of JSON: neither null nor an array. */
export function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of a field under the first of its names that has one. Null counts as none. */
export function fieldOf(body: Json, names: FieldNames): unknown {
  for (const name of names) {
    const value = body[name]
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

/** A field that is a text, cut to `most` characters. */
export function textField(body: Json, names: FieldNames, most: number): string | undefined {
  return textOf(fieldOf(body, names), most)
}

/**
 * A whole number that is not negative, also where it is written as a text; null for everything
 * else.
 */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : null
}
