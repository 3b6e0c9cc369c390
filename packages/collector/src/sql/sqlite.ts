/** A database in a file of SQLite: one machine, any number of processes. */

import { closeSync, openSync, statSync } from 'node:fs'
import path from 'node:path'
import { StoreUnavailable } from '../store/store.ts'
import type { Database } from './database.ts'
import {
  checkVersion,
  MISSING_SCHEMA,
  readVersion,
  SCHEMA_VERSION,
  writeMeta,
  writeMigrations,
} from './migrations.ts'
import type { Outcome, Script, Step } from './script.ts'
import type { OpenSQLite, SQLiteFile, SQLiteStatement } from './sqlite-engine.ts'
import { loadSQLite } from './sqlite-engine.ts'
import { writeStatements } from './statements.ts'
import type { StatementValues } from './statements.ts'
import { sqliteWriter } from './tables.ts'
import { nextTurn } from './turns.ts'

/** How a file is opened. */
export interface SQLiteOptions {
  readonly readOnly?: boolean | undefined
  /** Default: what this Node has. */
  readonly engine?: OpenSQLite | undefined
  /** `off` loses what was acknowledged when the power fails: for the test that would notice it. */
  readonly synchronous?: 'full' | 'off' | undefined
}

/** How long one process waits for another one, in milliseconds. Its event loop waits as well. */
const PATIENCE = 2000
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
  checkFolder(file)
  if (readOnly) checkFile(file)
  else createFile(file)
  const connections: SQLiteFile[] = []
  const close = (): void => connections.forEach((connection) => connection.close())
  const connect = (pragmas: readonly string[]): Connection => {
    const connection = engine(file)
    connections.push(connection)
    // Patience comes first: of two processes that start at once, one waits for the other one's write-ahead log.
    for (const pragma of [`busy_timeout = ${PATIENCE}`, ...pragmas])
      connection.exec(`pragma ${pragma}`)
    return new Connection(connection)
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
  closeSync(openSync(file, 'a', 0o600))
}

function writingAndReading(
  writing: Connection,
  { reading, close }: { readonly reading: Connection; readonly close: () => void },
): Database {
  let read: Promise<unknown> = Promise.resolve()
  return {
    append: async (body, now) => writing.append(body, now),
    transact: async (script) => writing.transact(script),
    inspect(script) {
      // One connection reads one state at a time.
      const result = read.then(() => reading.inspect(script))
      read = result.catch(() => {})
      return result
    },
    async check() {
      writing.tryToWrite()
    },
    async close() {
      await read
      close()
    },
  }
}

function readingAlone(reading: Connection, close: () => void): Database {
  reading.checkVersion()
  return {
    ...writingAndReading(reading, { reading, close }),
    async append() {
      throw new StoreUnavailable('Cannot store reports: the store is open for reading only.')
    },
    check: async () => {},
  }
}

/** A connection and what was prepared on it. */
class Connection {
  readonly #file: SQLiteFile
  readonly #statements = new Map<keyof StatementValues, SQLiteStatement>()
  readonly #texts = writeStatements(sqliteWriter())

  constructor(file: SQLiteFile) {
    this.#file = file
  }

  append(body: string, now: number): number {
    return Number(this.#prepare('addRow').run(now, body).lastInsertRowid)
  }

  /** At a stretch, so that no other work of this process comes between. */
  transact<Result>(script: Script<Result | undefined>): Result | undefined {
    return this.#within('begin immediate', () => {
      let step = script.next()
      while (step.done !== true) step = script.next(this.#run(step.value))
      return step.value
    })
  }

  /** Takes the lock that a write takes, and changes nothing. */
  tryToWrite(): void {
    this.#within('begin immediate', () => true)
  }

  /** A turn of the event loop for each step: the write-ahead log keeps the state that this transaction began with. */
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
  #within<Result>(begin: string, work: () => Result | undefined): Result | undefined {
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
