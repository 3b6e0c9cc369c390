/** What is kept of a measurement: results.json. */

import type { Environment } from '../harness/environment.ts'
import type { Row } from '../harness/runs.ts'
import type { Comparison } from '../suites/servers.ts'
import type { Suite } from '../suites/suite.ts'

/** One suite with its rows. */
export interface SuiteResult extends Pick<Suite, 'id' | 'title' | 'note' | 'unit' | 'references'> {
  readonly rows: readonly Row[]
}

/** Everything that was measured in one go. */
export interface Results {
  readonly environment: Environment
  readonly runs: number
  readonly suites: readonly SuiteResult[]
  /** One comparison a framework and run. */
  readonly servers: readonly Comparison[]
}

/** The row of a contender. */
export function findRow(results: Results, suite: string, name: string): Row | undefined {
  const found = results.suites.find(({ id }) => id === suite)
  return found?.rows.find((row) => row.name === name)
}
