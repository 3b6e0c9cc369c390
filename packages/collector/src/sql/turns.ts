/**
 * Turns of the event loop: what comes in a row of them is stored together, without making anybody
 * wait.
 */

import type { Batch } from '../store/batch.ts'
import type { Kept } from '../store/store.ts'
import { StoreUnavailable } from '../store/store.ts'
import { unavailable } from '../store/unavailable.ts'

/**
 * So many turns may be on their way to the database: a further one goes on until one of them is
 * there.
 */
const MOST_WRITES = 4
/** So many requests are stored together without waiting for a turn that brings no more. */
const ENOUGH = 32
/** So many reports may wait before further ones are refused. */
const MOST_WAITING = 50_000

/** Lets everything else have its turn first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** Gathers what comes for as long as each turn brings more, and stores it together. */
export class Turns {
  readonly #store: (batches: readonly Batch[]) => Promise<void>
  readonly #writes = new Set<Promise<void>>()
  #turn: Turn | undefined
  #waiting = 0

  constructor(store: (batches: readonly Batch[]) => Promise<void>) {
    this.#store = store
  }

  /** Adds a batch to this turn. It resolves once the turn is stored. */
  add(batch: Batch): Promise<Kept> {
    if (this.#waiting >= MOST_WAITING) return Promise.reject(tooMany(this.#waiting))
    this.#turn ??= this.#begin()
    this.#turn.batches.push(batch)
    const weight = batch.reports.length + 1
    this.#turn.weight += weight
    this.#waiting += weight
    return this.#turn.kept
  }

  /** Resolves once everything is stored, or refused. */
  async drain(): Promise<void> {
    while (this.#turn !== undefined || this.#writes.size > 0) await nextTurn()
  }

  #begin(): Turn {
    const turn = new Turn()
    setImmediate(() => this.#look(turn, 0))
    return turn
  }

  /** No timer: that would hold up those who wait for their answers before they send more. */
  #look(turn: Turn, before: number): void {
    const { length } = turn.batches
    if (length > before && length < ENOUGH) {
      setImmediate(() => this.#look(turn, length))
      return
    }
    turn.isOver = true
    this.#send()
  }

  #send(): void {
    const turn = this.#turn
    if (turn === undefined || !turn.isOver || this.#writes.size >= MOST_WRITES) return
    this.#turn = undefined
    const write = this.#write(turn).finally(() => {
      this.#writes.delete(write)
      this.#waiting -= turn.weight
      this.#send()
    })
    this.#writes.add(write)
  }

  async #write(turn: Turn): Promise<void> {
    try {
      await this.#store(turn.batches)
      turn.resolve('stored')
    } catch (error) {
      turn.reject(unavailable('store reports', error))
    }
  }
}

/** What one turn has brought so far. */
class Turn {
  readonly batches: Batch[] = []
  readonly kept: Promise<Kept>
  resolve: (kept: Kept) => void = ignore
  reject: (error: Error) => void = ignore
  /** How much waits: its reports and its requests. */
  weight = 0
  isOver = false

  constructor() {
    this.kept = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

function ignore(): void {}

function tooMany(waiting: number): StoreUnavailable {
  return new StoreUnavailable(
    `Cannot store reports: ${waiting} of them wait for the store already.`,
  )
}
