/**
 * Host sources by text, found by a hash that is known letter by letter from the end: one walk along
 * a URL's host finds the host and every wildcard above it. A Map of texts would cut out and hash a
 * text for each, a third of a decision.
 */

import type { SameHostSources } from './same-host.ts'
import { makeSameHostSources } from './same-host.ts'
import type { HostSource } from './source-expression.ts'

/** Hosts, or suffixes that begin with a dot, by their hash. */
export type HostTable = ReadonlyMap<number, readonly Entry[]>

interface Entry {
  readonly text: string
  readonly sources: SameHostSources
}

/** A table of sources by text. */
export function makeHostTable(byText: ReadonlyMap<string, readonly HostSource[]>): HostTable {
  const table = new Map<number, Entry[]>()
  for (const [text, sources] of byText) {
    const hash = hashOf(text)
    const entry = { text, sources: makeSameHostSources(sources) }
    const entries = table.get(hash)
    if (entries === undefined) table.set(hash, [entry])
    else entries.push(entry)
  }
  return table
}

/** The hash of a text, from its first letter and the hash of the others; that of no text is 0. */
export function extendHash(code: number, hash: number): number {
  return (Math.imul(hash, 31) + code) | 0
}

/** The sources of a text among entries that share its hash; undefined where none has that text. */
export function findSources(entries: readonly Entry[], text: string): SameHostSources | undefined {
  // By index here and where it is called: an iterator's code is so long that the compiler leaves
  // other calls alone for it.
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] as Entry
    if (entry.text === text) return entry.sources
  }
  return undefined
}

function hashOf(text: string): number {
  let hash = 0
  for (let index = text.length - 1; index >= 0; index--) {
    hash = extendHash(text.charCodeAt(index), hash)
  }
  return hash
}
