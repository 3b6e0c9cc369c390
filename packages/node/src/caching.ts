/** The warning about a nonce that a shared cache hands to many readers. */

import type { Request, Response } from './exchange.ts'
import type { Settings } from './options.ts'
import { sentHeader } from './sent-header.ts'

const SHARED = /(?:^|[\s,])(?:public|immutable|s-maxage=0*[1-9]\d*)(?=[\s,]|$)/i
const UNSHARED = /(?:^|[\s,])(?:private|no-store)(?=[\s,]|$)/i
/** Only a page uses its nonce; style sheets and images that pass through the middleware merely carry one. */
const PAGE = /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i
/** Paths may be endless where no route's pattern is known. */
const ROUTES_MOST = 1000
/** Warns, once a route, when the response is a page that may stay in a shared cache. `headers` are those given to writeHead. */
export function warnWhenCached(
  res: Response,
  headers: unknown,
  { onWarning, warnedRoutes }: Settings,
): void {
  const control = sentHeader(res, headers, 'cache-control')
  if (control === undefined || !SHARED.test(control) || UNSHARED.test(control)) return
  const type = sentHeader(res, headers, 'content-type')
  if (type !== undefined && !PAGE.test(type)) return
  const route = routeOf(res.req)
  if (warnedRoutes.has(route) || warnedRoutes.size >= ROUTES_MOST) return
  warnedRoutes.add(route)
  onWarning({
    code: 'cached-nonce',
    message: `${route} sends a nonce with Cache-Control: ${control}, so one nonce reaches many readers`,
    fix: 'Cache-Control: private or no-store on pages with a nonce, or hashes in place of the nonce',
  })
}

/** Express knows the route's pattern; elsewhere the path must do, whole where a prefix was cut off. */
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
