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
 * The median between the ends of its 95 % interval, by bootstrap. Samples come in groups, one for each process that made them,
 * and groups are drawn first: samples of one process are more alike than those of two. The same samples give the same interval.
 */
export function bootstrap(groups: readonly (readonly number[])[], resamples = 4000): Spread {
  const random = randomNumbers(1)
  const draw = <Item>(items: readonly Item[]): readonly Item[] =>
    items.map(() => items[Math.floor(random() * items.length)] as Item)
  const medians = Array.from({ length: resamples }, () => median(draw(groups).flatMap(draw)))
  const sorted = toSorted(medians)
  return {
    low: quantile(sorted, 0.025),
    median: median(groups.flat()),
    high: quantile(sorted, 0.975),
  }
}

/** The sample in the middle. */
export function median(samples: readonly number[]): number {
  return quantile(toSorted(samples), 0.5)
}

/** Numbers from 0 to 1 that look like chance, by mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function toSorted(samples: readonly number[]): readonly number[] {
  return samples.toSorted((one, other) => one - other)
}

/** Interpolates between the two nearest samples. */
function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}
