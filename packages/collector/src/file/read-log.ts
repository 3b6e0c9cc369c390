/** What is in a log and in the older ones, counted in groups. */

import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Fold } from '../fold/fold.ts'
import { emptyFold, foldBatch } from '../fold/fold.ts'
import type { KeptReport } from '../store/batch.ts'
import { olderLogs, sizeOf } from './log-file.ts'
import { createRecordReader } from './log-record.ts'
import type { Counts } from './log-state.ts'

/** Logs as they were at one moment, however they are turned over or appended to after it. */
export type Snapshot = readonly { readonly file: FileHandle; readonly size: number }[]

/** No more older logs than this are looked for. */
const MOST_OLDER = 1000

/**
 * Opens the log and the older ones for reading, the oldest first. Whoever does so holds the lock,
 * if there is one.
 */
export async function takeSnapshot(log: string): Promise<Snapshot> {
  const names = [log]
  for (const older of olderLogs(log, MOST_OLDER)) {
    if ((await sizeOf(older)) === undefined) break
    names.unshift(older)
  }
  return openAll(names)
}

/** Folds what a snapshot holds, and lets go of it. */
export async function foldSnapshot(snapshot: Snapshot): Promise<Fold> {
  const fold = emptyFold()
  await readReports(snapshot, (report) => {
    foldBatch(fold, { reports: [report], rejected: {}, others: {} })
  })
  return fold
}

/** How many reports are in logs, by project. */
export async function countByProject(logs: readonly string[]): Promise<Counts> {
  const counts = new Map<string, number>()
  await readReports(await openAll(logs), ({ project }) => {
    counts.set(project, (counts.get(project) ?? 0) + 1)
  })
  return Object.fromEntries(counts)
}

/** The first report of a log; undefined where there is none. */
export async function readFirstRecord(log: string): Promise<KeptReport | undefined> {
  let first: KeptReport | undefined
  await readReports(await openAll([log]), (report) => {
    first ??= report
    return 'enough'
  })
  return first
}

/** Opens those that are there. */
async function openAll(names: readonly string[]): Promise<Snapshot> {
  const snapshot: { readonly file: FileHandle; readonly size: number }[] = []
  for (const name of names) {
    const size = await sizeOf(name)
    if (size !== undefined && size > 0) snapshot.push({ file: await open(name, 'r'), size })
  }
  return snapshot
}

async function readReports(
  snapshot: Snapshot,
  take: (report: KeptReport) => 'enough' | void,
): Promise<void> {
  for (const { file, size } of snapshot) {
    const readLine = createRecordReader()
    const input = file.createReadStream({ start: 0, end: size - 1, encoding: 'utf8' })
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (readLine(line).some((report) => take(report) === 'enough')) break
    }
    input.destroy()
    await file.close()
  }
}
