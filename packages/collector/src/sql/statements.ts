/**
 * The statements of a store. What is done for many rows is written in two ways: PostgreSQL takes
 * all rows at once, as a list for each column; SQLite takes one after the other, which is faster
 * there than lists in JSON.
 */

import { sql } from 'kysely'
import type { Compilable, RawBuilder } from 'kysely'
import {
  COUNT_COLUMNS,
  given,
  GROUP_COLUMNS,
  HOUR_COLUMNS,
  isGiven,
  NAME_COLUMNS,
  namesOf,
  NUMBER,
  POLICY_COLUMNS,
  SAMPLE_COLUMNS,
  TEXT,
  TOUCH_COLUMNS,
  unnest,
} from './given-rows.ts'
import type { TouchRow } from './given-rows.ts'
import type { Tables, Writer } from './tables.ts'
import { textOf } from './tables.ts'

/** A value of a column. */
export type Value = number | string

/** The values of each statement, in the order in which they stand in its text. */
export interface StatementValues {
  readonly addRow: readonly [writtenAt: number, body: string]
  readonly deleteRows: readonly [id: number]
  readonly readRows: readonly [after: number, before: number]
  readonly readGroups: readonly [project: string, key: string]
  readonly readTop: readonly [limit: number]
  readonly readTopOf: readonly [project: string, limit: number]
  readonly readRecentKeys: readonly [limit: number]
  /** In the order of GROUP_COLUMNS. */
  readonly writeGroups: readonly Value[]
  readonly touchGroups: readonly [
    count: number,
    firstSeen: number,
    lastSeen: number,
    project: string,
    key: string,
  ]
  readonly addHours: readonly [hour: number, project: string, key: string, count: number]
  /** In the order of SAMPLE_COLUMNS. */
  readonly writeSamples: readonly Value[]
  readonly readSamples: readonly [project: string, key: string]
  readonly addPolicies: readonly [hash: string, policy: string]
  readonly readPolicies: readonly [hash: string]
  readonly addCounts: readonly [kind: string, name: string, count: number]
  readonly readCounts: readonly []
  readonly readOldGroups: readonly [cutoff: number]
  readonly deleteGroups: readonly [project: string, key: string]
  readonly deleteSamples: readonly [project: string, key: string]
  readonly deleteOldHours: readonly [hour: number]
  readonly readHashes: readonly [after: string]
  readonly deletePolicies: readonly [after: string, last: string]
}

/** The rows of those that read. */
export interface StatementRows {
  readonly readRows: { readonly id: number; readonly body: string }
  readonly readGroups: Tables['cusp_groups']
  readonly readTop: Tables['cusp_groups']
  readonly readTopOf: Tables['cusp_groups']
  readonly readRecentKeys: Pick<Tables['cusp_groups'], 'key' | 'last_seen'>
  readonly readSamples: Pick<Tables['cusp_samples'], 'body' | 'key' | 'project'>
  readonly readPolicies: Tables['cusp_policies']
  readonly readCounts: Tables['cusp_counts']
  readonly readOldGroups: Pick<Tables['cusp_groups'], 'key' | 'project'>
  readonly readHashes: Pick<Tables['cusp_policies'], 'hash'>
}

/** The texts of the statements. */
export type Statements = Readonly<Record<keyof StatementValues, string>>

/** How many rows one transaction reads or deletes at most. */
export const AT_ONCE: {
  readonly groups: number
  readonly hours: number
  readonly policies: number
  readonly rows: number
} = Object.freeze({ groups: 200, hours: 1000, policies: 200, rows: 50 })

/** Writes every statement, once. */
export function writeStatements(writer: Writer): Statements {
  return {
    ...writeJournalStatements(writer),
    ...writeGroupStatements(writer),
    ...writeReadings(writer),
    ...writeForgetting(writer),
  }
}

type Some<Name extends keyof Statements> = Pick<Statements, Name>

function writeJournalStatements({
  tables,
  dialect,
}: Writer): Some<'addRow' | 'deleteRows' | 'readRows'> {
  const add = tables.insertInto('cusp_journal').values({ written_at: NUMBER, body: TEXT })
  return {
    // SQLite tells the id of the last row by itself.
    addRow: textOf(dialect === 'postgres' ? add.returning('id') : add),
    deleteRows: textOf(tables.deleteFrom('cusp_journal').where(isGiven(dialect, { id: 'bigint' }))),
    readRows: textOf(
      tables
        .selectFrom('cusp_journal')
        .select(['id', 'body'])
        .where('id', '>', NUMBER)
        .where('written_at', '<', NUMBER)
        .orderBy('id')
        .limit(sql.lit(AT_ONCE.rows)),
    ),
  }
}

function writeGroupStatements({
  tables,
  dialect,
}: Writer): Some<
  'addCounts' | 'addHours' | 'addPolicies' | 'touchGroups' | 'writeGroups' | 'writeSamples'
> {
  return {
    touchGroups: textOf(dialect === 'sqlite' ? touchOne(tables) : touchMany(tables)),
    writeGroups: textOf(
      tables
        .insertInto('cusp_groups')
        .columns(namesOf(GROUP_COLUMNS))
        .expression(given(dialect, GROUP_COLUMNS))
        .onConflict((conflict) =>
          conflict.columns(['project', 'key']).doUpdateSet((eb) => ({
            count: eb.ref('excluded.count'),
            first_seen: eb.ref('excluded.first_seen'),
            last_seen: eb.ref('excluded.last_seen'),
            sampled: eb.ref('excluded.sampled'),
            sampled_at: eb.ref('excluded.sampled_at'),
            class: eb.ref('excluded.class'),
            reason: eb.ref('excluded.reason'),
            browsers: eb.ref('excluded.browsers'),
            pages: eb.ref('excluded.pages'),
          })),
        ),
    ),
    addHours: textOf(
      tables
        .insertInto('cusp_hours')
        .columns(namesOf(HOUR_COLUMNS))
        .expression(given(dialect, HOUR_COLUMNS))
        .onConflict((conflict) =>
          conflict.columns(['hour', 'project', 'key']).doUpdateSet((eb) => ({
            count: eb('cusp_hours.count', '+', eb.ref('excluded.count')),
          })),
        ),
    ),
    writeSamples: textOf(
      tables
        .insertInto('cusp_samples')
        .columns(namesOf(SAMPLE_COLUMNS))
        .expression(given(dialect, SAMPLE_COLUMNS))
        .onConflict((conflict) =>
          conflict.columns(['project', 'key', 'place']).doUpdateSet((eb) => ({
            number: eb.ref('excluded.number'),
            policy: eb.ref('excluded.policy'),
            body: eb.ref('excluded.body'),
          })),
        ),
    ),
    addPolicies: textOf(
      tables
        .insertInto('cusp_policies')
        .columns(namesOf(POLICY_COLUMNS))
        .expression(given(dialect, POLICY_COLUMNS))
        .onConflict((conflict) => conflict.column('hash').doNothing()),
    ),
    addCounts: textOf(
      tables
        .insertInto('cusp_counts')
        .columns(namesOf(COUNT_COLUMNS))
        .expression(given(dialect, COUNT_COLUMNS))
        .onConflict((conflict) =>
          conflict.columns(['kind', 'name']).doUpdateSet((eb) => ({
            count: eb('cusp_counts.count', '+', eb.ref('excluded.count')),
          })),
        ),
    ),
  }
}

/** As {@link touchMany}: in SQLite, this takes half of the time that a list of one takes. */
function touchOne(tables: Writer['tables']): Compilable {
  return tables
    .updateTable('cusp_groups')
    .set((eb) => ({
      count: eb('count', '+', NUMBER),
      first_seen: eb.fn('min', ['first_seen', eb.val(NUMBER)]),
      last_seen: eb.fn('max', ['last_seen', eb.val(NUMBER)]),
    }))
    .where('project', '=', TEXT)
    .where('key', '=', TEXT)
}

function touchMany(tables: Writer['tables']): Compilable {
  const names = namesOf(TOUCH_COLUMNS).map((name) => sql.ref(name))
  const list = sql<TouchRow>`(select * from ${unnest(Object.values(TOUCH_COLUMNS))} as list(${sql.join(names)}))`
  return tables
    .updateTable('cusp_groups')
    .from(list.as('given'))
    .set((eb) => ({
      count: eb('cusp_groups.count', '+', eb.ref('given.count')),
      first_seen: eb.fn('least', ['cusp_groups.first_seen', 'given.first_seen']),
      last_seen: eb.fn('greatest', ['cusp_groups.last_seen', 'given.last_seen']),
    }))
    .whereRef('cusp_groups.project', '=', 'given.project')
    .whereRef('cusp_groups.key', '=', 'given.key')
}

function writeReadings({
  tables,
  dialect,
}: Writer): Some<
  | 'readCounts'
  | 'readGroups'
  | 'readPolicies'
  | 'readRecentKeys'
  | 'readSamples'
  | 'readTop'
  | 'readTopOf'
> {
  const groups = tables.selectFrom('cusp_groups')
  const names = groups
    .select(['project', 'key'])
    .orderBy('count', 'desc')
    .orderBy('project')
    .orderBy('key')
  // The long columns are read of the few alone that are listed.
  const isListed = (list: typeof names): RawBuilder<boolean> => sql`(project, key) in (${list})`
  const limit = sql<number>`${NUMBER}`
  return {
    readGroups: textOf(groups.selectAll().where(isGiven(dialect, NAME_COLUMNS))),
    readTop: textOf(groups.selectAll().where(isListed(names.limit(limit)))),
    readTopOf: textOf(
      groups.selectAll().where(isListed(names.where('project', '=', TEXT).limit(limit))),
    ),
    readRecentKeys: textOf(
      groups.select(['key', 'last_seen']).orderBy('last_seen', 'desc').limit(limit),
    ),
    readSamples: textOf(
      tables
        .selectFrom('cusp_samples')
        .select(['project', 'key', 'body'])
        .where(isGiven(dialect, NAME_COLUMNS))
        .orderBy('number'),
    ),
    readPolicies: textOf(
      tables
        .selectFrom('cusp_policies')
        .selectAll()
        .where(isGiven(dialect, { hash: 'text' })),
    ),
    readCounts: textOf(tables.selectFrom('cusp_counts').selectAll()),
  }
}

function writeForgetting({
  tables,
  dialect,
}: Writer): Some<
  | 'deleteGroups'
  | 'deleteOldHours'
  | 'deletePolicies'
  | 'deleteSamples'
  | 'readHashes'
  | 'readOldGroups'
> {
  const oldHours = tables
    .selectFrom('cusp_hours')
    .select(['hour', 'project', 'key'])
    .where('hour', '<', NUMBER)
    .limit(sql.lit(AT_ONCE.hours))
  return {
    readOldGroups: textOf(
      tables
        .selectFrom('cusp_groups')
        .select(['project', 'key'])
        .where('last_seen', '<', NUMBER)
        .limit(sql.lit(AT_ONCE.groups)),
    ),
    deleteGroups: textOf(tables.deleteFrom('cusp_groups').where(isGiven(dialect, NAME_COLUMNS))),
    deleteSamples: textOf(tables.deleteFrom('cusp_samples').where(isGiven(dialect, NAME_COLUMNS))),
    deleteOldHours: textOf(
      tables.deleteFrom('cusp_hours').where(sql<boolean>`(hour, project, key) in (${oldHours})`),
    ),
    readHashes: textOf(
      tables
        .selectFrom('cusp_policies')
        .select('hash')
        .where('hash', '>', TEXT)
        .orderBy('hash')
        .limit(sql.lit(AT_ONCE.policies)),
    ),
    deletePolicies: textOf(
      tables
        .deleteFrom('cusp_policies')
        .where('hash', '>', TEXT)
        .where('hash', '<=', TEXT)
        .where((eb) => {
          const samples = eb.selectFrom('cusp_samples').select('place')
          const named = samples.whereRef('cusp_samples.policy', '=', 'cusp_policies.hash')
          return eb.not(eb.exists(named))
        }),
    ),
  }
}
