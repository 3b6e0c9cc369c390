/** Chance that can be repeated: the same seed draws the same numbers on every machine. */

import { createHash } from 'node:crypto'

/** A source of chance. */
export interface Random {
  /** An integer from 0 to below `limit`. */
  below(limit: number): number
  /** Whether something happens that happens in `percent` of all cases. */
  chance(percent: number): boolean
  /** One of the values. */
  pick<T>(values: readonly [T, ...T[]]): T
  /** One of the values; undefined of none. */
  pickAny<T>(values: readonly T[]): T | undefined
  /** One of the values by their weights. */
  weigh<T>(values: readonly (readonly [weight: number, value: T])[]): T
}

/** Makes a source of chance out of any text. */
export function makeRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0)

  /** Mulberry32. @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    chance: (percent) => next() * 100 < percent,
    pick: (values) => values[below(values.length)] as (typeof values)[0],
    pickAny: (values) => values[below(values.length)],
    weigh(values) {
      const total = values.reduce((sum, [weight]) => sum + weight, 0)
      let left = next() * total
      for (const [weight, value] of values) {
        left -= weight
        if (left < 0) return value
      }
      throw new Error('Cannot weigh values: there are none, expected one or more')
    },
  }
}
