/** Rows of the tables, made from a fold and read back. */

import type { ClassReason, ReportedDisposition, ViolationClass } from '@cusp/reports'
import { BOUNDS, countedName, mergeGroups } from '../fold/fold.ts'
import type { CountKind, Fold, FoldedGroup } from '../fold/fold.ts'
import type { GroupRow, Tables } from './tables.ts'

/** Reads a group: its hours and samples stand elsewhere. */
export function readGroup(row: GroupRow): FoldedGroup {
  return {
    project: row.project,
    key: row.key,
    // What stands in the tables was written by writeGroup.
    class: row.class as ViolationClass,
    reason: row.reason as ClassReason,
    directive: row.directive,
    blocked: row.blocked,
    disposition: row.disposition as ReportedDisposition,
    count: row.count,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    pages: JSON.parse(row.pages) as readonly string[],
    browsers: JSON.parse(row.browsers) as readonly string[],
    hours: [],
    samples: [],
  }
}

/** The row of a group, after what a fold has of it came to what is stored. */
export function writeGroup(stored: FoldedGroup | undefined, newer: FoldedGroup): GroupRow {
  const group = { ...(stored ?? newer) }
  if (stored !== undefined) mergeGroups(group, newer)
  return {
    project: group.project,
    key: group.key,
    count: group.count,
    first_seen: group.firstSeen,
    last_seen: group.lastSeen,
    class: group.class,
    reason: group.reason,
    directive: group.directive,
    blocked: group.blocked,
    disposition: group.disposition,
    browsers: JSON.stringify(group.browsers),
    pages: JSON.stringify(group.pages),
  }
}

/** The rows of a group's newest samples; `count` is the group's, these included. */
export function writeSamples(
  { project, key, samples }: FoldedGroup,
  count: number,
): readonly Tables['cusp_samples'][] {
  return samples.map((sample, index) => {
    const number = count - samples.length + index
    const body = JSON.stringify(sample)
    return { project, key, place: number % BOUNDS.samples, number, policy: sample.policy, body }
  })
}

/** Reads counts. */
export function readCountRows(rows: readonly Tables['cusp_counts'][]): Fold['counts'] {
  const counts = new Map<CountKind, Map<string, number>>()
  for (const { kind, name, count } of rows) {
    const names = counts.get(kind) ?? new Map<string, number>()
    counts.set(kind, names.set(name, count))
  }
  return counts
}

/** What is to be added to which count: a name that is not stored yet may find no room. */
export function writeCounts(
  stored: Fold['counts'],
  { counts }: Fold,
): readonly (readonly [kind: CountKind, name: string, count: number])[] {
  return [...counts].flatMap(([kind, names]) => {
    const known = new Map(stored.get(kind))
    const added = new Map<string, number>()
    for (const [name, count] of names) {
      const counted = countedName(known, { kind, name })
      known.set(counted, count)
      added.set(counted, count + (added.get(counted) ?? 0))
    }
    return [...added].map(([name, count]) => [kind, name, count] as const)
  })
}

/** The policies that samples of this fold name. */
export function namedPolicies({
  groups,
  policies,
}: Fold): readonly (readonly [hash: string, policy: string])[] {
  const named = new Map<string, string>()
  for (const { samples } of groups.values()) {
    for (const { policy: hash } of samples) {
      const policy = policies.get(hash)
      if (policy !== undefined) named.set(hash, policy)
    }
  }
  return [...named]
}
