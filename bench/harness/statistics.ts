/** Medians, quartiles and intervals of samples. */

/** The middle of samples and how far they spread. */
export interface Spread {
  readonly low: number
  readonly median: number
  readonly high: number
}

/** The median between the quartiles. */
export function quartiles(samples: readonly number[]): Spread {
  const sorted = toSorted(samples)
  return {
    low: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    high: quantile(sorted, 0.75),
  }
}

/** The median between the smallest and the largest sample. */
export function range(samples: readonly number[]): Spread {
  const sorted = toSorted(samples)
  return { low: quantile(sorted, 0), median: quantile(sorted, 0.5), high: quantile(sorted, 1) }
}

/**
 * The median between the ends of its 95 % interval, by bootstrap. Samples come in groups, one for
 * each process that made them, and groups are drawn first: samples of one process are more alike
 * than those of two. The same samples give the same interval.
 */
export function bootstrap(groups: readonly (readonly number[])[], resamples = 4000): Spread {
  const random = randomNumbers(1)
  const medians = Float64Array.from({ length: resamples }, () => {
    return quantile(resample(groups, random).toSorted(), 0.5)
  }).toSorted()
  return {
    low: quantile(medians, 0.025),
    median: median(groups.flat()),
    high: quantile(medians, 0.975),
  }
}

/** Draws so many groups as there are, then so many samples of each. */
function resample(groups: readonly (readonly number[])[], random: () => number): Float64Array {
  const drawn = groups.map(() => groups[Math.floor(random() * groups.length)] ?? [])
  const samples = new Float64Array(drawn.reduce((total, { length }) => total + length, 0))
  let at = 0
  for (const group of drawn) {
    for (const _ of group) samples[at++] = group[Math.floor(random() * group.length)] as number
  }
  return samples
}

/** The sample in the middle. */
export function median(samples: readonly number[]): number {
  return quantile(toSorted(samples), 0.5)
}

/** Numbers from 0 to 1 that look like chance, by mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Numbers in an array of their own are sorted as numbers, without a call for each comparison. */
function toSorted(samples: readonly number[]): Float64Array {
  return Float64Array.from(samples).toSorted()
}

/** Interpolates between the two nearest samples. */
function quantile(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}
