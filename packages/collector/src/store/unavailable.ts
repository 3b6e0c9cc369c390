/** Faults of what lies below a store, in one form. */

import { StoreUnavailable } from './store.ts'

/** What says that a store cannot do something now. */
export function unavailable(action: string, error: unknown): StoreUnavailable {
  if (error instanceof StoreUnavailable) return error
  return new StoreUnavailable(`Cannot ${action}: ${reasonOf(error)}.`, { cause: error })
}

/**
 * Where a host has several addresses, Node says nothing itself: each address has an error of its
 * own.
 */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(reasonOf).join(', ')
  }
  return error instanceof Error ? error.message : String(error)
}

/** Does what may fail: every fault of it says that the store cannot do this now. */
export async function orUnavailable<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw unavailable(action, error)
  }
}
