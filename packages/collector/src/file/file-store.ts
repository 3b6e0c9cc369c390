/** A log file as a store: one machine, any number of processes, and a text that people read. */

import { statSync } from 'node:fs'
import path from 'node:path'
import type { Fold } from '../fold/fold.ts'
import { foldBatch } from '../fold/fold.ts'
import { recentKeysOf, summarise } from '../fold/summarise.ts'
import type { OpenSQLite } from '../sql/sqlite-engine.ts'
import { loadSQLite } from '../sql/sqlite-engine.ts'
import type { Store } from '../store/store.ts'
import { StoreUnavailable } from '../store/store.ts'
import type { Summary, SummaryQuery } from '../store/summary.ts'
import { orUnavailable } from '../store/unavailable.ts'
import { sizeOf } from './log-file.ts'
import type { Counts, LogLock, LogState, Worked } from './log-state.ts'
import { NO_LOG, openLogLock } from './log-state.ts'
import { createLogWriter } from './log-writer.ts'
import type { MailSetup } from './mail-options.ts'
import type { Mailer } from './mailer.ts'
import type { Snapshot } from './read-log.ts'
import { foldSnapshot, takeSnapshot } from './read-log.ts'
import { adopt } from './write-log.ts'

/** How a log is opened. */
export interface FileStoreOptions {
  readonly address: string
  /** Its path. */
  readonly log: string
  readonly limit: number
  readonly rotate: number
  readonly mail: MailSetup | undefined
  readonly readOnly: boolean
  readonly onError: (error: Error) => void
  /** Default: what this Node has. */
  readonly engine?: OpenSQLite | undefined
  /** Milliseconds before a mail that has failed is tried again. */
  readonly pause?: number | undefined
}

/** What is seen under the lock. */
interface Look {
  readonly state: LogState
  readonly snapshot: Snapshot
}

/**
 * Opens a log.
 *
 * @throws StoreUnavailable when its folder is not there, or when it is only to be read and is not
 *   there
 */
export async function openFileStore(options: FileStoreOptions): Promise<Store> {
  const { address, log } = options
  checkFolder(path.dirname(log))
  const state = `${log}.state`
  if (options.readOnly) return openForReading(options, state)
  const lock = openLogLock(state, { engine: options.engine ?? (await loadSQLite()) })
  const mailer = await createMailerFor(options, lock)
  const writer = createLogWriter({ ...options, hasMail: mailer !== undefined, lock, mailer })
  // Whether the log can be locked is told now; and a process that has ended may have left a mail
  // behind.
  const mail = await orUnavailable('open the log', () =>
    lock.alone((now) => ({ result: now.mail })),
  )
  mailer?.look(mail)
  return {
    address,
    add: (batch) => writer.add(batch),
    ...reading(log, lock),
    check: () => orUnavailable('write the log', () => lock.alone(() => ({ result: undefined }))),
    async close() {
      await writer.drain()
      await mailer?.close()
      await lock.close()
    },
  }
}

async function createMailerFor(
  { log, mail: setup, pause, onError }: FileStoreOptions,
  lock: LogLock,
): Promise<Mailer | undefined> {
  if (setup === undefined) return undefined
  const { createSender } = await import('./mail-sender.ts')
  const { createMailer } = await import('./mailer.ts')
  return createMailer({ lock, log, setup, sender: createSender(setup), pause, onError })
}

function checkFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
  throw new StoreUnavailable(
    `Cannot open the log: the folder ${JSON.stringify(folder)} does not exist. Create it first.`,
  )
}

/**
 * Makes nothing: a log without a file of its state, as another program has written it, is read
 * without a lock.
 */
async function openForReading(options: FileStoreOptions, file: string): Promise<Store> {
  const { address, log } = options
  const hasState = statSync(file, { throwIfNoEntry: false }) !== undefined
  if (!hasState && (await sizeOf(log)) === undefined) {
    throw new StoreUnavailable(
      `Cannot open the log: the file ${JSON.stringify(log)} does not exist. Use the log of a collector instead.`,
    )
  }
  const engine = options.engine ?? (await loadSQLite())
  const lock = hasState ? openLogLock(file, { engine }) : undefined
  return {
    address,
    add: () =>
      Promise.reject(
        new StoreUnavailable('Cannot store reports: the log is open for reading only.'),
      ),
    ...reading(log, lock),
    check: () => Promise.resolve(),
    close: async () => lock?.close(),
  }
}

function reading(log: string, lock: LogLock | undefined): Pick<Store, 'read' | 'recentKeys'> {
  async function look(state: LogState): Promise<Worked<Look>> {
    const adopted = adopt(state, await sizeOf(log))
    return { result: { state: adopted, snapshot: await takeSnapshot(log) } }
  }

  async function fold(): Promise<{ readonly state: LogState; readonly fold: Fold }> {
    const { result } = lock === undefined ? await look(NO_LOG) : { result: await lock.alone(look) }
    return { state: result.state, fold: await foldSnapshot(result.snapshot) }
  }

  return {
    async recentKeys(limit) {
      const { fold: all } = await orUnavailable('read the log', fold)
      return recentKeysOf(all, limit)
    },
    async read(query) {
      const { fold: all, state } = await orUnavailable('read the log', fold)
      foldBatch(all, { reports: [], rejected: state.rejected, others: state.others })
      return withCounts(summarise(all, query), state, query)
    },
  }
}

/** Adds what the text does not say. */
function withCounts(summary: Summary, state: LogState, { project }: SummaryQuery = {}): Summary {
  return {
    ...summary,
    total: summary.total + countOf(state.rotated, project),
    dropped: countOf(state.dropped, project),
  }
}

function countOf(counts: Counts, project: string | undefined): number {
  if (project !== undefined) return counts[project] ?? 0
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
