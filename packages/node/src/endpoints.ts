/**
 * Reporting-Endpoints (a dictionary) and the legacy Report-To (a list) beside what is already set.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9651#name-dictionaries
 */

// sf-key "=" sf-string, the members that matter here
const MEMBER = /(?:^|[,\s])([a-z*][a-z0-9_\-.*]*)=("(?:[^"\\]|\\.)*")/g

/** A merged header, and the names that had another URL before. */
export interface MergedEndpoints {
  /** What was there, then ours; of one name in a dictionary the last counts. */
  readonly value: string
  /** Names that were declared with another URL. */
  readonly conflicts: readonly string[]
}

/** Appends our part of `header`, one of the two, to what something else has set. */
export function mergeEndpoints(header: string, existing: string, ours: string): MergedEndpoints {
  if (header === 'Report-To') return { value: `${existing}, ${ours}`, conflicts: [] }
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
