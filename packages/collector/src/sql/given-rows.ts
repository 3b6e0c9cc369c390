/**
 * Rows as they are given to statements: the columns in their order, and how each database takes
 * them.
 */

import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Dialect, Tables } from './tables.ts'

/** The types of a table's columns, in the order in which a statement takes their values. */
type Columns<Name extends keyof Tables> = Readonly<Record<keyof Tables[Name], ColumnType>>
type ColumnType = 'bigint' | 'integer' | 'text'

/** The columns of a group. */
export const GROUP_COLUMNS: Columns<'cusp_groups'> = {
  project: 'text',
  key: 'text',
  count: 'bigint',
  first_seen: 'bigint',
  last_seen: 'bigint',
  sampled: 'bigint',
  sampled_at: 'bigint',
  class: 'text',
  reason: 'text',
  directive: 'text',
  blocked: 'text',
  disposition: 'text',
  browsers: 'text',
  pages: 'text',
}

/** The columns of a sample. */
export const SAMPLE_COLUMNS: Columns<'cusp_samples'> = {
  project: 'text',
  key: 'text',
  place: 'integer',
  number: 'bigint',
  policy: 'text',
  body: 'text',
}

/** What changes of a group that is known. */
export type TouchRow = Pick<
  Tables['cusp_groups'],
  'count' | 'first_seen' | 'key' | 'last_seen' | 'project'
>

/** Its columns. */
export const TOUCH_COLUMNS: Readonly<Record<keyof TouchRow, ColumnType>> = {
  count: 'bigint',
  first_seen: 'bigint',
  last_seen: 'bigint',
  project: 'text',
  key: 'text',
}
/** The columns of an hour. */
export const HOUR_COLUMNS: Columns<'cusp_hours'> = {
  hour: 'bigint',
  project: 'text',
  key: 'text',
  count: 'bigint',
}
/** The columns of a count. */
export const COUNT_COLUMNS: Columns<'cusp_counts'> = { kind: 'text', name: 'text', count: 'bigint' }
/** The columns of a policy. */
export const POLICY_COLUMNS: Columns<'cusp_policies'> = { hash: 'text', policy: 'text' }
/** The columns of the name of a group. */
export const NAME_COLUMNS: Readonly<Record<string, ColumnType>> = { project: 'text', key: 'text' }

/** Stands in a text for a value that is given when it runs. */
export const TEXT = ''
/** The same for a number. */
export const NUMBER = 0

/** The rows that are given to a statement that inserts. */
export function given(
  dialect: Dialect,
  columns: Readonly<Record<string, ColumnType>>,
): RawBuilder<unknown> {
  const types = Object.values(columns)
  if (dialect === 'sqlite') return sql`values (${sql.join(types.map(() => sql`${TEXT}`))})`
  return sql`select * from ${unnest(types)}`
}

/** That a row is one of those whose names are given. */
export function isGiven(
  dialect: Dialect,
  columns: Readonly<Record<string, ColumnType>>,
): RawBuilder<boolean> {
  const names = Object.keys(columns).map((name) => sql.ref(name))
  if (dialect === 'sqlite')
    return sql`(${sql.join(names)}) = (${sql.join(names.map(() => sql`${TEXT}`))})`
  return sql`(${sql.join(names)}) in (select * from ${unnest(Object.values(columns))})`
}

/** The lists that are given, as rows. */
export function unnest(types: readonly string[]): RawBuilder<unknown> {
  return sql`unnest(${sql.join(types.map((type) => sql`${TEXT}::${sql.raw(type)}[]`))})`
}

/** The names of columns, in their order. */
export function namesOf<Name extends string>(columns: Readonly<Record<Name, string>>): Name[] {
  return Object.keys(columns) as Name[]
}
