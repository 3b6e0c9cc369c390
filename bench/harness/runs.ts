/** Several runs of one suite, each in a process of its own, put together. */

import type { Timing } from './interleave.ts'
import type { Spread } from './statistics.ts'
import { range } from './statistics.ts'

/** A contender over all runs: the median run between the fastest and the slowest. */
export interface Row {
  readonly name: string
  readonly time: Spread
  /** By the other contender's name. */
  readonly ratios: Readonly<Record<string, Spread>>
  /** The quartiles within the first run. */
  readonly withinRun: Spread
}

/** Puts the runs of a suite together; all of them have the same contenders. */
export function combineRuns(runs: readonly (readonly Timing[])[]): readonly Row[] {
  const [first = []] = runs
  return first.map(({ name, time, ratios }) => {
    const own = runs.map((timings) => timings.find((timing) => timing.name === name) as Timing)
    return {
      name,
      time: range(own.map((timing) => timing.time.median)),
      ratios: Object.fromEntries(
        Object.keys(ratios).map((other) => [
          other,
          range(own.map((timing) => (timing.ratios[other] as Spread).median)),
        ]),
      ),
      withinRun: time,
    }
  })
}
