/** What must be decided just before the head of a response is written: status, content type and caching are known only then. */

import type { ResponseContext } from './context.ts'
import type { Request, Response } from './exchange.ts'
import { contextOf } from './slot.ts'
import { withoutNonce } from './unread.ts'

/** Content types of documents and scripts; a script may be a worker, which is governed by its own policy. */
const DOCUMENT = /^\s*(?:text\/html|(?:application|text|image)\/(?:xml|[^\s;]+\+xml))\s*(?:;|$)/i
const SCRIPT = /^\s*(?:text|application)\/(?:x-)?(?:java|ecma)script\s*(?:;|$)/i
const WORKERS = new Set(['worker', 'sharedworker', 'serviceworker'])
const SHARED_CACHE = /(?:^|[\s,])(?:public|immutable|s-maxage=0*[1-9]\d*)(?=[\s,]|$)/i
const ROUTES_MOST = 1000

const warnedRoutes = new WeakMap<object, Set<string>>()

/** Has `writeHead` call back once; it is one function for all responses, the context knows what was there before. */
export function watchHead(context: ResponseContext): void {
  if (context.writeHead !== undefined) return
  const { res } = context
  context.writeHead = res.writeHead
  res.writeHead = writeHead as Response['writeHead']
}

/**
 * Brings our headers back, just before the head is written, when a framework's error handler removes them all. Headers that
 * are not ours any more when this is called stay as they are.
 */
export function keepHeaders(res: Response): void {
  const context = contextOf(res)
  if (context === undefined || context.hasBegun || context.isRemoved) return
  context.kept = context.delivery.templates.flatMap(({ name }, index) =>
    context.isOurs(index) ? [[name, context.values[index] as string] as const] : [],
  )
  watchHead(context)
}

function writeHead(this: Response, statusCode: number, ...rest: readonly unknown[]): Response {
  const context = contextOf(this) as ResponseContext
  if (!context.hasBegun) {
    context.hasBegun = true
    for (const [name, value] of context.kept) {
      if (!this.hasHeader(name)) this.setHeader(name, value)
    }
    settle(context, statusCode, rest.at(-1))
  }
  const original = context.writeHead as (...list: readonly unknown[]) => Response
  return original.call(this, statusCode, ...rest)
}

/** `headers` are those given to writeHead: an object, a list of names and values, or (a reason phrase) neither. */
function settle(context: ResponseContext, statusCode: number, headers: unknown): void {
  if (context.isRemoved) return
  const { settings, delivery } = context
  if (settings.onlyDocuments && !isDocument(context, headers)) {
    context.takeOff()
    return
  }
  if (!delivery.usesNonce) return
  if (statusCode === 304) {
    // A cache would put the new nonce's header beside the old body.
    removeNonceHeaders(context)
  } else if (settings.isLazy && !context.isRead) {
    const { templates } = withoutNonce(delivery)
    rewriteNonceHeaders(
      context,
      (name) => templates.find((template) => template.name === name)?.pieces[0],
    )
  } else warnWhenCached(context, headers)
}

function isDocument({ res }: ResponseContext, headers: unknown): boolean {
  const type = headerOf(res, headers, 'content-type')
  if (type === undefined || DOCUMENT.test(type)) return true
  const destination = requestOf(res)?.headers['sec-fetch-dest']
  return SCRIPT.test(type) && (destination === undefined || WORKERS.has(String(destination)))
}

function removeNonceHeaders(context: ResponseContext): void {
  rewriteNonceHeaders(context, () => undefined)
}

function rewriteNonceHeaders(
  context: ResponseContext,
  valueOf: (name: string) => string | undefined,
): void {
  context.delivery.templates.forEach(({ name, pieces }, index) => {
    if (pieces.length === 1 || !context.isOurs(index)) return
    const value = valueOf(name)
    if (value === undefined) context.res.removeHeader(name)
    else context.res.setHeader(name, value)
  })
}

function warnWhenCached({ res, settings }: ResponseContext, headers: unknown): void {
  const control = headerOf(res, headers, 'cache-control')
  if (control === undefined || !SHARED_CACHE.test(control)) return
  const req = requestOf(res)
  const route = routeOf(req)
  let routes = warnedRoutes.get(settings)
  if (routes === undefined) warnedRoutes.set(settings, (routes = new Set()))
  if (routes.has(route) || routes.size >= ROUTES_MOST) return
  routes.add(route)
  settings.onWarning({
    code: 'cached-nonce',
    message: `${route} sends a nonce with Cache-Control: ${control}, so one nonce reaches many readers`,
    mend: 'Cache-Control: private or no-store on pages with a nonce, or hashes in place of the nonce',
  })
}

function requestOf(res: Response): Request | undefined {
  return (res as { readonly req?: Request }).req
}

/** Express knows the route's pattern; elsewhere the path must do. */
function routeOf(req: Request | undefined): string {
  const {
    baseUrl = '',
    route,
    url = '',
  } = (req ?? {}) as {
    readonly baseUrl?: string
    readonly route?: { readonly path?: unknown }
    readonly url?: string
  }
  const path =
    route?.path === undefined ? url.replace(/[?#].*$/s, '') : baseUrl + String(route.path)
  return `${req?.method ?? 'GET'} ${path}`
}

/** A header as it will be sent: what writeHead was given comes before what was set. */
function headerOf(res: Response, given: unknown, name: string): string | undefined {
  const value = find(given, name) ?? res.getHeader(name)
  return value === undefined ? undefined : [value].flat().map(String).join(', ')
}

function find(headers: unknown, wanted: string): unknown {
  if (typeof headers !== 'object' || headers === null) return undefined
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(headers)
    ? toPairs(headers)
    : Object.entries(headers)
  return pairs.findLast(([name]) => String(name).toLowerCase() === wanted)?.[1]
}

/** writeHead takes a flat list of names and values, or (undocumented) a list of pairs. */
function toPairs(list: readonly unknown[]): readonly (readonly [unknown, unknown])[] {
  if (list.every((entry) => Array.isArray(entry))) return list as [unknown, unknown][]
  return list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]] as const] : []))
}
