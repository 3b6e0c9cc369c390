/** Names of policies: each text is stored once, by its hash. */

import { createHash } from 'node:crypto'

/** A site has few policies, and each report has one: most are known by their text. */
const MOST_KNOWN = 100

const known = new Map<string, string>()

/** 128 bits of the SHA-256 of a policy, as 32 hexadecimal digits. */
export function hashPolicy(policy: string): string {
  const before = known.get(policy)
  if (before !== undefined) return before
  const hash = createHash('sha256').update(policy).digest('hex').slice(0, 32)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(policy, hash)
  return hash
}
