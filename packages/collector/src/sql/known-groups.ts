/** What is known to be stored of groups, so that most of them are not read again. */

import { BOUNDS, groupId, takesClassOf } from '../fold/fold.ts'
import type { FoldedGroup } from '../fold/fold.ts'
import { isSampleDue } from './rows.ts'
import type { GroupUpdate } from './rows.ts'

/** A site has few groups: with so many, what is known is forgotten, and read again. */
const MOST_KNOWN = 10_000

/** Groups as they were stored last. Another process only adds to them, or deletes them. */
export class KnownGroups {
  readonly #updates = new Map<string, Pick<GroupUpdate, 'group' | 'row'>>()

  /** Whether only its counts and times are to be changed for it: everything else is stored already. */
  covers(newer: FoldedGroup): boolean {
    const known = this.#updates.get(groupId(newer))
    if (known === undefined) return false
    const { group, row } = known
    return (
      !isSampleDue({ sampled: row.sampled, sampledAt: row.sampled_at }, newer) &&
      hasClassOf(group, newer) &&
      hasAll(group.pages, newer.pages, BOUNDS.pages) &&
      hasAll(group.browsers, newer.browsers, BOUNDS.browsers)
    )
  }

  /** Remembers how a group is stored now. */
  remember({ group, row }: Pick<GroupUpdate, 'group' | 'row'>): void {
    if (this.#updates.size >= MOST_KNOWN) this.#updates.clear()
    this.#updates.set(groupId(group), { group, row })
  }

  /** Forgets everything: what should have been stored may not be. */
  clear(): void {
    this.#updates.clear()
  }
}

function hasClassOf(known: FoldedGroup, newer: FoldedGroup): boolean {
  const isSame = known.class === newer.class && known.reason === newer.reason
  return isSame || !takesClassOf(known, newer)
}

function hasAll(known: readonly string[], newer: readonly string[], most: number): boolean {
  return known.length >= most || newer.every((text) => known.includes(text))
}
