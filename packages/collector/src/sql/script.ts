/**
 * What is done in one transaction, written once for every database: SQLite runs it at a stretch,
 * PostgreSQL step by step.
 */

import type { StatementRows, StatementValues } from './statements.ts'

/** One statement, run for each of these rows. */
export interface Step {
  readonly statement: keyof StatementValues
  readonly rows: readonly (readonly (number | string)[])[]
}

/** What came of a step, over all of its rows. */
export interface Outcome {
  readonly rows: readonly unknown[]
  /** How many rows it has inserted, changed or deleted. */
  readonly changes: number
  /** The ids of the journal's rows that it has added. */
  readonly ids: readonly number[]
}

/** Gives statements and takes what came of them. */
export type Script<Result> = Generator<Step, Result, Outcome>

/** Runs a statement for each of these rows; without rows, it does not run. */
export function* write<Name extends keyof StatementValues>(
  statement: Name,
  rows: readonly StatementValues[Name][],
): Script<Outcome> {
  return rows.length === 0 ? NOTHING : yield { statement, rows }
}

/** Reads with a statement, for each of these rows. */
export function* read<Name extends keyof StatementRows>(
  statement: Name,
  rows: readonly StatementValues[Name][],
): Script<readonly StatementRows[Name][]> {
  if (rows.length === 0) return []
  const outcome = yield { statement, rows }
  // What a statement reads is written in StatementRows.
  return outcome.rows as readonly StatementRows[Name][]
}

const NOTHING: Outcome = { rows: [], changes: 0, ids: [] }
