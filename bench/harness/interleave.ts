/** Times contenders in turns, so that what disturbs the machine disturbs all of them alike. */

import type { Spread } from './statistics.ts'
import { quartiles } from './statistics.ts'

/** Something that is timed against others. */
export interface Contender {
  readonly name: string
  /** Throws unless its answers are right; called once, before anything is timed. */
  readonly check: () => void | Promise<void>
  /**
   * Does the work `count` times and returns the nanoseconds of one time. What it prepares is not
   * timed.
   */
  readonly time: (count: number) => number | Promise<number>
}

/** How often, and how often without counting before that. */
export interface Rounds {
  readonly rounds: number
  readonly warmUp: number
  /** Operations in one sample. */
  readonly count: number
}

/** One contender's times and, round by round, their ratios to another contender's. */
export interface Timing {
  readonly name: string
  readonly time: Spread
  readonly ratios: Readonly<Record<string, Spread>>
}

/**
 * Checks every contender, then times all of them in each round, in an order that chance decides.
 */
export async function interleave(
  contenders: readonly Contender[],
  { rounds, warmUp, count }: Rounds,
): Promise<readonly Timing[]> {
  const samples = new Map<string, number[]>()
  for (const { name, check } of contenders) {
    await check()
    samples.set(name, [])
  }
  for (let round = -warmUp; round < rounds; round++) {
    for (const { name, time } of shuffle(contenders)) {
      const sample = await time(count)
      if (round >= 0) samples.get(name)?.push(sample)
    }
  }
  return [...samples].map(([name, own]) => ({
    name,
    time: quartiles(own),
    ratios: Object.fromEntries(
      [...samples].map(([other, theirs]) => [other, quartiles(ratios(own, theirs))]),
    ),
  }))
}

/** Nanoseconds for one of `count` calls of `work`. */
export function timeCalls(count: number, work: (index: number) => unknown): number {
  const start = process.hrtime.bigint()
  for (let index = 0; index < count; index++) work(index)
  return Number(process.hrtime.bigint() - start) / count
}

/** The same for work that ends later. */
export async function timeAsyncCalls(
  count: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  const start = process.hrtime.bigint()
  for (let index = 0; index < count; index++) await work(index)
  return Number(process.hrtime.bigint() - start) / count
}

function ratios(own: readonly number[], theirs: readonly number[]): readonly number[] {
  return own.map((sample, round) => sample / (theirs[round] as number))
}

function shuffle<Item>(items: readonly Item[]): readonly Item[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[shuffled[last], shuffled[other]] = [shuffled[other] as Item, shuffled[last] as Item]
  }
  return shuffled
}
