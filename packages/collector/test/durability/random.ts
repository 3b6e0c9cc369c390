/** Numbers that look random and are the same for the same seed. */

/** Gives whole numbers from 0 to below a bound. */
export type Random = (bound: number) => number

/** Makes such numbers (mulberry32). */
export function random(seed: number): Random {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}
