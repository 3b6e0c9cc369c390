/** The policies of a response's headers, as `curl -sI` prints them. */

import type { PolicyRecord } from '@cusp/engine'

const STATUS = /^HTTP\/[\d.]+ \d{3}/
// "." does not match every character of a field without the flag "s".
const FIELD = /^content-security-policy(-report-only)?\s*:(.*)$/is
const ANY_FIELD = /^[\w-]+:\s/

/** Whether a text is a block of headers. */
export function isHeaderBlock(text: string): boolean {
  const lines = text.trimStart().split(/\r?\n/)
  return STATUS.test(lines[0] ?? '') || lines.some((line) => FIELD.test(line))
}

/** Whether a text begins like headers of which none is a policy. */
export function looksLikeHeaders(text: string): boolean {
  return ANY_FIELD.test(text.trimStart())
}

/** The policies of the last response in a text: the ones before it redirect, or are early hints. */
export function readHeaders(text: string): readonly PolicyRecord[] {
  let records: PolicyRecord[] = []
  let isInHeaders = true
  for (const line of text.trimStart().split(/\r?\n/)) {
    if (STATUS.test(line)) {
      records = []
      isInHeaders = true
    } else if (line.trim() === '') isInHeaders = false
    else if (isInHeaders) {
      const [, reportOnly, value] = FIELD.exec(line) ?? []
      if (value === undefined) continue
      const disposition = reportOnly === undefined ? 'enforce' : 'report'
      records.push({ value: value.trim(), disposition })
    }
  }
  return records
}
