/**
 * The store as the intake uses it: opened once, with its groups known, and with its troubles said
 * once.
 */

import type { Logger } from '../logger.ts'
import { errorFields } from '../logger.ts'
import type { Batch } from '../store/batch.ts'
import type { Kept, Store } from '../store/store.ts'
import { StoreUnavailable } from '../store/store.ts'
import type { KnownGroups } from './known-groups.ts'
import type { Held } from './load.ts'

/** What keeps the reports. */
export interface Keeper {
  /** Opens the store; at once where that has been done. @throws StoreUnavailable */
  readonly open: () => Promise<Store> | Store
  /** Keeps a batch. @throws StoreUnavailable when that is not possible now, or not in time */
  readonly keep: (batch: Batch, held: Held) => Promise<Kept>
  /** Resolves when a batch could be kept now. */
  readonly check: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What a keeper is made of. */
export interface KeeperParts {
  readonly store: Store | Promise<Store>
  readonly groups: KnownGroups
  readonly mostKeys: number
  /** In milliseconds. */
  readonly deadline: number
  readonly logger: Logger
}

/** Makes it. The store is opened with the first batch, or when somebody asks for it. */
export function createKeeper({ store, groups, mostKeys, deadline, logger }: KeeperParts): Keeper {
  let opening: Promise<Store> | undefined
  let opened: Store | undefined
  let isAway = false
  let hasDropped = false
  // Each request that needs it hears of its rejection; before the first one nobody does.
  void Promise.resolve(store).catch(() => {})

  function open(): Promise<Store> | Store {
    if (opened !== undefined) return opened
    opening ??= load()
    return opening
  }

  /** So that a restart does not take every group for a new one. */
  async function load(): Promise<Store> {
    try {
      const own = await store
      groups.remember(await own.recentKeys(mostKeys))
      opened = own
      return own
    } catch (thrown) {
      // The next request tries again.
      opening = undefined
      throw sayAway(thrown)
    }
  }

  async function keep(batch: Batch, held: Held): Promise<Kept> {
    const own = await open()
    try {
      const kept = await inTime(own.add(batch), { deadline, held })
      sayBack()
      if (kept === 'dropped') sayDropped()
      return kept
    } catch (thrown) {
      throw sayAway(thrown)
    }
  }

  async function close(): Promise<void> {
    // One that could not be opened has nothing to close.
    const own = await Promise.resolve(store).catch(() => undefined)
    await own?.close()
  }

  function sayAway(thrown: unknown): StoreUnavailable {
    if (!isAway) logger.error(errorFields(thrown), 'The store cannot keep reports now.')
    isAway = true
    if (thrown instanceof StoreUnavailable) return thrown
    return new StoreUnavailable('Cannot keep the reports: the store has failed.', { cause: thrown })
  }

  function sayBack(): void {
    if (isAway) logger.warn({}, 'The store keeps reports again.')
    isAway = false
  }

  function sayDropped(): void {
    if (hasDropped) return
    hasDropped = true
    logger.warn({}, 'The log is full: reports are answered and counted, and not written.')
  }

  return {
    open,
    keep,
    check: async () => (await open()).check(),
    close,
  }
}

/** What is added too late may still be kept: until that is known it holds its memory. */
function inTime(
  adding: Promise<Kept>,
  { deadline, held }: { readonly deadline: number; readonly held: Held },
): Promise<Kept> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      held.keep()
      adding.then(held.release, held.release)
      reject(new StoreUnavailable('Cannot keep the reports: the store takes too long.'))
    }, deadline)
    adding.then(resolve, reject)
    adding.finally(() => clearTimeout(timer)).catch(() => {})
  })
}
