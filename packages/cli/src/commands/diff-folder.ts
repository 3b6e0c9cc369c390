/** `cusp diff <folder> <folder>`: what changed in each file, file by file. */

import path from 'node:path'
import type { DecideOptions, PolicyChange } from '@cusp/engine'
import { compare } from '@cusp/engine'
import type { Host } from '../host.ts'
import type { FileReading } from '../read/folder.ts'
import type { PlaceReading } from '../read/places.ts'
import type { Page } from '../write/page.ts'
import type { TableRow } from './folder-table.ts'
import { readWithProgress, writeTable } from './folder-table.ts'

/** What changed in one place of a file. */
export interface FolderDifference {
  /** Relative to both folders. */
  readonly file: string
  readonly place: string
  /** Which side has a policy there. */
  readonly on: 'after' | 'before' | 'both'
  readonly changes: readonly PolicyChange[]
  /** Why a side is not read. */
  readonly problem?: string
}

/** The policies of one place, on both sides. */
interface Pair {
  readonly file: string
  readonly place: string
  readonly before: PlaceReading | undefined
  readonly after: PlaceReading | undefined
}

/** The part of a pattern before its first folder with a star. */
const FIXED = /^(?:[^*/]*\/)*(?=[^/]*\*)/

/** Compares each file of a folder or glob with the file of that name in another. */
export async function diffFolders(
  { before, after }: { readonly before: string; readonly after: string },
  { options, host }: { readonly options: DecideOptions; readonly host: Host },
): Promise<readonly FolderDifference[]> {
  const old = byName(await readWithProgress(before, host), { argument: before, host })
  const next = byName(await readWithProgress(after, host), { argument: after, host })
  const names = [...new Set([...old.keys(), ...next.keys()])].toSorted()
  return names.flatMap((file) => {
    const [ours, theirs] = [old.get(file), next.get(file)]
    const problem = problemOf(ours, theirs)
    if (problem !== undefined) return [{ file, place: '', on: 'both', changes: [], problem }]
    return pairUp(file, ours?.places ?? [], theirs?.places ?? []).map((pair) =>
      comparePair(pair, options),
    )
  })
}

/** Writes the table: a line for each place. */
export function writeDifferences(rows: readonly FolderDifference[], page: Page): string {
  const lines = rows.map((row): TableRow => ({ ...row, cells: [sumUp(row)] }))
  return writeTable(lines, { columns: ['changes'], page })
}

/** Files by their names relative to the folder, or to the fixed part of the pattern. */
function byName(
  readings: readonly FileReading[],
  { argument, host }: { readonly argument: string; readonly host: Host },
): ReadonlyMap<string, FileReading> {
  const base = path.resolve(host.cwd, FIXED.exec(argument)?.[0] ?? argument)
  return new Map(
    readings.map((reading) => {
      const name = path.relative(base, path.resolve(host.cwd, reading.file))
      return [name.replaceAll(path.sep, '/'), reading]
    }),
  )
}

function problemOf(
  before: FileReading | undefined,
  after: FileReading | undefined,
): string | undefined {
  const problems = [
    ...(before?.problem === undefined ? [] : [`before: ${before.problem}`]),
    ...(after?.problem === undefined ? [] : [`after: ${after.problem}`]),
  ]
  return problems.length === 0 ? undefined : problems.join(' ')
}

/** Places of one name are one; lines move, so that they go by their order. */
function pairUp(
  file: string,
  before: readonly PlaceReading[],
  after: readonly PlaceReading[],
): readonly Pair[] {
  const [ours, theirs] = [byKey(before), byKey(after)]
  return [...new Set([...ours.keys(), ...theirs.keys()])].map((key) => {
    const [one, other] = [ours.get(key), theirs.get(key)]
    return { file, place: (other ?? one)?.place ?? '', before: one, after: other }
  })
}

function byKey(places: readonly PlaceReading[]): ReadonlyMap<string, PlaceReading> {
  return new Map(
    places.map((one, index) => [/^line \d+$/.test(one.place) ? `${index}` : one.place, one]),
  )
}

function comparePair(
  { file, place, before, after }: Pair,
  options: DecideOptions,
): FolderDifference {
  const changes = compare(before?.policies ?? [], after?.policies ?? [], options)
  const lone = before === undefined ? 'after' : 'before'
  const on = before !== undefined && after !== undefined ? 'both' : lone
  return { file, place, on, changes }
}

/** "2 wider, 1 narrower", "same". */
function sumUp({ on, changes }: FolderDifference): string {
  const sums = (['wider', 'narrower'] as const).flatMap((kind) => {
    const number = changes.filter(({ change }) => change === kind).length
    return number === 0 ? [] : [`${number} ${kind}`]
  })
  const sum = sums.length === 0 ? 'same' : sums.join(', ')
  return on === 'both' ? sum : `${sum} (only ${on} has a policy)`
}
