/** A database in a file of SQLite: one machine, any number of processes. */

import { closeSync, openSync, statSync } from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailable } from '../store/store.ts'
import type { Database } from './database.ts'
import type { Script } from './script.ts'
import { Connection } from './sqlite-connection.ts'
import type { OpenSQLite, SQLiteFile } from './sqlite-engine.ts'
import { loadSQLite } from './sqlite-engine.ts'

/** How a file is opened. */
export interface SQLiteOptions {
  readonly readOnly?: boolean | undefined
  /** Default: what this Node has. */
  readonly engine?: OpenSQLite | undefined
  /** `off` loses what was acknowledged when the power fails: for the test that would notice it. */
  readonly synchronous?: 'full' | 'off' | undefined
}

/** How long one process waits for another one, in milliseconds. */
const PATIENCE = 2000
/** How long its event loop waits with it: for what is nearly over. */
const HOLD = 4
/** The write-ahead log is cut to this size, in bytes, when its content has reached the file. */
const LONGEST_LOG = 64 * 1024 * 1024

/**
 * Opens a file, and makes it where there is none: only its owner may read it.
 *
 * @throws StoreUnavailable when it is not there to be read, or its schema is newer
 */
export async function openSQLite(file: string, options: SQLiteOptions = {}): Promise<Database> {
  const { readOnly = false, synchronous = 'full' } = options
  const engine = options.engine ?? (await loadSQLite())
  if (readOnly) checkFile(file)
  else createFile(file)
  const connections: SQLiteFile[] = []
  const close = (): void => connections.forEach((connection) => connection.close())
  const connect = (pragmas: readonly string[]): Connection => {
    const connection = engine(file)
    connections.push(connection)
    // Patience comes first: of two processes that start at once, one waits for the other one's
    // write-ahead log.
    for (const pragma of [`busy_timeout = ${PATIENCE}`, ...pragmas])
      connection.exec(`pragma ${pragma}`)
    return new Connection(connection, synchronous)
  }
  try {
    if (readOnly) return readingAlone(connect(['query_only = 1']), close)
    const pragmas = [
      'journal_mode = wal',
      `synchronous = ${synchronous}`,
      `journal_size_limit = ${LONGEST_LOG}`,
    ]
    const writing = connect(pragmas)
    writing.migrate()
    writing.wait(HOLD)
    return writingAndReading(writing, { reading: connect(['query_only = 1']), close })
  } catch (error) {
    close()
    throw error
  }
}

function checkFolder(file: string): void {
  const folder = path.dirname(file)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
  throw new StoreUnavailable(
    `Cannot open the store: the folder ${JSON.stringify(folder)} does not exist. Create it first.`,
  )
}

function checkFile(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return
  throw new StoreUnavailable(
    `Cannot open the store: the file ${JSON.stringify(file)} does not exist. Use the file of a collector instead.`,
  )
}

/** SQLite gives the files beside it, the log and its index, the permissions of this one. */
function createFile(file: string): void {
  checkFolder(file)
  closeSync(openSync(file, 'a', 0o600))
}

function writingAndReading(
  writing: Connection,
  { reading, close }: { readonly reading: Connection; readonly close: () => void },
): Database {
  const queue = new ReadingQueue(reading)
  return {
    append: (body, now) => patiently(() => writing.append(body, now)),
    transact: (script) => patiently(() => writing.transact(script)),
    inspect: (script) => queue.inspect(script),
    check: () => patiently(() => writing.tryToWrite()),
    async close() {
      await queue.end()
      writing.emptyLog()
      close()
    },
  }
}

function readingAlone(reading: Connection, close: () => void): Database {
  reading.checkVersion()
  const queue = new ReadingQueue(reading)
  return {
    append: refuse,
    transact: refuse,
    inspect: (script) => queue.inspect(script),
    check: async () => {},
    async close() {
      await queue.end()
      close()
    },
  }
}

async function refuse(): Promise<never> {
  throw new StoreUnavailable('Cannot store reports: the store is open for reading only.')
}

/** One connection reads one state at a time. */
class ReadingQueue {
  readonly #connection: Connection
  #last: Promise<unknown> = Promise.resolve()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  inspect<Result>(script: Script<Result>): Promise<Result> {
    const result = this.#last.then(() => this.#connection.inspect(script))
    this.#last = result.catch(() => {})
    return result
  }

  async end(): Promise<void> {
    await this.#last
  }
}

/**
 * What another process has locked is tried again, in turns between which everything else has its
 * own.
 */
async function patiently<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isLocked(error) || performance.now() > deadline) throw error
    }
    // At random, so that two processes do not meet again and again.
    await sleep(1 + 5 * Math.random())
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message.includes('database is locked')
}
