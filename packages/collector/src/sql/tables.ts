/** The tables, the same in each database. Kysely writes the statements; nothing runs through it. */

import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import type { Compilable, Generated } from 'kysely'
import type { CountKind } from '../fold/fold.ts'

/** The tables by their names. Times are milliseconds since 1970. */
export interface Tables {
  /** `schema`: the version of these tables. */
  readonly cusp_meta: { readonly name: string; readonly value: string }
  /** What is stored but not yet applied to the other tables. */
  readonly cusp_journal: {
    readonly id: Generated<number>
    readonly written_at: number
    /** A fold, as journal-row.ts writes it. */
    readonly body: string
  }
  readonly cusp_groups: GroupRow
  /** How many violations of a group were seen in an hour since 1970. */
  readonly cusp_hours: {
    readonly hour: number
    readonly project: string
    readonly key: string
    readonly count: number
  }
  /** The latest violations of a group: each takes the place of the one three before it. */
  readonly cusp_samples: {
    readonly project: string
    readonly key: string
    readonly place: number
    /** The how manieth stored sample of its group it is. */
    readonly number: number
    /** The hash of its policy. */
    readonly policy: string
    /** A violation with the hash in place of its policy, as JSON. */
    readonly body: string
  }
  readonly cusp_policies: { readonly hash: string; readonly policy: string }
  /**
   * What has no group. `total` counts violations for ever, those of groups included that are gone.
   */
  readonly cusp_counts: {
    readonly kind: CountKind
    readonly name: string
    readonly count: number
  }
}

/** A group: what is long comes last, so that a search by count reads little. */
export interface GroupRow {
  readonly project: string
  readonly key: string
  readonly count: number
  readonly first_seen: number
  readonly last_seen: number
  /** How many samples of it were stored so far. */
  readonly sampled: number
  /** When the newest of its stored samples was seen. */
  readonly sampled_at: number
  readonly class: string
  readonly reason: string
  readonly directive: string
  readonly blocked: string
  readonly disposition: string
  /** A list, as JSON. */
  readonly browsers: string
  /** A list, as JSON. */
  readonly pages: string
}

/** Which SQL is written. */
export type Dialect = 'postgres' | 'sqlite'

/** Writes statements for one kind of database. It has no connection. */
export interface Writer {
  readonly dialect: Dialect
  readonly tables: Kysely<Tables>
}

/** Writes for SQLite. */
export function sqliteWriter(): Writer {
  const dialect = new SqliteDialect({ database: refuseToRun })
  return { dialect: 'sqlite', tables: new Kysely<Tables>({ dialect }) }
}

/** Writes for PostgreSQL. */
export function postgresWriter(): Writer {
  const dialect = new PostgresDialect({ pool: refuseToRun })
  return { dialect: 'postgres', tables: new Kysely<Tables>({ dialect }) }
}

async function refuseToRun(): Promise<never> {
  throw new Error('Cannot run a statement: this only writes it. Use a database instead.')
}

/**
 * The text of a statement. Its values are given anew each time, in the order in which they stand
 * there.
 */
export function textOf(statement: Compilable): string {
  return statement.compile().sql
}
