/** How long groups are kept that are not seen any more. */

import { refusal, show } from '@cusp/core/internal'

/** How long, in days: `90d`. */
export type Keep = `${number}d`

/** A way to tell what is too old. */
export interface Retention {
  /** Milliseconds for which a group is kept after it was last seen. */
  readonly keepFor: number
  /** The time, in milliseconds since 1970. */
  readonly now: () => number
}

/** Groups and hours are kept that long by default. */
export const DEFAULT_KEEP: Keep = '90d'

const DAY = 86_400_000
const KEEP = /^([1-9]\d{0,4})d$/

/**
 * Reads how long is kept.
 *
 * @returns milliseconds
 * @throws CspError `ERR_CSP_INPUT`
 */
export function readKeep(keep: string): number {
  const [, days] = KEEP.exec(keep) ?? []
  if (days !== undefined) return Number(days) * DAY
  throw refusal('ERR_CSP_INPUT', {
    action: 'open the store',
    problem: `the option keep is ${show(keep)}, which is not a number of days`,
    fix: '"90d"',
    value: keep,
  })
}

/** What was last seen before that time is too old. */
export function cutoffOf({ keepFor, now }: Retention): number {
  return now() - keepFor
}
