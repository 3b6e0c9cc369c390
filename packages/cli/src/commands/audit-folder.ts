/** `cusp audit <folder>`: a table of the policies in its files. */

import type { DecideOptions, Severity } from '@cusp/engine'
import type { Host } from '../host.ts'
import type { FileReading } from '../read/folder.ts'
import { readFolder } from '../read/folder.ts'
import { deliveredPolicies } from '../read/delivered.ts'
import { escapeLine } from '../text.ts'
import type { Finding } from '../write/finding.ts'
import type { Page } from '../write/page.ts'
import { count, longest, shorten } from '../write/page.ts'
import { findingsFor } from './audit-findings.ts'

/** The policies of one place of a file with their findings, or why they are not read. */
export interface FolderRow {
  readonly file: string
  readonly place: string
  readonly enforced: number
  readonly reportOnly: number
  readonly findings: readonly Finding[]
  /** Why the file is not read. */
  readonly problem?: string
}

/** So many files are read before a line says how far it is. */
const STEP = 100

/** Reads and audits every file of a folder or a glob. Says on a terminal how far it is. */
export async function auditFolder(
  argument: string,
  { options, host }: { readonly options: DecideOptions; readonly host: Host },
): Promise<readonly FolderRow[]> {
  const readings = await readFolder(argument, {
    host,
    onFile: (done, all) => {
      if (host.stderr.isTTY === true && done % STEP === 0) {
        host.stderr.write(`${done} of ${all} files\n`)
      }
    },
  })
  return readings.flatMap((reading) => rowsOf(reading, options))
}

function rowsOf(
  { file, places, problem }: FileReading,
  options: DecideOptions,
): readonly FolderRow[] {
  if (problem !== undefined) {
    return [{ file, place: '', enforced: 0, reportOnly: 0, findings: [], problem }]
  }
  return places.map((place) => {
    const delivered = deliveredPolicies(place.policies)
    const enforced = delivered.filter(({ disposition }) => disposition === 'enforce').length
    return {
      file,
      place: place.place,
      enforced,
      reportOnly: delivered.length - enforced,
      findings: findingsFor(place, options).findings,
    }
  })
}

const HEAD = ['file', 'policies', 'findings'] as const

/** Writes the table: a line for each place, then what was counted. */
export function writeFolder(
  rows: readonly FolderRow[],
  { page, severities }: { readonly page: Page; readonly severities: readonly Severity[] },
): string {
  const cells = rows.map((row) => cellsOf(row, severities))
  const widths = [0, 1].map((column) => longest([HEAD, ...cells].map((line) => line[column] ?? '')))
  const lines = cells.map((line, index) => {
    const text = layOut(line, widths)
    if (rows[index]?.problem === undefined) return text
    return page.paint('red', page.isTerminal ? shorten(text, page.width) : text)
  })
  const unread = rows.filter(({ problem }) => problem !== undefined).length
  const files = new Set(rows.map(({ file }) => file)).size
  const end = unread === 0 ? '' : `, ${unread} not read`
  const sum = page.paint('bold', `${count(files, 'file')}${end}`)
  return `${page.paint('dim', layOut(HEAD, widths))}\n${lines.join('\n')}\n\n${sum}\n`
}

function layOut(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd()
}

function cellsOf(
  { file, place, enforced, reportOnly, findings, problem }: FolderRow,
  severities: readonly Severity[],
): readonly string[] {
  const name = escapeLine(place === '' ? file : `${file} (${place})`)
  if (problem !== undefined) return [name, 'not read', escapeLine(problem)]
  const kinds = [
    ...(enforced > 0 ? [`${enforced} enforced`] : []),
    ...(reportOnly > 0 ? [`${reportOnly} report-only`] : []),
  ]
  const sums = severities.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${severity}`]
  })
  const policies = kinds.length === 0 ? 'none' : kinds.join(', ')
  return [name, policies, sums.length === 0 ? 'none' : sums.join(', ')]
}
