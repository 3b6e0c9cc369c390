/** The way from each version of the tables to the next one. A released version never changes. */

import { sql } from 'kysely'
import type { Compilable } from 'kysely'
import { StoreUnavailable } from '../store/store.ts'
import type { Writer } from './tables.ts'
import { textOf } from './tables.ts'

/** The tables of which version these statements make. */
interface Migration {
  readonly version: number
  readonly write: (writer: Writer) => readonly Compilable[]
}

const MIGRATIONS: readonly Migration[] = [{ version: 1, write: writeFirst }]

/** The version that this code knows. */
export const SCHEMA_VERSION: number = MIGRATIONS.length

/** Why a database without tables is not read. */
export const MISSING_SCHEMA =
  'Cannot open the store: it has no reports of @cusp/collector. Use the store of a collector instead.'

/** Makes the table that has the version of the others. */
export function writeMeta({ tables }: Writer): string {
  return textOf(
    tables.schema
      .createTable('cusp_meta')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull()),
  )
}

/**
 * The statements that bring the tables from the found version to this one.
 *
 * @throws StoreUnavailable when the tables are of a newer version
 */
export function writeMigrations(writer: Writer, found: number): readonly string[] {
  checkVersion(found)
  return MIGRATIONS.filter(({ version }) => version > found).flatMap(({ write }) =>
    write(writer).map(textOf),
  )
}

/**
 * Refuses tables of a newer version, where this code might miscount.
 *
 * @throws StoreUnavailable names both versions
 */
export function checkVersion(found: number): void {
  if (found <= SCHEMA_VERSION) return
  const problem = `its schema has version ${found}, and this version of @cusp/collector knows ${SCHEMA_VERSION}`
  throw new StoreUnavailable(`Cannot open the store: ${problem}. Use a newer @cusp/collector.`)
}

/** Reads the version from a row of cusp_meta; 0 where there is none. */
export function readVersion(row: unknown): number {
  return row === undefined ? 0 : Number((row as { readonly value: string }).value)
}

function writeFirst({ dialect, tables: { schema } }: Writer): readonly Compilable[] {
  const isPostgres = dialect === 'postgres'
  // In SQLite a table is its own index, in the order of its keys; in PostgreSQL a page has room for
  // rows that change every second.
  const ending = isPostgres ? sql`with (fillfactor = 70)` : sql`without rowid`
  return [
    schema
      .createTable('cusp_journal')
      // An id is never used again: who deletes a row that somebody else has applied must not meet
      // another row.
      .addColumn('id', isPostgres ? 'bigint' : 'integer', (column) =>
        isPostgres
          ? column.generatedAlwaysAsIdentity().primaryKey()
          : column.primaryKey().autoIncrement(),
      )
      .addColumn('written_at', 'bigint', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull()),
    schema
      .createTable('cusp_groups')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addColumn('first_seen', 'bigint', (column) => column.notNull())
      .addColumn('last_seen', 'bigint', (column) => column.notNull())
      .addColumn('sampled', 'bigint', (column) => column.notNull())
      .addColumn('sampled_at', 'bigint', (column) => column.notNull())
      .addColumn('class', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('directive', 'text', (column) => column.notNull())
      .addColumn('blocked', 'text', (column) => column.notNull())
      .addColumn('disposition', 'text', (column) => column.notNull())
      .addColumn('browsers', 'text', (column) => column.notNull())
      .addColumn('pages', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('cusp_groups_key', ['project', 'key'])
      .modifyEnd(ending),
    schema.createIndex('cusp_groups_last_seen').on('cusp_groups').column('last_seen'),
    schema
      .createTable('cusp_hours')
      .addColumn('hour', 'bigint', (column) => column.notNull())
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('cusp_hours_key', ['hour', 'project', 'key'])
      .modifyEnd(ending),
    schema
      .createTable('cusp_samples')
      .addColumn('project', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('place', 'integer', (column) => column.notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('policy', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('cusp_samples_key', ['project', 'key', 'place'])
      .modifyEnd(ending),
    schema.createIndex('cusp_samples_policy').on('cusp_samples').column('policy'),
    schema
      .createTable('cusp_policies')
      .addColumn('hash', 'text', (column) => column.primaryKey())
      .addColumn('policy', 'text', (column) => column.notNull()),
    schema
      .createTable('cusp_counts')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('cusp_counts_key', ['kind', 'name'])
      .modifyEnd(ending),
  ]
}
