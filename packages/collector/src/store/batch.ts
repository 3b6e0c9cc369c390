/** What one request brought, ready to be kept: data that JSON carries. */

import type { ClassReason, Violation, ViolationClass } from '@cusp/reports'

/** The key of the reports whose group had no room: new groups are capped, totals are not. */
export const OVERFLOW = 'overflow'

/** A violation as it is kept. */
export interface KeptReport {
  readonly project: string
  /** 128 bits of SHA-256 of its group key, as 32 hexadecimal digits; or {@link OVERFLOW}. */
  readonly key: string
  readonly class: ViolationClass
  readonly reason: ClassReason
  /** Redacted, unless the collector keeps raw reports. */
  readonly violation: Violation
}

/** What one request brought. */
export interface Batch {
  readonly reports: readonly KeptReport[]
  /** How many items were no report, by the reason. */
  readonly rejected: Readonly<Record<string, number>>
  /** How many reports were of another type, by the type. */
  readonly others: Readonly<Record<string, number>>
}
