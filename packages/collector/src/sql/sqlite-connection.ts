/** A connection to a file of SQLite, and what was prepared on it. */

import { StoreUnavailable } from '../store/store.ts'
import {
  checkVersion,
  MISSING_SCHEMA,
  readVersion,
  SCHEMA_VERSION,
  writeMeta,
  writeMigrations,
} from './migrations.ts'
import type { Outcome, Script, Step } from './script.ts'
import type { SQLiteFile, SQLiteStatement } from './sqlite-engine.ts'
import { writeStatements } from './statements.ts'
import type { StatementValues } from './statements.ts'
import { sqliteWriter } from './tables.ts'
import { nextTurn } from './turns.ts'

/** A connection. Everything on it is done at a stretch, but for what only reads. */
export class Connection {
  readonly #file: SQLiteFile
  readonly #statements = new Map<keyof StatementValues, SQLiteStatement>()
  readonly #texts = writeStatements(sqliteWriter())
  readonly #synchronous: 'full' | 'off'

  constructor(file: SQLiteFile, synchronous: 'full' | 'off') {
    this.#file = file
    this.#synchronous = synchronous
  }

  /** Sets how long it waits for others, in milliseconds: the event loop waits as well. */
  wait(milliseconds: number): void {
    this.#file.exec(`pragma busy_timeout = ${milliseconds}`)
  }

  /**
   * Adds a row to the journal, and returns its id once it is on disk.
   *
   * The lock is taken by itself: libsql does not end a statement that another process has locked
   * out, and no later transaction could be committed.
   */
  append(body: string, now: number): number {
    return this.#within('begin immediate', () =>
      Number(this.#prepare('addRow').run(now, body).lastInsertRowid),
    )
  }

  /**
   * Runs a script in one transaction. Nothing is acknowledged by it, so that it need not be on disk
   * yet: the next row of the journal takes it along, and if the power fails before, what it has
   * applied is in the journal again.
   */
  transact<Result>(script: Script<Result | undefined>): Result | undefined {
    if (this.#synchronous === 'full') this.#file.exec('pragma synchronous = normal')
    try {
      return this.#within('begin immediate', () => {
        let step = script.next()
        while (step.done !== true) step = script.next(this.#run(step.value))
        return step.value
      })
    } finally {
      this.#file.exec(`pragma synchronous = ${this.#synchronous}`)
    }
  }

  /**
   * Brings what is in the write-ahead log into the file, which can then be copied alone: libsql
   * does not do it when it closes.
   */
  emptyLog(): void {
    try {
      this.#file.exec('pragma wal_checkpoint(truncate)')
    } catch {
      // On a full disk the log stays, and whoever opens the file reads it.
    }
  }

  /** Takes the lock that a write takes, and changes nothing. */
  tryToWrite(): void {
    this.#within('begin immediate', () => true)
  }

  /**
   * Runs a script that reads, each step in a turn of its own: the write-ahead log keeps the state
   * that this transaction began with.
   */
  async inspect<Result>(script: Script<Result>): Promise<Result> {
    this.#file.exec('begin')
    try {
      let step = script.next()
      while (step.done !== true) {
        step = script.next(this.#run(step.value))
        await nextTurn()
      }
      return step.value
    } finally {
      this.#file.exec('rollback')
    }
  }

  /** Brings the tables to the version of this code. */
  migrate(): void {
    this.#within('begin immediate', () => {
      this.#file.exec(writeMeta(sqliteWriter()))
      const found = this.#readVersion()
      for (const statement of writeMigrations(sqliteWriter(), found)) this.#file.exec(statement)
      this.#file
        .prepare('insert or replace into cusp_meta (name, value) values (?, ?)')
        .run('schema', String(SCHEMA_VERSION))
      return true
    })
  }

  /** Refuses tables that this code does not know, and a file without any. */
  checkVersion(): void {
    const tables = this.#file
      .prepare('select name from sqlite_master where name = ?')
      .all('cusp_meta')
    const found = tables.length === 0 ? 0 : this.#readVersion()
    if (found === 0) throw new StoreUnavailable(MISSING_SCHEMA)
    checkVersion(found)
  }

  #readVersion(): number {
    const [row] = this.#file.prepare('select value from cusp_meta where name = ?').all('schema')
    return readVersion(row)
  }

  /** Commits what it returns, and takes back what ends in undefined or an error. */
  #within<Result>(begin: string, work: () => Result): Result {
    this.#file.exec(begin)
    try {
      const result = work()
      this.#file.exec(result === undefined ? 'rollback' : 'commit')
      return result
    } catch (error) {
      this.#takeBack()
      throw error
    }
  }

  #takeBack(): void {
    try {
      this.#file.exec('rollback')
    } catch {
      // After some faults, a full disk among them, SQLite has done it already.
    }
  }

  #run({ statement, rows }: Step): Outcome {
    const prepared = this.#prepare(statement)
    if (statement.startsWith('read')) {
      return { rows: rows.flatMap((values) => prepared.all(...values)), changes: 0, ids: [] }
    }
    const ids: number[] = []
    let changes = 0
    for (const values of rows) {
      const result = prepared.run(...values)
      changes += Number(result.changes)
      if (statement === 'addRow') ids.push(Number(result.lastInsertRowid))
    }
    return { rows: [], changes, ids }
  }

  #prepare(statement: keyof StatementValues): SQLiteStatement {
    const known = this.#statements.get(statement)
    if (known !== undefined) return known
    const prepared = this.#file.prepare(this.#texts[statement])
    this.#statements.set(statement, prepared)
    return prepared
  }
}
