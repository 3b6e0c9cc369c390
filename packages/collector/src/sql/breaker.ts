/** Spares everybody the wait for a server that is away. */

import { performance } from 'node:perf_hooks'

/** Milliseconds after a failure in which nothing is tried. */
const PAUSE = 500

/**
 * Lets one attempt at a time through after a failure, until one succeeds. The others fail at once,
 * with the last error.
 */
export class Breaker {
  readonly #isAway: (error: unknown) => boolean
  #failure: { readonly error: unknown } | undefined
  #nextAttempt = 0
  #isTrying = false

  /** @param isAway whether an error says that the server is away */
  constructor(isAway: (error: unknown) => boolean) {
    this.#isAway = isAway
  }

  /** Does something with the server. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    const wasAway = this.#failure !== undefined
    if (wasAway && (this.#isTrying || performance.now() < this.#nextAttempt))
      throw this.#failure?.error
    if (wasAway) this.#isTrying = true
    try {
      const result = await work()
      this.#failure = undefined
      return result
    } catch (error) {
      if (this.#isAway(error)) {
        this.#failure = { error }
        this.#nextAttempt = performance.now() + PAUSE
      }
      throw error
    } finally {
      if (wasAway) this.#isTrying = false
    }
  }
}
