/** A store that is opened in the background, and again as long as that fails. */

import type { Store } from './store.ts'
import { StoreUnavailable } from './store.ts'
import { unavailable } from './unavailable.ts'

/** Milliseconds from one attempt that has failed to the next one. */
const PAUSE = 500

/**
 * Begins to open a store. What is asked of it meanwhile waits; what is asked after a failure fails
 * with it at once, until another attempt has succeeded.
 */
export function openLazily(address: string, open: () => Promise<Store>): Store {
  const opening = new Opening(open)
  return {
    address,
    add: async (batch) => (await opening.store()).add(batch),
    recentKeys: async (limit) => (await opening.store()).recentKeys(limit),
    read: async (query) => (await opening.store()).read(query),
    check: async () => (await opening.store()).check(),
    close: () => opening.close(),
  }
}

class Opening {
  readonly #open: () => Promise<Store>
  /** What is answered now: a store, the first attempt, or the last failure. */
  #answer: Promise<Store>
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  constructor(open: () => Promise<Store>) {
    this.#open = open
    this.#answer = this.#attempt()
    // Whoever asks is told.
    this.#answer.catch(() => {})
  }

  store(): Promise<Store> {
    return this.#answer
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    const store = await this.#answer.catch(() => undefined)
    await store?.close()
    if (store !== undefined) return
    this.#answer = Promise.reject(new StoreUnavailable('Cannot use the store: it is closed.'))
    this.#answer.catch(() => {})
  }

  async #attempt(): Promise<Store> {
    try {
      return await this.#open()
    } catch (error) {
      if (!this.#isClosed) this.#timer = setTimeout(() => void this.#again(), PAUSE).unref()
      throw unavailable('open the store', error)
    }
  }

  async #again(): Promise<void> {
    const attempt = this.#attempt()
    const store = await attempt.catch(() => undefined)
    if (this.#isClosed) await store?.close()
    else this.#answer = attempt
  }
}
