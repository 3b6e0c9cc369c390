/**
 * Reporting-Endpoints beside what is already set.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9651#name-dictionaries
 */

// sf-key "=" sf-string, the members that matter here
const MEMBER = /(?:^|[,\s])([a-z*][a-z0-9_\-.*]*)=("(?:[^"\\]|\\.)*")/g

/** A merged header, and the names that had another URL before. */
export interface MergedEndpoints {
  /** The dictionary: what was there, then ours; of one name the last counts. */
  readonly value: string
  /** Names that were declared with another URL. */
  readonly conflicts: readonly string[]
}

/** Appends `ours` to a dictionary that something else has set. */
export function mergeReportingEndpoints(existing: string, ours: string): MergedEndpoints {
  const before = readMembers(existing)
  const added = [...readMembers(ours)].filter(([name, url]) => before.get(name) !== url)
  const conflicts = added.map(([name]) => name).filter((name) => before.has(name))
  const value = [existing, ...added.map(([name, url]) => `${name}=${url}`)].join(', ')
  return { value, conflicts }
}

function readMembers(dictionary: string): Map<string, string> {
  const members = new Map<string, string>()
  for (const [, name = '', url = ''] of dictionary.matchAll(MEMBER)) members.set(name, url)
  return members
}
