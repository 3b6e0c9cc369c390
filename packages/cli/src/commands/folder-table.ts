/** What the commands share that read a folder: how far they are, and the table that they print. */

import type { Host } from '../host.ts'
import type { FileReading } from '../read/folder.ts'
import { readFolder } from '../read/folder.ts'
import { escapeLine } from '../text.ts'
import type { Page } from '../write/page.ts'
import { count, longest, shorten } from '../write/page.ts'

/** So many files are read before a line says how far it is. */
const STEP = 100

/** One line of a table. */
export interface TableRow {
  readonly file: string
  readonly place: string
  /** What stands behind the name, a cell for each column. */
  readonly cells: readonly string[]
  /** Why the file is not read; it stands in place of the cells. */
  readonly problem?: string | undefined
}

/** Reads every file of a folder or a glob. Says on a terminal how far it is. */
export async function readWithProgress(
  argument: string,
  host: Host,
): Promise<readonly FileReading[]> {
  return readFolder(argument, {
    host,
    onFile: (done, all) => {
      if (host.stderr.isTTY === true && done % STEP === 0) {
        host.stderr.write(`${done} of ${all} files\n`)
      }
    },
  })
}

/** Writes a table: a line for each row, then how many files there are. */
export function writeTable(
  rows: readonly TableRow[],
  { columns, page }: { readonly columns: readonly string[]; readonly page: Page },
): string {
  const head = ['file', ...columns]
  const cells = rows.map(cellsOf)
  const widths = columns.map((_, column) =>
    longest([head, ...cells].map((line) => line[column] ?? '')),
  )
  const lines = cells.map((line, index) => {
    const text = layOut(line, widths)
    if (rows[index]?.problem === undefined) return text
    return page.paint('red', page.isTerminal ? shorten(text, page.width) : text)
  })
  const unread = rows.filter(({ problem }) => problem !== undefined).length
  const files = new Set(rows.map(({ file }) => file)).size
  const end = unread === 0 ? '' : `, ${unread} not read`
  const sum = page.paint('bold', `${count(files, 'file')}${end}`)
  return `${page.paint('dim', layOut(head, widths))}\n${lines.join('\n')}\n\n${sum}\n`
}

function cellsOf({ file, place, cells, problem }: TableRow): readonly string[] {
  const name = escapeLine(place === '' ? file : `${file} (${place})`)
  if (problem !== undefined) return [name, 'not read', escapeLine(problem)]
  return [name, ...cells.map(escapeLine)]
}

/** The last column is as wide as it is. */
function layOut(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd()
}
