/**
 * A store that is closed and opened again before it is read: what is read then stands in the
 * tables, and not in the journal.
 */

import type { Store } from '../src/store/store.ts'

/** Opens a store again and again. */
export async function openReopening(open: () => Promise<Store>): Promise<Store> {
  let store = await open()
  const reopen = async (): Promise<Store> => {
    await store.close()
    store = await open()
    return store
  }
  return {
    address: store.address,
    add: (batch) => store.add(batch),
    recentKeys: async (limit) => (await reopen()).recentKeys(limit),
    read: async (query) => (await reopen()).read(query),
    check: () => store.check(),
    close: () => store.close(),
  }
}
