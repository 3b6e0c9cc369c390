/** Digests of group keys: the same few thousand groups come again and again. */

import { hash } from 'node:crypto'

/** 128 bits, in hexadecimal digits. */
const DIGITS = 32
const MOST = 5000

/** Makes a function that gives the digest of a text, and remembers some. */
export function createDigests(most: number = MOST): (text: string) => string {
  const known = new Map<string, string>()
  return function digest(text) {
    const found = known.get(text)
    if (found !== undefined) return found
    // Clients choose the texts: what is remembered stays bounded.
    if (known.size >= most) known.clear()
    const made = hash('sha256', text, 'hex').slice(0, DIGITS)
    known.set(text, made)
    return made
  }
}
