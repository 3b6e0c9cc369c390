/**
 * What the collector has done since it started, in plain numbers: counting must cost a request
 * nothing.
 */

import type { ViolationClass } from '@cusp/reports'

/** Numbers by a word of a closed set. */
export type Tally<Word extends number | string> = ReadonlyMap<Word, number>

/** What has been counted. */
export interface Counts {
  /** Answers by their status; 0 where the client had gone. */
  readonly answers: Tally<number>
  /** Violations that are kept, by their class. */
  readonly violations: Tally<ViolationClass>
  /** Kept violations that had no room for a group of their own. */
  readonly overflow: number
  /** Reports of other types. */
  readonly others: Tally<string>
  /** Items that were no report, by the reason. */
  readonly rejected: Tally<string>
  /** Violations that a full log passed over. */
  readonly dropped: number
}

/** Counts that can be added to. */
export interface Counter {
  readonly counts: Counts
  add<Name extends 'answers' | 'others' | 'rejected' | 'violations'>(
    name: Name,
    word: Counts[Name] extends Tally<infer Word> ? Word : never,
    count?: number,
  ): void
  addOverflow(): void
  addDropped(count: number): void
}

/** Begins with nothing. */
export function createCounter(): Counter {
  const tallies = {
    answers: new Map<number, number>(),
    violations: new Map<ViolationClass, number>(),
    others: new Map<string, number>(),
    rejected: new Map<string, number>(),
  }
  const counts = { ...tallies, overflow: 0, dropped: 0 }
  return {
    counts,
    add(name, word, count = 1) {
      const tally: Map<number | string, number> = tallies[name]
      tally.set(word, (tally.get(word) ?? 0) + count)
    },
    addOverflow() {
      counts.overflow++
    },
    addDropped(count) {
      counts.dropped += count
    },
  }
}
