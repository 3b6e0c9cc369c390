/** Stores on databases of tests. */

import type { Database } from '../src/sql/database.ts'
import type { JournalledOptions } from '../src/sql/journalled-store.ts'
import { openJournalled } from '../src/sql/journalled-store.ts'
import { readKeep } from '../src/store/retention.ts'
import type { Store } from '../src/store/store.ts'

/** Makes a store in which nothing may fail in the background, unless a test expects it. */
export function makeStore(database: Database, own: Partial<JournalledOptions> = {}): Store {
  return openJournalled(database, {
    address: 'test:',
    readOnly: false,
    keepFor: readKeep('90d'),
    now: Date.now,
    onError: (error) => {
      throw error
    },
    ...own,
  })
}
