/** What a suite is, and what it finds. */

import type { Rounds, Timing } from '../harness/interleave.ts'

/** Something that is measured in one go, in a process of its own. */
export interface Suite {
  readonly id: string
  readonly title: string
  /** What a reader must know to read the numbers. */
  readonly note: string
  readonly unit: Unit
  /** The contenders that ratios are told against. */
  readonly references: readonly string[]
  /** The flags of the process. */
  readonly flags?: readonly string[]
  readonly run: (effort: Effort) => Promise<readonly Timing[]>
}

/** Nanoseconds, in all or for a byte of what is read, bytes, or a share where only the ratio counts. */
type Unit = 'ns' | 'ns a byte' | 'bytes' | 'share'

/** `quick` checks that everything works; `full` is for numbers that are quoted. */
export type Effort = 'quick' | 'full'

/** How often, by effort. */
export function roundsOf(effort: Effort, count: number): Rounds {
  return effort === 'quick'
    ? { rounds: 30, warmUp: 30, count }
    : { rounds: 400, warmUp: 100, count }
}
