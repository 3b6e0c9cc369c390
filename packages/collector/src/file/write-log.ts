/**
 * How batches get into a log, under its lock: the first one begins it, and a full one takes no more
 * or becomes an older one.
 */

import type { Batch } from '../store/batch.ts'
import type { Kept } from '../store/store.ts'
import type { OpenLog } from './log-file.ts'
import { olderLogs, openLog, rotate, sizeOf } from './log-file.ts'
import { writeRecord } from './log-record.ts'
import type { Counts, LogState, MailState, Worked } from './log-state.ts'
import { NO_LOG } from './log-state.ts'
import { countByProject, readFirstRecord } from './read-log.ts'

/** The log that is written, and how. */
export interface LogOptions {
  /** Its path. */
  readonly log: string
  /** Bytes. A log that is larger takes no more. */
  readonly limit: number
  /** How many older logs are kept; 0 where a full log stays as it is. */
  readonly rotate: number
  /** Whether a mail is sent about the first violation. */
  readonly hasMail: boolean
}

/** What has become of batches. */
export interface Written {
  /** Of as many batches as were looked at: the rest has to be written under the lock again. */
  readonly kept: readonly Kept[]
  readonly mail: MailState | null
}

/** The state of a log, after a look whether somebody has removed it or made it. */
export function adopt(state: LogState, size: number | undefined): LogState {
  const isThere = size !== undefined
  if (state.log === 'present' && !isThere) return NO_LOG
  if (state.log === 'absent' && isThere) return { ...state, log: 'present', mail: null }
  return state
}

/** Writes batches, as far as they can be written at once. */
export async function writeBatches(
  batches: readonly Batch[],
  { state, ...options }: LogOptions & { readonly state: LogState },
): Promise<Worked<Written>> {
  const size = await sizeOf(options.log)
  let current = adopt(state, size)
  if (current.log === 'absent' && batches.some(({ reports }) => reports.length > 0)) {
    return { result: { kept: [], mail: null }, state: { ...current, log: 'begins' } }
  }
  if (current.log === 'rotates') current = await turnOver(current, options)
  const { kept, isFull } =
    current.log === 'absent' ? nothingToWrite(batches) : await append(batches, options)
  if (current.log === 'begins') current = await begin(current, { batches, options })
  current = count(current, batches.slice(0, kept.length), kept)
  if (isFull) current = { ...current, log: 'rotates' }
  return {
    result: { kept, mail: current.mail },
    ...(current === state ? {} : { state: current }),
  }
}

function nothingToWrite(batches: readonly Batch[]): Appended {
  return { kept: batches.map(() => 'stored'), isFull: false }
}

/** What was appended. */
interface Appended {
  readonly kept: readonly Kept[]
  /** The next one has to wait for another log. */
  readonly isFull: boolean
}

async function append(batches: readonly Batch[], options: LogOptions): Promise<Appended> {
  const file = await openLog(options.log)
  try {
    return await appendTo(file, batches, options)
  } finally {
    await file.close()
  }
}

async function appendTo(
  file: OpenLog,
  batches: readonly Batch[],
  { limit, rotate: older }: LogOptions,
): Promise<Appended> {
  const kept: Kept[] = []
  let text = ''
  let { size } = file
  let isFull = false
  for (const { reports } of batches) {
    isFull = reports.length > 0 && size > limit
    if (isFull && older > 0) break
    kept.push(isFull ? 'dropped' : 'stored')
    if (isFull) continue
    const own = reports.map(writeRecord).join('')
    text += own
    size += Buffer.byteLength(own)
  }
  if (text !== '') await file.append(text)
  return { kept, isFull: isFull && older > 0 }
}

/**
 * A log that has its first violation: a mail is due. After a crash the text may be there already.
 */
async function begin(
  state: LogState,
  { options, batches }: { readonly options: LogOptions; readonly batches: readonly Batch[] },
): Promise<LogState> {
  if (!options.hasMail) return { ...state, log: 'present', mail: null }
  const own = batches.flatMap(({ reports }) => reports)[0]
  const first = (await readFirstRecord(options.log)) ?? own
  if (first === undefined) return state
  const mail = { record: writeRecord(first).trimEnd(), isSent: false, attempts: 0, notBefore: 0 }
  return { ...state, log: 'present', mail }
}

/**
 * Makes the full log an older one, unless somebody has done so. What the oldest one held stays
 * counted.
 */
async function turnOver(
  state: LogState,
  { log, limit, rotate: older }: LogOptions,
): Promise<LogState> {
  const present: LogState = { ...state, log: 'present' }
  if (((await sizeOf(log)) ?? 0) <= limit) return present
  const lost = await countByProject(olderLogs(log, older).slice(-1))
  await rotate(log, older)
  return { ...present, rotated: addCounts(state.rotated, lost) }
}

function count(state: LogState, batches: readonly Batch[], kept: readonly Kept[]): LogState {
  let { dropped, rejected, others } = state
  for (const [index, batch] of batches.entries()) {
    if (kept[index] === 'dropped') dropped = addCounts(dropped, projectsOf(batch))
    rejected = addCounts(rejected, batch.rejected)
    others = addCounts(others, batch.others)
  }
  const isSame = dropped === state.dropped && rejected === state.rejected && others === state.others
  return isSame ? state : { ...state, dropped, rejected, others }
}

function projectsOf({ reports }: Batch): Counts {
  const counts = new Map<string, number>()
  for (const { project } of reports) counts.set(project, (counts.get(project) ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** The same counts where there is nothing to add. */
function addCounts(counts: Counts, more: Counts): Counts {
  const entries = Object.entries(more)
  if (entries.length === 0) return counts
  const sums = new Map(Object.entries(counts))
  for (const [name, number] of entries) sums.set(name, (sums.get(name) ?? 0) + number)
  return Object.fromEntries(sums)
}
