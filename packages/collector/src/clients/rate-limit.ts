/** How many requests a client may send, and all of them together. */

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Client } from './find-client.ts'

/** How many requests are taken in a minute. */
export interface Rates {
  /** Of one client: an IPv4 address, or a /64 of IPv6. */
  readonly client: number
  /** Of all together. */
  readonly total: number
}

/** Counts a request. Resolves to the seconds to wait when it is one too many. */
export type RateLimit = (client: Client) => Promise<number | undefined>

const WINDOW = 60
const ALL = 'all'
/** A key costs half a kilobyte, and clients choose how many there are. */
const MOST_KEYS = 10_000

/**
 * Makes the two limits. A client beyond `mostKeys` of a minute, and one that is not known, counts
 * towards the total alone.
 */
export function createRateLimit(
  { client, total }: Rates,
  { mostKeys = MOST_KEYS }: { readonly mostKeys?: number } = {},
): RateLimit {
  const clients = new RateLimiterMemory({ points: client, duration: WINDOW })
  const all = new RateLimiterMemory({ points: total, duration: WINDOW })
  const hasRoom = rememberKeys(mostKeys)

  return async function limit(who) {
    if (who.kind === 'local') return undefined
    if (who.kind === 'client' && hasRoom(who.key)) {
      const seconds = await consume(clients, who.key)
      if (seconds !== undefined) return seconds
    }
    return consume(all, ALL)
  }
}

/** Remembers the keys of a minute: false for one too many. */
function rememberKeys(most: number): (key: string) => boolean {
  const keys = new Set<string>()
  let until = 0
  return (key) => {
    const now = Date.now()
    if (now >= until) {
      keys.clear()
      until = now + WINDOW * 1000
    }
    if (keys.has(key)) return true
    if (keys.size >= most) return false
    keys.add(key)
    return true
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return thrown.msBeforeNext / 1000
    throw thrown
  }
}
