/** Rows of the tables, made from a fold and read back. */

import type { ClassReason, ReportedDisposition, ViolationClass } from '@cusp/reports'
import { BOUNDS, countedName, mergeGroups } from '../fold/fold.ts'
import type { CountKind, Fold, FoldedGroup } from '../fold/fold.ts'
import type { GroupRow, Tables } from './tables.ts'

/** Milliseconds from one time when a group's samples are replaced to the next one. */
const SAMPLE_EVERY = 60_000

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

/** What becomes of a group. */
export interface GroupUpdate {
  readonly group: FoldedGroup
  readonly row: GroupRow
  /** The samples that take the places of older ones. */
  readonly samples: readonly Tables['cusp_samples'][]
}

/**
 * The rows of a group, after what a fold has of it came to what is stored. Samples of a group that
 * is seen all the time are written once a minute: they are half of what there is to write.
 */
export function updateGroup(stored: GroupRow | undefined, newer: FoldedGroup): GroupUpdate {
  const group = stored === undefined ? newer : readGroup(stored)
  if (stored !== undefined) mergeGroups(group, newer)
  const { sampled = 0, sampled_at: sampledAt = 0 } = stored ?? {}
  const isSampled = isSampleDue({ sampled, sampledAt }, newer)
  const row = {
    project: group.project,
    key: group.key,
    count: group.count,
    first_seen: group.firstSeen,
    last_seen: group.lastSeen,
    sampled: isSampled ? sampled + newer.samples.length : sampled,
    sampled_at: isSampled ? newer.lastSeen : sampledAt,
    class: group.class,
    reason: group.reason,
    directive: group.directive,
    blocked: group.blocked,
    disposition: group.disposition,
    browsers: JSON.stringify(group.browsers),
    pages: JSON.stringify(group.pages),
  }
  return { group, row, samples: isSampled ? writeSamples(newer, sampled) : [] }
}

/** Whether samples of a group are to be written. */
export function isSampleDue(
  stored: { readonly sampled: number; readonly sampledAt: number },
  newer: FoldedGroup,
): boolean {
  return stored.sampled < BOUNDS.samples || newer.lastSeen >= stored.sampledAt + SAMPLE_EVERY
}

/** Each takes the place of the oldest one. */
function writeSamples(
  { project, key, samples }: FoldedGroup,
  sampled: number,
): readonly Tables['cusp_samples'][] {
  return samples.map((sample, index) => {
    const number = sampled + index
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

/** The policies that these samples name. */
export function namedPolicies(
  samples: readonly Tables['cusp_samples'][],
  { policies }: Fold,
): readonly (readonly [hash: string, policy: string])[] {
  const hashes = new Set(samples.map(({ policy }) => policy))
  return [...hashes].flatMap((hash) => {
    const policy = policies.get(hash)
    return policy === undefined ? [] : [[hash, policy] as const]
  })
}
