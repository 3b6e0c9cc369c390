/**
 * A store on a database. What comes together is one row of the journal, and
 * acknowledged once that is on disk. Once a second the journal is folded and added to the tables,
 * in the transactions that delete its rows.
 */

import { writeBatches } from '../fold/journal-row.ts'
import { summarise } from '../fold/summarise.ts'
import type { Store } from '../store/store.ts'
import { StoreUnavailable } from '../store/store.ts'
import { orUnavailable } from '../store/unavailable.ts'
import type { ApplierOptions } from './applier.ts'
import { Applier } from './applier.ts'
import type { Database } from './database.ts'
import { readRecentKeys, readSummary } from './scripts.ts'
import { Turns } from './turns.ts'

/** How a store works beside what it is asked. */
export interface JournalledOptions extends ApplierOptions {
  readonly address: string
  /** Nothing is stored, and nothing applied. */
  readonly readOnly: boolean
}

/** Makes a store of a database, and applies what a former process has left in its journal. */
export function openJournalled(database: Database, options: JournalledOptions): Store {
  const applier = new Applier(database, options)
  const turns = new Turns(async (batches) => {
    const id = await database.append(writeBatches(batches), options.now())
    applier.take(id, batches)
  })
  if (!options.readOnly) applier.start()
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await turns.drain()
    await applier.stop()
    await database.close()
  }
  return {
    address: options.address,
    async add(batch) {
      if (closing !== undefined)
        throw new StoreUnavailable('Cannot store reports: the store is closed.')
      return turns.add(batch)
    },
    recentKeys: (limit) =>
      orUnavailable('read reports', () => database.inspect(readRecentKeys(limit))),
    read: async (query = {}) =>
      summarise(
        await orUnavailable('read reports', () => database.inspect(readSummary(query))),
        query,
      ),
    check: () => orUnavailable('store reports', () => database.check()),
    close: () => (closing ??= close()),
  }
}
