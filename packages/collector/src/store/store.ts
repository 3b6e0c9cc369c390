/** What a store does, wherever it keeps the reports. */

import type { Batch } from './batch.ts'
import type { Summary, SummaryQuery } from './summary.ts'

/** What became of a batch: on disk, or passed over because the log has reached its limit. */
export type Kept = 'dropped' | 'stored'

/** A place where reports are kept. */
export interface Store {
  /** As it may be shown: without a password. */
  readonly address: string

  /**
   * Keeps a batch. It resolves once the batch would survive a loss of power, and is counted exactly
   * once.
   *
   * @throws StoreUnavailable when the store cannot keep it now
   */
  add(batch: Batch): Promise<Kept>

  /**
   * The keys of the groups seen last, at most `limit`: so that a restart does not take them for new
   * ones.
   */
  recentKeys(limit: number): Promise<readonly string[]>

  /** What is stored, what `add` has resolved for included. */
  read(query?: SummaryQuery): Promise<Summary>

  /** Resolves when a batch could be kept now. */
  check(): Promise<void>

  /** Finishes what has begun, and lets go of files and connections. */
  close(): Promise<void>
}

/**
 * The store cannot keep anything now: it is away, locked or its disk is full. What was not kept may
 * be sent again.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}
