/**
 * Gathers what comes while the log is being written, and writes it together: one write and one
 * flush for all of it.
 */

import type { Batch } from '../store/batch.ts'
import type { Kept } from '../store/store.ts'
import { StoreUnavailable } from '../store/store.ts'
import { unavailable } from '../store/unavailable.ts'
import type { LogLock } from './log-state.ts'
import type { Mailer } from './mailer.ts'
import type { LogOptions } from './write-log.ts'
import { writeBatches } from './write-log.ts'

/** Writes a log. */
export interface LogWriter {
  /** Resolves once the batch is on disk, or passed over. @throws StoreUnavailable */
  add(batch: Batch): Promise<Kept>
  /** Resolves once nothing waits. */
  drain(): Promise<void>
}

/** What it is made of. */
export interface LogWriterParts extends LogOptions {
  readonly lock: LogLock
  readonly mailer: Mailer | undefined
}

interface Waiting {
  readonly batch: Batch
  readonly resolve: (kept: Kept) => void
  readonly reject: (error: StoreUnavailable) => void
}

/** So many requests may wait before further ones are refused. */
const MOST_WAITING = 10_000

/** Makes it. */
export function createLogWriter(parts: LogWriterParts): LogWriter {
  const { lock, mailer } = parts
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined

  function add(batch: Batch): Promise<Kept> {
    if (waiting.length >= MOST_WAITING) {
      return Promise.reject(
        new StoreUnavailable(`Cannot store reports: ${waiting.length} requests wait already.`),
      )
    }
    return new Promise((resolve, reject) => {
      waiting.push({ batch, resolve, reject })
      writing ??= writeAll()
    })
  }

  async function writeAll(): Promise<void> {
    // What comes in the same turn is written together.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const taken = waiting
      waiting = []
      await writeTaken(taken)
    }
    writing = undefined
  }

  async function writeTaken(taken: readonly Waiting[]): Promise<void> {
    let done = 0
    try {
      while (done < taken.length) {
        const batches = taken.slice(done).map(({ batch }) => batch)
        const { kept, mail } = await lock.alone((state) =>
          writeBatches(batches, { ...parts, state }),
        )
        for (const result of kept) taken[done++]?.resolve(result)
        mailer?.look(mail)
      }
    } catch (error) {
      for (const { reject } of taken.slice(done)) reject(unavailable('write the log', error))
    }
  }

  return {
    add,
    async drain() {
      await writing
    },
  }
}
