/** A store that forgets everything with its process: for tests. */

import { emptyFold, foldBatch, forgetGroups } from '../fold/fold.ts'
import { recentKeysOf, summarise } from '../fold/summarise.ts'
import type { Retention } from '../store/retention.ts'
import { cutoffOf } from '../store/retention.ts'
import type { Store } from '../store/store.ts'

/** How many batches are taken in between two looks for what is too old. */
const LOOK_EVERY = 1000

/** Opens an empty store in memory. */
export function openMemoryStore(retention: Retention): Store {
  const fold = emptyFold()
  let batches = 0
  return {
    address: 'memory:',
    async add(batch) {
      foldBatch(fold, batch)
      if (batches++ % LOOK_EVERY === 0) forgetGroups(fold, cutoffOf(retention))
      return 'stored'
    },
    recentKeys: async (limit) => recentKeysOf(fold, limit),
    read: async (query) => summarise(fold, query),
    check: async () => {},
    close: async () => {},
  }
}
