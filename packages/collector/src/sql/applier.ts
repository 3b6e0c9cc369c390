/**
 * Applies what is in the journal to the tables, in the background: each row once, whoever wrote it
 * and whoever dies.
 */

import { emptyFold, foldBatch, mergeFolds } from '../fold/fold.ts'
import type { Fold } from '../fold/fold.ts'
import { readRow, writeFold } from '../fold/journal-row.ts'
import { splitFold } from '../fold/split.ts'
import type { Batch } from '../store/batch.ts'
import type { Retention } from '../store/retention.ts'
import { cutoffOf } from '../store/retention.ts'
import { unavailable } from '../store/unavailable.ts'
import type { Database } from './database.ts'
import { KnownGroups } from './known-groups.ts'
import { applyFold, forgetOld, forgetPolicies, readRows, replaceRows } from './scripts.ts'
import { nextTurn } from './turns.ts'

/** What an applier goes by. */
export interface ApplierOptions extends Retention {
  /** Is told what failed: nothing is lost by it, and it is tried again. */
  readonly onError: (error: Error) => void
  /** Milliseconds from one fold to the next one. Default 1000. */
  readonly foldEvery?: number | undefined
}

const FOLD_EVERY = 1000
/** So many violations are folded without waiting. */
const MOST_PENDING = 20_000
/** So many groups are applied in one transaction: more would hold up the event loop. */
const MOST_GROUPS = 100
/**
 * Rows older than that, in milliseconds, belong to a process that has died, or whose fold has
 * failed.
 */
const STALE_AFTER = 10_000
/** Milliseconds from one look for what is too old to the next one. */
const FORGET_EVERY = 600_000

/** Folds the journal once a second. */
export class Applier {
  readonly #database: Database
  readonly #options: ApplierOptions
  /** What this process has put into the journal and not begun to apply, folded. */
  #pending = emptyFold()
  #ids: number[] = []
  readonly #known = new KnownGroups()
  #work: Promise<void> = Promise.resolve()
  #isWorking = false
  #timer: NodeJS.Timeout | undefined
  #lastProblem = ''
  readonly #unreadable = new Set<number>()
  #nextLook = 0
  #nextForgetting = 0

  constructor(database: Database, options: ApplierOptions) {
    this.#database = database
    this.#options = options
  }

  /** Begins with what former processes have left. */
  start(): void {
    const { foldEvery = FOLD_EVERY } = this.#options
    this.#timer = setInterval(() => this.#run(), foldEvery).unref()
    this.#run()
  }

  /** Takes what a new row of the journal holds. */
  take(id: number, batches: readonly Batch[]): void {
    this.#ids.push(id)
    for (const batch of batches) foldBatch(this.#pending, batch)
    if (this.#pending.size >= MOST_PENDING) this.#run()
  }

  /** Applies what is left, and stops. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    while (this.#isWorking) await this.#work
    await this.#attempt(() => this.#applyPending())
  }

  #run(): void {
    if (this.#isWorking) return
    this.#isWorking = true
    this.#work = this.#attempt(() => this.#doAll()).finally(() => {
      this.#isWorking = false
      // It may have come meanwhile.
      if (this.#pending.size >= MOST_PENDING) this.#run()
    })
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#lastProblem = ''
    } catch (error) {
      this.#known.clear()
      this.#tell(unavailable('count stored reports', error))
    }
  }

  /** Once for a problem that lasts: it is met every second. */
  #tell(error: Error): void {
    if (error.message === this.#lastProblem) return
    this.#lastProblem = error.message
    this.#options.onError(error)
  }

  async #doAll(): Promise<void> {
    await this.#applyPending()
    const now = this.#options.now()
    if (now >= this.#nextLook) {
      // At first the rows of every former process; later of those that have died since.
      const before = this.#nextLook === 0 ? now : now - STALE_AFTER
      this.#nextLook = now + STALE_AFTER
      await this.#takeOver(before)
    }
    if (now >= this.#nextForgetting) {
      this.#nextForgetting = now + FORGET_EVERY
      await this.#forget()
    }
  }

  /** Where it fails, the rows stay, and grow stale. */
  async #applyPending(): Promise<void> {
    const [ids, fold] = [this.#ids, this.#pending]
    this.#ids = []
    this.#pending = emptyFold()
    await this.#apply(ids, fold)
  }

  /** Many groups become rows of their own first, so that each transaction is short. */
  async #apply(ids: readonly number[], fold: Fold): Promise<void> {
    if (ids.length === 0) return
    const parts = splitFold(fold, MOST_GROUPS)
    if (parts.length === 1) {
      await this.#database.transact(applyFold({ ids, fold }, this.#known))
      return
    }
    const bodies: string[] = []
    for (const part of parts) {
      bodies.push(writeFold(part))
      await nextTurn()
    }
    const now = this.#options.now()
    const partIds = await this.#database.transact(replaceRows(ids, bodies, now))
    for (const [index, part] of parts.entries()) {
      const id = partIds?.[index]
      // Another process has taken over some of the rows; the others grow stale.
      if (id === undefined) return
      await nextTurn()
      await this.#database.transact(applyFold({ ids: [id], fold: part }, this.#known))
    }
  }

  async #takeOver(before: number): Promise<void> {
    let after = 0
    for (;;) {
      const rows = await this.#database.inspect(readRows(after, before))
      const own = new Set(this.#ids)
      const ids: number[] = []
      const fold = emptyFold()
      for (const { id, body } of rows) {
        if (own.has(id) || !this.#mergeRow(fold, { id, body })) continue
        ids.push(id)
      }
      await this.#apply(ids, fold)
      const last = rows.at(-1)
      if (last === undefined) return
      after = last.id
    }
  }

  /** A row that cannot be read stays where it is, and does not hold up the others. */
  #mergeRow(fold: Fold, { id, body }: { readonly id: number; readonly body: string }): boolean {
    try {
      mergeFolds(fold, readRow(body))
      return true
    } catch (error) {
      if (!this.#unreadable.has(id)) {
        this.#unreadable.add(id)
        this.#options.onError(unavailable(`read row ${id} of the journal`, error))
      }
      return false
    }
  }

  async #forget(): Promise<void> {
    const cutoff = cutoffOf(this.#options)
    while ((await this.#database.transact(forgetOld(cutoff))) === true) await nextTurn()
    let hash: string | undefined = ''
    do {
      hash = await this.#database.transact(forgetPolicies(hash))
      await nextTurn()
    } while (hash !== undefined && hash !== '')
  }
}
