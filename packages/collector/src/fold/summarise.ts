/** A fold as readers see it. */

import type { Group, Summary, SummaryQuery } from '../store/summary.ts'
import type { CountKind, Fold, FoldedGroup } from './fold.ts'

/** How many groups a summary lists by default. */
const MOST_GROUPS = 100

/** How many groups are asked for. */
export function limitOf({ limit = MOST_GROUPS }: SummaryQuery): number {
  return limit
}

/** What is in a fold. */
export function summarise(fold: Fold, query: SummaryQuery = {}): Summary {
  const { project } = query
  const totals = countsOf(fold, 'total')
  const groups = largestGroups(fold, query)
  return {
    total: project === undefined ? sum(totals) : (totals.get(project) ?? 0),
    rejected: sum(countsOf(fold, 'rejected')),
    others: Object.fromEntries(countsOf(fold, 'other')),
    dropped: 0,
    groups: [...groups.values()].map((group) => showGroup(group, fold.policies)),
  }
}

/** The groups that a summary lists, the largest first. */
export function largestGroups({ groups }: Fold, query: SummaryQuery): Fold['groups'] {
  const { project } = query
  const asked = [...groups].filter(
    ([, group]) => project === undefined || group.project === project,
  )
  const sorted = asked.toSorted(([, one], [, other]) => compareSizes(one, other))
  return new Map(sorted.slice(0, limitOf(query)))
}

/** The keys of the groups seen last. */
export function recentKeysOf({ groups }: Fold, limit: number): readonly string[] {
  return [...groups.values()]
    .toSorted((one, other) => other.lastSeen - one.lastSeen)
    .slice(0, limit)
    .map(({ key }) => key)
}

/** The largest first; equal ones in one order. */
function compareSizes(one: FoldedGroup, other: FoldedGroup): number {
  if (one.count !== other.count) return other.count - one.count
  if (one.project !== other.project) return one.project < other.project ? -1 : 1
  return one.key < other.key ? -1 : 1
}

function showGroup(group: FoldedGroup, policies: ReadonlyMap<string, string>): Group {
  const { reason: _reason, hours: _hours, samples, ...shown } = group
  const texts = samples.map((sample) => {
    const policy = policies.get(sample.policy) ?? ''
    return JSON.stringify({ ...sample, policy })
  })
  return { ...shown, samples: texts }
}

function countsOf({ counts }: Fold, kind: CountKind): ReadonlyMap<string, number> {
  return counts.get(kind) ?? new Map()
}

function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0
  for (const number of counts.values()) total += number
  return total
}
