/** The warning about a nonce that a shared cache hands to many readers. */

import type { Request } from '../input/http-exchange.ts'
import type { Settings } from '../input/options.ts'
import type { SentHead } from './head-arguments.ts'
import { sentHeader } from './head-arguments.ts'

const SHARED = /(?:^|[\s,])(?:public|immutable|s-maxage=0*[1-9]\d*)(?=[\s,]|$)/i
const UNSHARED = /(?:^|[\s,])(?:private|no-store)(?=[\s,]|$)/i
/**
 * Only a page uses its nonce. Style sheets and images get the header too, and do nothing with it.
 */
const PAGE = /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i
/** A limit, for there may be endless paths where the pattern of a route is not known. */
const MAX_ROUTES = 1000

/** Warns, once a route, when the response is a page that may stay in a shared cache. */
export function warnWhenCached(head: SentHead, { onWarning, warnedRoutes }: Settings): void {
  const control = sentHeader(head, 'cache-control')
  if (control === undefined || !SHARED.test(control) || UNSHARED.test(control)) return
  const type = sentHeader(head, 'content-type')
  if (type !== undefined && !PAGE.test(type)) return
  const route = routeOf(head.res.req)
  if (warnedRoutes.has(route) || warnedRoutes.size >= MAX_ROUTES) return
  warnedRoutes.add(route)
  onWarning({
    code: 'cached-nonce',
    message: `${route} sends a nonce with Cache-Control: ${control}, so a shared cache gives one nonce to many readers`,
    fix: 'send Cache-Control: private or no-store with pages that hold a nonce, or use hashes instead of the nonce',
  })
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
