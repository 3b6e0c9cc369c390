/** What is stored, counted in groups. */

import type { ReportedDisposition, ViolationClass } from '@cusp/reports'

/** Which groups are asked for. */
export interface SummaryQuery {
  /** One site, where several report to one place. All by default. */
  readonly project?: string | undefined
  /** The most groups, the largest first. Default 100. */
  readonly limit?: number | undefined
}

/** Violations with one cause. */
export interface Group {
  /** 32 hexadecimal digits, or `overflow`. */
  readonly key: string
  readonly project: string
  /** Exact. */
  readonly count: number
  readonly class: ViolationClass
  readonly directive: string
  /** The host, the scheme, or the kind of code: `cdn.example`, `data:`, `inline`. */
  readonly blocked: string
  readonly disposition: ReportedDisposition
  /** In milliseconds since 1970. */
  readonly firstSeen: number
  /** In milliseconds since 1970. */
  readonly lastSeen: number
  /** Some of the pages, at most 10. */
  readonly pages: readonly string[]
  /** Some of the browsers, at most 10: `chrome 156`. */
  readonly browsers: readonly string[]
  /** The latest violations, at most 3, as JSON. */
  readonly samples: readonly string[]
}

/** What is stored. */
export interface Summary {
  /** All violations, also those of groups that are not listed. Exact. */
  readonly total: number
  /** Items that were no report. */
  readonly rejected: number
  /** Reports of other types, by the type. */
  readonly others: Readonly<Record<string, number>>
  /** Reports that were answered but not kept, because the log was full. Only a file has a limit. */
  readonly dropped: number
  /** The largest first. */
  readonly groups: readonly Group[]
}
