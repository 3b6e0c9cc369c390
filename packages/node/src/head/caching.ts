/** The warning about a nonce that a shared cache gives to many readers. */

import type { Request } from '../input/http-exchange.ts'
import { warnOnce } from '../input/warnings.ts'
import type { ResponseState } from '../response/state.ts'
import type { SentHead } from './head-arguments.ts'
import { sentHeaders } from './head-arguments.ts'
import type { ReadHeader } from './shared-cache.ts'
import { findSharing, mayBeShared } from './shared-cache.ts'

/**
 * Only a page uses its nonce. Style sheets and images get the header too, and do nothing with it.
 */
const PAGE = /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i

/** Warns, once a route, when a page with its nonce may stay in a shared cache. */
export function warnWhenCached(state: ResponseState, head: SentHead): void {
  if (!mayBeShared(head)) return
  const read = sentHeaders(head)
  if (!holdsNonce(state, read)) return
  const { req } = head.res
  const sharing = findSharing(req, read)
  if (sharing === undefined) return
  const route = routeOf(req)
  const warning = {
    code: 'cached-nonce',
    message: `${route} sends a nonce with ${sharing}, so a shared cache gives one nonce to many readers`,
    fix: 'send Cache-Control: private or no-store with pages that hold a nonce, or use hashes instead of the nonce',
  } as const
  warnOnce(state.settings, warning, route)
}

/**
 * Whether the response is a page that holds the nonce. A read through `csp.nonce` is noted. A
 * template may have used `cspNonce`, or a nonce of the application, unseen; a file has not: it can
 * be sent in parts, because it is the same for everyone.
 */
function holdsNonce({ ownNonce, settings }: ResponseState, read: ReadHeader): boolean {
  const type = read('content-type')
  if (type !== undefined && !PAGE.test(type)) return false
  if (ownNonce?.isUsed === true) return true
  const mayHold = ownNonce?.isShown === true || settings.hasForeignNonces
  return mayHold && read('accept-ranges') !== 'bytes'
}

/**
 * The pattern of the route in Express. Elsewhere the path, with the prefix that a framework may
 * have cut off.
 */
function routeOf(req: Request): string {
  const { method, baseUrl, route, originalUrl, url } = req as Routed
  const path =
    route === undefined
      ? (originalUrl ?? url).replace(/[?#].*$/s, '')
      : `${baseUrl}${String(route.path)}`
  return `${method} ${path}`
}

interface Routed {
  readonly method: string
  readonly url: string
  readonly originalUrl?: string
  readonly baseUrl?: string
  readonly route?: { readonly path: unknown }
}
