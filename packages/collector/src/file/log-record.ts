/**
 * Reports as the log has them: pretty JSON for people, with slashes as they are, and read again for
 * counting.
 */

import { createHash } from 'node:crypto'
import { classify, groupKey, readReports } from '@cusp/reports'
import type { KeptReport } from '../store/batch.ts'

/** A report as the log has it. */
interface LogRecord extends KeptReport {
  /** When it happened, for people: `2026-11-27T12:00:01.000Z`. */
  readonly time: string
}

/** As PHP's JSON_PRETTY_PRINT indents. */
const INDENT = 4
const KEY_DIGITS = 32

/** The text of a report, with a line break at its end. */
export function writeRecord(report: KeptReport): string {
  const { project, class: name, reason, key, violation } = report
  const time = new Date(violation.seenAt).toISOString()
  const record: LogRecord = { time, project, class: name, reason, key, violation }
  return `${JSON.stringify(record, null, INDENT)}\n`
}

/**
 * Takes lines and gives the reports that they are. What begins without an end, because the power
 * failed or because somebody has edited the log, is passed over.
 */
export function createRecordReader(): (line: string) => readonly KeptReport[] {
  let lines: string[] | undefined
  return function readLine(line) {
    // Only what opens and closes a whole record stands at the beginning of a line. PHP writes the
    // next one right behind it.
    const edges = /^[{}[\]]/.test(line) ? line.split('') : [undefined]
    const found: KeptReport[] = []
    for (const edge of edges) {
      if (edge === '{' || edge === '[') lines = [edge]
      else lines?.push(edge ?? line)
      if (lines === undefined || (edge !== '}' && edge !== ']')) continue
      found.push(...parseRecord(lines.join('\n')))
      lines = undefined
    }
    return found
  }
}

function parseRecord(text: string): readonly KeptReport[] {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? [toReport(value)] : readForeign(value)
  } catch {
    return []
  }
}

function isRecord(value: unknown): value is LogRecord {
  if (!isObject(value) || !isObject(value['violation'])) return false
  const { violation } = value
  return (
    ['project', 'key', 'class', 'reason'].every((name) => typeof value[name] === 'string') &&
    ['page', 'directive', 'policy', 'sample'].every(
      (name) => typeof violation[name] === 'string',
    ) &&
    ['blocked', 'source', 'browser'].every((name) => isObject(violation[name])) &&
    typeof violation['seenAt'] === 'number'
  )
}

function toReport({ project, key, class: name, reason, violation }: LogRecord): KeptReport {
  return { project, key, class: name, reason, violation }
}

/**
 * What another program has logged as it arrived: the log of the PHP script that this one takes the
 * place of.
 */
function readForeign(value: unknown): readonly KeptReport[] {
  return readReports(value).violations.map((violation) => {
    const key = createHash('sha256').update(groupKey(violation)).digest('hex').slice(0, KEY_DIGITS)
    const { class: name, reason } = classify(violation)
    return { project: 'default', key, class: name, reason, violation }
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
