/** Large folds, in parts that are applied one after the other. */

import type { Fold, FoldedGroup } from './fold.ts'

/**
 * A fold in parts of at most that many groups, which are the same in all. The counts are in the
 * first.
 */
export function splitFold(fold: Fold, most: number): readonly Fold[] {
  // By their keys, as they lie in the tables: a part then changes few pages of the file.
  const groups = [...fold.groups].toSorted(([one], [other]) => (one < other ? -1 : 1))
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
