/**
 * How far a check is from what a reader expects to see: of all that show a change the most natural
 * one is its witness.
 */

import type { Check } from '../check/check.ts'
import { PROBE } from './example-url.ts'

const SCHEMES: ReadonlyMap<string, number> = new Map([
  ['https:', 0],
  ['wss:', 1],
  ['http:', 2],
  ['ws:', 3],
  ['data:', 4],
  ['blob:', 4],
])
const OTHER_SCHEME = 6
/** Ports that nobody has there: those of the other scheme, and the one that stands for any. */
const STRANGE_PORT =
  /^(?:(?:https|wss):\/\/[^/]*:80|(?:http|ws):\/\/[^/]*:443|[^/]*\/\/[^/]*:4711)(?:\/|$)/
const HOST_IN_VAIN = /^(?:data|blob):\/\//
const WRITTEN_PORT = /^[a-z]+:\/\/[^/]*:\d+(?:\/|$)/
const SPECIAL_HOST = /^[a-z]+:\/\/(?:localhost|192\.0\.2\.1|\[)/
/** Where a stranger is allowed that says more than what a list names. */
const UNNAMED_HOST = /^[a-z]+:\/\/elsewhere\./

/** A number that is lower the more natural the check is. */
export function oddnessOf(check: Check): number {
  if (check.type === 'frame-ancestors') return oddnessOfURL(check.ancestors[0] ?? 'null:')
  if (!('url' in check)) return 0
  const hops = 'redirectCount' in check && (check.redirectCount ?? 0) > 0 ? 8 : 0
  return hops + oddnessOfURL(String(check.url))
}

function oddnessOfURL(url: string): number {
  return (
    (SCHEMES.get(url.slice(0, url.indexOf(':') + 1)) ?? OTHER_SCHEME) * 2 +
    (STRANGE_PORT.test(url) ? 32 : WRITTEN_PORT.test(url) ? 4 : 0) +
    (HOST_IN_VAIN.test(url) ? 32 : 0) +
    (SPECIAL_HOST.test(url) ? 16 : 0) +
    (UNNAMED_HOST.test(url) ? 0 : 1) +
    (url.includes(PROBE) ? 1 : 0)
  )
}
