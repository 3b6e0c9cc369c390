/** A database on a server of PostgreSQL: any number of machines. */

import pg from 'pg'
import type { PoolClient, QueryResult } from 'pg'
import { StoreUnavailable } from '../store/store.ts'
import { Breaker } from './breaker.ts'
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
import { writeStatements } from './statements.ts'
import type { Value } from './statements.ts'
import { postgresWriter } from './tables.ts'

/** How a server is used. */
export interface PostgresOptions {
  readonly readOnly?: boolean | undefined
}

/** Connections of one process: turns that are written, a fold, and some that read. */
const MOST_CONNECTIONS = 8
/** Milliseconds for a connection, and for one statement. */
const CONNECT_WITHIN = 2000
const ANSWER_WITHIN = 5000
/** What all collectors on a database know: one of them folds at a time. */
const LOCK = 'pg_advisory_xact_lock(1668641648, 10)'
/**
 * Whoever waits for the lock gives up before the server seems to be away: reports are stored
 * without it.
 */
const BEGIN = `begin; set local lock_timeout = 2000; select ${LOCK}`
/**
 * A collector that stops in the midst of a transaction, or whose network does, loses it, and the
 * lock, after so many milliseconds.
 */
const LONGEST_PAUSE = 10_000
/** PostgreSQL's number for bigint. No count reaches what a number of JavaScript cannot hold. */
const BIGINT = 20

const TYPES = new pg.TypeOverrides()
TYPES.setTypeParser(BIGINT, Number)

/**
 * Opens the database that a URL names, and makes its tables where there are none.
 *
 * @throws StoreUnavailable when what it acknowledges could be lost, or its schema is newer
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const database = new PostgresDatabase(url, options)
  try {
    await database.open()
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

class PostgresDatabase implements Database {
  readonly #pool: pg.Pool
  readonly #readOnly: boolean
  readonly #breaker = new Breaker(isAway)
  readonly #texts = writeStatements(postgresWriter())
  readonly #checked = new WeakSet<PoolClient>()

  constructor(url: string, { readOnly = false }: PostgresOptions) {
    this.#readOnly = readOnly
    this.#pool = new pg.Pool({
      connectionString: url,
      max: MOST_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_WITHIN,
      query_timeout: ANSWER_WITHIN,
      keepAlive: true,
      application_name: 'cusp',
      types: TYPES,
    })
    // A connection that breaks while nobody waits for it would end the process. The next use of it
    // fails, and opens another one.
    this.#pool.on('error', ignore)
    this.#pool.on('connect', (client) => client.on('error', ignore))
  }

  async open(): Promise<void> {
    await this.#use((client) => (this.#readOnly ? checkTables(client) : migrate(client)))
  }

  async append(body: string, now: number): Promise<number> {
    if (this.#readOnly)
      throw new StoreUnavailable('Cannot store reports: the store is open for reading only.')
    const { rows } = await this.#use((client) => client.query(this.#texts.addRow, [now, body]))
    return idOf(rows)
  }

  transact<Result>(script: Script<Result | undefined>): Promise<Result | undefined> {
    return this.#use(async (client) => {
      await client.query(BEGIN)
      const result = await this.#run(client, script)
      await client.query(result === undefined ? 'rollback' : 'commit')
      return result
    })
  }

  inspect<Result>(script: Script<Result>): Promise<Result> {
    return this.#use(async (client) => {
      await client.query('begin isolation level repeatable read read only')
      const result = await this.#run(client, script)
      await client.query('rollback')
      return result
    })
  }

  async check(): Promise<void> {
    const { rows } = await this.#use((client) => client.query('show transaction_read_only'))
    const [row] = rows as readonly { readonly transaction_read_only: string }[]
    if (this.#readOnly || row?.transaction_read_only === 'off') return
    throw new StoreUnavailable(
      'Cannot store reports: the server of PostgreSQL only reads. Use the primary server instead.',
    )
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }

  /**
   * A connection that has failed is not used again: what is left of its transaction goes with it.
   */
  #use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.#breaker.use(async () => {
      const client = await this.#pool.connect()
      try {
        await this.#checkDurability(client)
        const result = await work(client)
        client.release()
        return result
      } catch (error) {
        client.release(true)
        throw error
      }
    })
  }

  /** Once for each connection, which keeps what it has then. */
  async #checkDurability(client: PoolClient): Promise<void> {
    if (this.#readOnly || this.#checked.has(client)) return
    const { rows } = await client.query(
      `select set_config('synchronous_commit', current_setting('synchronous_commit'), false) as synchronous_commit,
        current_setting('fsync') as fsync,
        set_config('idle_in_transaction_session_timeout', '${LONGEST_PAUSE}', false) as longest_pause`,
    )
    for (const [name, value] of Object.entries(rows[0] as Readonly<Record<string, string>>)) {
      if (value !== 'off') continue
      const problem = `${name} of PostgreSQL is off, so that it loses reports when the power fails`
      throw new StoreUnavailable(`Cannot store reports: ${problem}. Use ${name} = on instead.`)
    }
    this.#checked.add(client)
  }

  async #run<Result>(client: PoolClient, script: Script<Result>): Promise<Result> {
    let step = script.next()
    while (step.done !== true) step = script.next(await this.#runStep(client, step.value))
    return step.value
  }

  async #runStep(client: PoolClient, { statement, rows }: Step): Promise<Outcome> {
    const text = this.#texts[statement]
    if (text.includes('unnest(')) {
      const result: QueryResult<object> = await client.query(text, columnsOf(rows))
      return { rows: result.rows, changes: Number(result.rowCount), ids: [] }
    }
    const outcome = { rows: [] as object[], changes: 0, ids: [] as number[] }
    for (const values of rows) {
      const result: QueryResult<object> = await client.query(text, [...values])
      outcome.changes += Number(result.rowCount)
      if (statement === 'addRow') outcome.ids.push(idOf(result.rows))
      else outcome.rows.push(...result.rows)
    }
    return outcome
  }
}

/** Brings the tables to the version of this code; of several collectors that start, one does it. */
async function migrate(client: PoolClient): Promise<void> {
  await client.query(BEGIN)
  const writer = postgresWriter()
  const found = await findVersion(client)
  const statements = writeMigrations(writer, found)
  if (statements.length > 0) {
    for (const statement of [writeMeta(writer), ...statements]) await client.query(statement)
    await client.query(
      "insert into cusp_meta (name, value) values ('schema', $1) on conflict (name) do update set value = excluded.value",
      [String(SCHEMA_VERSION)],
    )
  }
  await client.query('commit')
}

async function checkTables(client: PoolClient): Promise<void> {
  const found = await findVersion(client)
  if (found === 0) throw new StoreUnavailable(MISSING_SCHEMA)
  checkVersion(found)
}

/** A user who may not make tables may still use them. */
async function findVersion(client: PoolClient): Promise<number> {
  const { rows: tables } = await client.query("select 1 where to_regclass('cusp_meta') is not null")
  if (tables.length === 0) return 0
  const { rows } = await client.query("select value from cusp_meta where name = 'schema'")
  return readVersion(rows[0])
}

/** A list for each column: every row has them all. */
function columnsOf(rows: Step['rows']): (Value | undefined)[][] {
  const [first = []] = rows
  return first.map((_, index) => rows.map((values) => values[index]))
}

function idOf([row]: readonly unknown[]): number {
  return Number((row as { readonly id: number }).id)
}

/**
 * Errors that the server sends have an SQLSTATE; those of the classes 08, 53 and 57 say that it
 * cannot answer now.
 */
function isAway(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return false
  return !(error instanceof pg.DatabaseError) || /^(?:08|53|57)/.test(String(error.code))
}

function ignore(): void {}
