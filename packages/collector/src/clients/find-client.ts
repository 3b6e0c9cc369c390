/** Whose request it is: the address that a rate is counted for. */

import type { IncomingHttpHeaders } from 'node:http'
import { clientKey, readAddress } from './address.ts'
import type { IsTrusted } from './trusted-proxies.ts'
import { isLoopback } from './trusted-proxies.ts'

/** What tells of a client. */
export interface Origin {
  /** The address of the connection; undefined for a socket that is a file. */
  readonly remoteAddress: string | undefined
  readonly headers: IncomingHttpHeaders
}

/**
 * Whose request it is: this machine's own; a client's, by its key; nobody's, because a proxy that
 * is not trusted has passed it on, or one that is trusted does not say for whom.
 */
export type Client =
  | { readonly kind: 'client'; readonly key: string }
  | { readonly kind: 'local' }
  | { readonly kind: 'unknown' }

const LOCAL: Client = { kind: 'local' }
const UNKNOWN: Client = { kind: 'unknown' }
/** The most addresses of X-Forwarded-For that are looked at. */
const MOST_HOPS = 20

/** Tells whose request it is. */
export function findClient({ remoteAddress, headers }: Origin, isTrusted: IsTrusted): Client {
  const remote = remoteAddress === undefined ? '127.0.0.1' : readAddress(remoteAddress)
  if (remote === undefined) return UNKNOWN
  const forwarded = headers['x-forwarded-for']
  const isForwarded = forwarded !== undefined || headers['forwarded'] !== undefined
  if (!isForwarded) return isLoopback(remote) ? LOCAL : toClient(remote)
  // Anybody can write such a header. Without trust in who passed the request on, neither it nor the
  // connection names a client.
  if (forwarded === undefined || !isTrusted(remote)) return UNKNOWN
  return lastUntrusted(String(forwarded), isTrusted)
}

/** The last address that no trusted proxy has: it was seen by one that is trusted. */
function lastUntrusted(forwarded: string, isTrusted: IsTrusted): Client {
  const hops = forwarded.split(',').slice(-MOST_HOPS).toReversed()
  for (const hop of hops) {
    const address = readAddress(hop)
    if (address === undefined) return UNKNOWN
    if (!isTrusted(address)) return toClient(address)
  }
  return UNKNOWN
}

function toClient(address: string): Client {
  return { kind: 'client', key: clientKey(address) }
}
