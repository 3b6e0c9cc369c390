/** What a suite is, and what it finds. */

import type { Rounds, Timing } from '../harness/interleave.ts'

/** Something that is measured in one go, in a process of its own. */
export interface Measurement<Found> {
  readonly id: string
  /** The URL of the module that exports it: its process loads nothing else. */
  readonly module: string
  /** The flags of the process. */
  readonly flags?: readonly string[]
  readonly run: (effort: Effort) => Promise<Found>
}

/** Contenders that are timed side by side. */
export interface Suite extends Measurement<readonly Timing[]> {
  readonly title: string
  /** What a reader must know to read the numbers. */
  readonly note: string
  readonly unit: Unit
  /** The contenders that ratios are told against. */
  readonly references: readonly string[]
}

/**
 * Nanoseconds, in all or for a byte or a source of what is read, bytes, or a share where only the
 * ratio counts.
 */
type Unit = 'ns' | 'ns a byte' | 'ns a source' | 'bytes' | 'share'

/** `quick` checks that everything works; `full` is for numbers that are quoted. */
export type Effort = 'quick' | 'full'

/** How often, by effort. */
export function roundsOf(effort: Effort, count: number): Rounds {
  return effort === 'quick'
    ? { rounds: 10, warmUp: 10, count }
    : { rounds: 400, warmUp: 100, count }
}
