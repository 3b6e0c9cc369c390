/** What is known to be stored of groups, so that most of them are not read again. */

import { BOUNDS, groupId, takesClassOf } from '../fold/fold.ts'
import type { FoldedGroup } from '../fold/fold.ts'
import { isSampleDue } from './rows.ts'
import type { GroupUpdate } from './rows.ts'

/**
 * A site has few groups, with short pages. Above that, in groups and in characters, everything is
 * forgotten and read again.
 */
const MOST_KNOWN = 10_000
const MOST_TEXT = 4_000_000

interface KnownGroup extends Pick<FoldedGroup, 'class' | 'reason'> {
  readonly sampled: number
  readonly sampledAt: number
  /** Undefined where there is room for no other one. */
  readonly pages: readonly string[] | undefined
  readonly browsers: readonly string[] | undefined
}

/** Groups as they were stored last. Another process only adds to them, or deletes them. */
export class KnownGroups {
  readonly #groups = new Map<string, KnownGroup>()
  #text = 0

  /**
   * Whether only its counts and times are to be changed for it: everything else is stored already.
   */
  covers(newer: FoldedGroup): boolean {
    const known = this.#groups.get(groupId(newer))
    if (known === undefined || isSampleDue(known, newer)) return false
    const hasClass = known.class === newer.class && known.reason === newer.reason
    return (
      (hasClass || !takesClassOf(known, newer)) &&
      hasAll(known.pages, newer.pages) &&
      hasAll(known.browsers, newer.browsers)
    )
  }

  /** Remembers how a group is stored now. */
  remember({ group, row }: GroupUpdate): void {
    const pages = group.pages.length < BOUNDS.pages ? group.pages : undefined
    const browsers = group.browsers.length < BOUNDS.browsers ? group.browsers : undefined
    const id = groupId(group)
    this.#text += lengthOf(pages) - lengthOf(this.#groups.get(id)?.pages)
    if (this.#groups.size >= MOST_KNOWN || this.#text > MOST_TEXT) this.clear()
    this.#groups.set(id, {
      class: group.class,
      reason: group.reason,
      sampled: row.sampled,
      sampledAt: row.sampled_at,
      pages,
      browsers,
    })
  }

  /** Forgets everything: what should have been stored may not be. */
  clear(): void {
    this.#groups.clear()
    this.#text = 0
  }
}

function hasAll(known: readonly string[] | undefined, newer: readonly string[]): boolean {
  return known === undefined || newer.every((text) => known.includes(text))
}

function lengthOf(texts: readonly string[] = []): number {
  return texts.reduce((length, text) => length + text.length, 0)
}
