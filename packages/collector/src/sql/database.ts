/** What a store asks of a database. */

import type { Script } from './script.ts'

/** A database with the tables of a store. Every fault of it rejects with an error of its own. */
export interface Database {
  /**
   * Adds a row to the journal. It resolves with its id once the row would survive a loss of power.
   */
  append(body: string, now: number): Promise<number>

  /**
   * Runs a script in one transaction, one after the other. Where it returns undefined, nothing is
   * changed.
   */
  transact<Result>(script: Script<Result | undefined>): Promise<Result | undefined>

  /** Runs a script that only reads, in one state of the database, while others write. */
  inspect<Result>(script: Script<Result>): Promise<Result>

  /** Resolves when a row could be added now. */
  check(): Promise<void>

  close(): Promise<void>
}
