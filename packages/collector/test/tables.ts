/** What stands in the tables of a store, read without it. */

/** Runs a statement that reads. */
export type Ask = (statement: string) => Promise<readonly object[]> | readonly object[]

/** Sums over the tables. */
export interface Sums {
  readonly journal: number
  readonly total: number
  readonly groups: number
  readonly hours: number
  readonly samples: number
  readonly policies: number
}

/** Counts what is in the tables: violations, and rows of the journal, samples and policies. */
export async function readSums(ask: Ask): Promise<Sums> {
  const [row] = await ask(
    `select (select count(*) from cusp_journal) as journal,
      (select coalesce(sum(count), 0) from cusp_counts where kind = 'total') as total,
      (select coalesce(sum(count), 0) from cusp_groups) as groups,
      (select coalesce(sum(count), 0) from cusp_hours) as hours,
      (select count(*) from cusp_samples) as samples,
      (select count(*) from cusp_policies) as policies`,
  )
  // PostgreSQL gives the sum of bigints as text.
  const numbers = Object.entries({ ...row }).map(([name, value]) => [name, Number(value)] as const)
  return Object.fromEntries(numbers) as unknown as Sums
}
