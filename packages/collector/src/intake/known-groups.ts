/**
 * The groups that have been seen, so that new ones can be counted: how many may begin in an hour is
 * limited.
 */

const HOUR = 3_600_000

/**
 * What is known of a group's key: it was there; it is new; it is new, and there is no room for it
 * in this hour.
 */
type Admission = 'known' | 'new' | 'overflow'

/** The groups of a collector. */
export interface KnownGroups {
  /** How many keys are remembered. */
  readonly size: number
  /** Says whether reports with this key may have a group of their own, and remembers it if so. */
  admit(key: string, at: { readonly project: string; readonly now: number }): Admission
  /** Remembers groups that the store has. */
  remember(keys: readonly string[]): void
}

/**
 * Remembers at least `most` keys and at most twice as many: those seen lately. A key that was
 * forgotten counts as new again.
 */
export function createKnownGroups(limits: {
  readonly perHour: number
  readonly most: number
}): KnownGroups {
  let young = new Set<string>()
  let old = new Set<string>()
  const begun = new Map<string, { hour: number; count: number }>()

  function remember(key: string): void {
    if (young.size >= limits.most) {
      old = young
      young = new Set()
    }
    young.add(key)
  }

  function isKnown(key: string): boolean {
    if (young.has(key)) return true
    if (!old.has(key)) return false
    remember(key)
    return true
  }

  function hasRoom(project: string, now: number): boolean {
    const hour = Math.floor(now / HOUR)
    const current = begun.get(project)
    if (current?.hour !== hour) {
      begun.set(project, { hour, count: 1 })
      return true
    }
    if (current.count >= limits.perHour) return false
    current.count++
    return true
  }

  return {
    get size() {
      return young.size + old.size
    },
    admit(key, { project, now }) {
      if (isKnown(key)) return 'known'
      if (!hasRoom(project, now)) return 'overflow'
      remember(key)
      return 'new'
    },
    remember(keys) {
      for (const key of keys) if (!isKnown(key)) remember(key)
    },
  }
}
