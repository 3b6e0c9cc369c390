/**
 * A store for tests of the intake: it remembers what it was given, and fails when it is told to.
 */

import type { Batch, KeptReport } from '../src/store/batch.ts'
import type { Kept, Store } from '../src/store/store.ts'
import type { Summary } from '../src/store/summary.ts'

/** What a test sees and decides. */
export interface FakeStore extends Store {
  readonly batches: readonly Batch[]
  readonly reports: readonly KeptReport[]
  /** What `add` does; by default it keeps the batch. */
  onAdd: (batch: Batch) => Promise<Kept>
  onRecentKeys: () => Promise<readonly string[]>
  isClosed: boolean
}

const NOTHING: Summary = { total: 0, rejected: 0, others: {}, dropped: 0, groups: [] }

/** A store that holds nothing yet. */
export function fakeStore(): FakeStore {
  const batches: Batch[] = []
  return {
    address: 'fake:',
    batches,
    get reports() {
      return batches.flatMap(({ reports }) => reports)
    },
    isClosed: false,
    onAdd: () => Promise.resolve('stored'),
    onRecentKeys: () => Promise.resolve([]),
    async add(batch) {
      const kept = await this.onAdd(batch)
      if (kept === 'stored') batches.push(batch)
      return kept
    },
    recentKeys() {
      return this.onRecentKeys()
    },
    read: () => Promise.resolve(NOTHING),
    async check() {
      await this.onAdd({ reports: [], rejected: {}, others: {} })
    },
    close() {
      this.isClosed = true
      return Promise.resolve()
    },
  }
}
