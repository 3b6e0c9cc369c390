/**
 * What one request brought, as it is kept: keyed, classified, and without what can be about a
 * person.
 */

import type { Classify, OtherReport, RedactOptions, Violation } from '@cusp/reports'
import { groupKey, redact } from '@cusp/reports'
import type { Batch, KeptReport } from '../store/batch.ts'
import { OVERFLOW } from '../store/batch.ts'
import type { KnownGroups } from './known-groups.ts'
import type { Read } from './read-request.ts'

/** What is the same for every request. */
export interface BatchMaker {
  readonly classify: Classify
  /** Makes a key of the text of a group. */
  readonly digest: (text: string) => string
  readonly groups: KnownGroups
  readonly redaction: RedactOptions
}

/** A batch, and what is new in it. */
export interface Made {
  readonly batch: Batch
  /** The first reports of their groups. */
  readonly begun: readonly KeptReport[]
}

/** What a request was for, and when it came. */
export interface Arrival {
  readonly project: string
  readonly now: number
}

/**
 * Whatever else is sent counts as one type: clients choose the word, and each would be a row of its
 * own.
 */
const OTHER_TYPE = 'other'
const TYPES: ReadonlySet<string> = new Set([
  'coep',
  'connection-allowlist',
  'coop',
  'crash',
  'csp-hash',
  'deprecation',
  'document-policy-violation',
  'integrity-violation',
  'intervention',
  'network-error',
  'permissions-policy-violation',
  'potential-permissions-policy-violation',
])

/** Makes a batch of what has been read. */
export function makeBatch(read: Read, arrival: Arrival, maker: BatchMaker): Made {
  const begun: KeptReport[] = []
  const reports = read.violations.map((violation) => {
    const { report, isNew } = keep(violation, arrival, maker)
    if (isNew) begun.push(report)
    return report
  })
  const rejected = Object.fromEntries(read.rejected.map(({ reason, count }) => [reason, count]))
  return { batch: { reports, rejected, others: countTypes(read.others) }, begun }
}

function keep(
  violation: Violation,
  arrival: Arrival,
  { classify, digest, groups, redaction }: BatchMaker,
): { readonly report: KeptReport; readonly isNew: boolean } {
  const { project } = arrival
  // Before anything is taken off: code is told apart by its sample.
  const own = digest(groupKey(violation, { project }))
  const { class: name, reason } = classify(violation)
  const admission = groups.admit(own, arrival)
  const key = admission === 'overflow' ? OVERFLOW : own
  const kept = redact(violation, redaction)
  const report: KeptReport = { project, key, class: name, reason, violation: kept }
  return { report, isNew: admission === 'new' }
}

function countTypes(others: readonly OtherReport[]): Readonly<Record<string, number>> {
  if (others.length === 0) return {}
  const counts = new Map<string, number>()
  for (const { type, count } of others) {
    const known = TYPES.has(type) ? type : OTHER_TYPE
    counts.set(known, (counts.get(known) ?? 0) + count)
  }
  return Object.fromEntries(counts)
}
