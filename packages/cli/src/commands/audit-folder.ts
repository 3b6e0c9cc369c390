/** `cusp audit <folder>`: a table of the policies in its files. */

import type { DecideOptions, Severity } from '@cusp/engine'
import type { Host } from '../host.ts'
import type { FileReading } from '../read/folder.ts'
import { deliveredPolicies } from '../read/delivered.ts'
import type { Finding } from '../write/finding.ts'
import type { Page } from '../write/page.ts'
import { findingsFor } from './audit-findings.ts'
import type { TableRow } from './folder-table.ts'
import { readWithProgress, writeTable } from './folder-table.ts'

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

/** Reads and audits every file of a folder or a glob. */
export async function auditFolder(
  argument: string,
  { options, host }: { readonly options: DecideOptions; readonly host: Host },
): Promise<readonly FolderRow[]> {
  const readings = await readWithProgress(argument, host)
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

/** Writes the table: a line for each place, then what was counted. */
export function writeFolder(
  rows: readonly FolderRow[],
  { page, severities }: { readonly page: Page; readonly severities: readonly Severity[] },
): string {
  const lines = rows.map((row): TableRow => ({
    file: row.file,
    place: row.place,
    cells: cellsOf(row, severities),
    problem: row.problem,
  }))
  return writeTable(lines, { columns: ['policies', 'findings'], page })
}

function cellsOf(
  { enforced, reportOnly, findings }: FolderRow,
  severities: readonly Severity[],
): readonly string[] {
  const kinds = [
    ...(enforced > 0 ? [`${enforced} enforced`] : []),
    ...(reportOnly > 0 ? [`${reportOnly} report-only`] : []),
  ]
  const sums = severities.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${severity}`]
  })
  const policies = kinds.length === 0 ? 'none' : kinds.join(', ')
  return [policies, sums.length === 0 ? 'none' : sums.join(', ')]
}
