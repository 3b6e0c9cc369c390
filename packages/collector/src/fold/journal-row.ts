/** A fold as the text of a row of the journal, and back. */

import type { CountKind, Fold, FoldedGroup } from './fold.ts'
import { groupId } from './fold.ts'

/** The text: its form belongs to the version of the schema. */
interface Row {
  readonly groups: readonly FoldedGroup[]
  readonly counts: readonly (readonly [CountKind, readonly (readonly [string, number])[]])[]
  readonly policies: readonly (readonly [hash: string, policy: string])[]
  readonly size: number
}

/** Writes a fold. */
export function writeRow({ groups, counts, policies, size }: Fold): string {
  const row: Row = {
    groups: [...groups.values()],
    counts: [...counts].map(([kind, names]) => [kind, [...names]]),
    policies: [...policies],
    size,
  }
  return JSON.stringify(row)
}

/** Reads what {@link writeRow} has written. */
export function readRow(text: string): Fold {
  const row = JSON.parse(text) as Row
  return {
    groups: new Map(row.groups.map((group) => [groupId(group), group])),
    counts: new Map(row.counts.map(([kind, names]) => [kind, new Map(names)])),
    policies: new Map(row.policies),
    size: row.size,
  }
}

/** A fold in parts of at most that many groups, which are the same in all. The counts are in the first. */
export function splitFold(fold: Fold, most: number): readonly Fold[] {
  const groups = [...fold.groups]
  const parts: Fold[] = []
  for (let start = 0; start === 0 || start < groups.length; start += most) {
    parts.push(partOf(fold, groups.slice(start, start + most), start === 0))
  }
  return parts
}

function partOf(
  { policies, counts }: Fold,
  entries: readonly (readonly [string, FoldedGroup])[],
  isFirst: boolean,
): Fold {
  const named = new Map<string, string>()
  let size = 0
  for (const [, group] of entries) {
    size += group.count
    for (const { policy } of group.samples) {
      const text = policies.get(policy)
      if (text !== undefined) named.set(policy, text)
    }
  }
  return { groups: new Map(entries), counts: isFirst ? counts : new Map(), policies: named, size }
}
