/**
 * What belongs to a log beside its text: the lock under which it is written, and what the text does
 * not say. Both are a small file of SQLite next to it. Its lock is one of the operating system, so
 * that it holds between processes and goes with the process that holds it, however that ends; its
 * transactions make the counts and the mail exact.
 */

import { closeSync, openSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenSQLite, SQLiteFile, SQLiteStatement } from '../sql/sqlite-engine.ts'
import { StoreUnavailable } from '../store/store.ts'

/** Numbers by names. */
export type Counts = Readonly<Record<string, number>>

/** The mail about the first violation of a log. */
export interface MailState {
  /** The first violation, as the log has it. */
  readonly record: string
  readonly isSent: boolean
  /** How often it was tried. */
  readonly attempts: number
  /**
   * Until then nobody tries: somebody is sending it, or it has failed a moment ago. In milliseconds
   * since 1970.
   */
  readonly notBefore: number
}

/** What the text of a log does not say. */
export interface LogState {
  /**
   * `begins`: its first violation is being written, and `rotates`: it is becoming an older log. It
   * says so before it is done: whoever finds it so knows that a process has ended in the middle of
   * it.
   */
  readonly log: 'absent' | 'begins' | 'present' | 'rotates'
  /** Violations that were passed over because the log was full, by project. */
  readonly dropped: Counts
  /** Violations of logs that rotation has removed, by project. */
  readonly rotated: Counts
  readonly rejected: Counts
  readonly others: Counts
  /** Null where no mail is to be sent: the log was there before. */
  readonly mail: MailState | null
}

/**
 * What work under the lock says at its end: its result, and the state that follows, if another one
 * does.
 */
export interface Worked<Result> {
  readonly result: Result
  readonly state?: LogState
}

/** The lock and the state of a log. */
export interface LogLock {
  /**
   * Does work alone: no other process, and nothing else in this one, works on this log meanwhile.
   *
   * @throws StoreUnavailable when others hold the lock for too long
   */
  readonly alone: <Result>(
    work: (state: LogState) => Promise<Worked<Result>> | Worked<Result>,
  ) => Promise<Result>
  /** Waits for work that has begun. */
  readonly close: () => Promise<void>
}

/** How it is opened. */
export interface LogLockOptions {
  readonly engine: OpenSQLite
  /** Milliseconds to wait for other processes. Default 5000. */
  readonly patience?: number
}

/** A log that nobody has written. */
export const NO_LOG: LogState = Object.freeze({
  log: 'absent',
  dropped: {},
  rotated: {},
  rejected: {},
  others: {},
  mail: null,
})

const PATIENCE = 5000
const LONGEST_PAUSE = 20
const SETUP = [
  // Waiting in SQLite would hold up the event loop.
  'pragma busy_timeout = 0',
  // What was committed survives a loss of power, and so does the removal of the journal that would
  // take it back.
  'pragma synchronous = extra',
  'create table if not exists cusp_log (id integer primary key, state text not null)',
]

/** Opens the lock and the state of a log, and makes them where there are none. */
export function openLogLock(file: string, options: LogLockOptions): LogLock {
  let connection: Connection | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other: a connection has one transaction. */
  function alone<Result>(
    work: (state: LogState) => Promise<Worked<Result>> | Worked<Result>,
  ): Promise<Result> {
    const result = last.then(() => doAlone(work))
    last = result.catch(() => {})
    return result
  }

  async function doAlone<Result>(
    work: (state: LogState) => Promise<Worked<Result>> | Worked<Result>,
  ): Promise<Result> {
    const current = await lock()
    try {
      const { result, state } = await work(current.read())
      if (state !== undefined) current.write(state)
      current.unlock('commit')
      return result
    } catch (error) {
      current.unlock('rollback')
      throw error
    }
  }

  /** Whoever removes the file removes the lock with it: then another one is made. */
  async function lock(): Promise<Connection> {
    const deadline = performance.now() + (options.patience ?? PATIENCE)
    for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      if (connection !== undefined && !connection.isOf(file)) reset()
      connection ??= tryToConnect()
      if (connection?.tryToLock() === true) {
        if (connection.isOf(file)) return connection
        connection.unlock('rollback')
      }
      if (performance.now() > deadline) throw new StoreUnavailable(HELD)
      // Not all at once again.
      await sleep(pause * (0.5 + Math.random()))
    }
  }

  function tryToConnect(): Connection | undefined {
    closeSync(openSync(file, 'a', 0o600))
    const own = new Connection(file, options.engine)
    if (own.tryToSetUp()) return own
    own.close()
    return undefined
  }

  function reset(): void {
    connection?.close()
    connection = undefined
  }

  return {
    alone,
    async close() {
      await last
      reset()
    },
  }
}

const HELD = 'Cannot use the log: another process holds its lock.'

/** A connection and what is prepared on it. */
class Connection {
  readonly #file: SQLiteFile
  readonly #inode: bigint | undefined
  #select: SQLiteStatement | undefined

  constructor(file: string, engine: OpenSQLite) {
    this.#file = engine(file)
    this.#inode = inodeOf(file)
  }

  isOf(file: string): boolean {
    return this.#inode !== undefined && inodeOf(file) === this.#inode
  }

  /** False where another process is in the way. */
  tryToSetUp(): boolean {
    return isFree(() => {
      for (const statement of SETUP) this.#file.exec(statement)
    })
  }

  /** False where another process is in the way. */
  tryToLock(): boolean {
    return isFree(() => this.#file.exec('begin exclusive'))
  }

  read(): LogState {
    this.#select ??= this.#file.prepare('select state from cusp_log where id = ?')
    const [row] = this.#select.all(1) as readonly { readonly state: string }[]
    return row === undefined ? NO_LOG : (JSON.parse(row.state) as LogState)
  }

  write(state: LogState): void {
    this.#file
      .prepare('insert or replace into cusp_log (id, state) values (?, ?)')
      .run(1, JSON.stringify(state))
  }

  unlock(how: 'commit' | 'rollback'): void {
    this.#file.exec(how)
  }

  close(): void {
    this.#file.close()
  }
}

function inodeOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino
}

function isFree(work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    // node:sqlite and libsql have different codes for it, and SQLite's own words.
    if (error instanceof Error && /\b(?:locked|busy)\b/.test(error.message)) return false
    throw error
  }
}
