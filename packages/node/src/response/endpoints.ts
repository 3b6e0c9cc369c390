/**
 * Reporting-Endpoints (a dictionary) and the legacy Report-To (a list) beside what is already set.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9651#name-dictionaries
 */

import type { OutgoingHttpHeader } from 'node:http'
import type { OnWarning } from '../input/warnings.ts'

// sf-key "=" sf-string, the members that matter here
const MEMBER = /(?:^|[,\s])([a-z*][a-z0-9_\-.*]*)=("(?:[^"\\]|\\.)*")/g

/** A header that something else has set, and ours. */
export interface EndpointParts {
  readonly before: string
  readonly ours: string
  readonly onWarning: OnWarning
}

/**
 * Joins what was there and ours. In the dictionary the last member of a name counts, so ours wins;
 * a warning tells where another URL had the name. `header` is the name of one of the two headers.
 */
export function mergeEndpoints(header: string, { before, ours, onWarning }: EndpointParts): string {
  if (before === '') return ours
  if (header === 'Report-To') return `${before}, ${ours}`
  const existing = readMembers(before)
  const added = [...readMembers(ours)].filter(([name, url]) => existing.get(name) !== url)
  for (const [name] of added) {
    if (!existing.has(name)) continue
    onWarning({
      code: 'endpoint-conflict',
      message: `Reporting-Endpoints already has another URL for ${JSON.stringify(name)}; the policy's own URL is used`,
      fix: 'give each endpoint a name of its own',
    })
  }
  return [before, ...added.map(([name, url]) => `${name}=${url}`)].join(', ')
}

/** Joins the values of a header. One that is empty would make the whole field invalid. */
export function joinHeader(value: OutgoingHttpHeader): string {
  const values = [value].flat().map((part) => String(part).trim())
  return values.filter((part) => part !== '').join(', ')
}

function readMembers(dictionary: string): Map<string, string> {
  const members = new Map<string, string>()
  for (const [, name = '', url = ''] of dictionary.matchAll(MEMBER)) members.set(name, url)
  return members
}
