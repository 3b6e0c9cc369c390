/**
 * Whether a shared cache may give a response to other readers without asking the server again.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#name-storing-responses-in-caches
 */

import type { Request } from '../input/http-exchange.ts'
import type { SentHead } from './head-arguments.ts'

// cache-directive = token [ "=" ( token / quoted-string ) ]
const DIRECTIVE = /([\w-]+)(?:=(?:"([^"]*)"|([^\s,"]*)))?/g
/** What lets a shared cache keep the answer to a request with credentials. */
const SHARING = ['public', 's-maxage', 'must-revalidate']

/** Without one of these no cache is told to keep the response. */
const CACHE_NAMES = [
  'cache-control',
  'cdn-cache-control',
  'expires',
  'surrogate-control',
  'x-accel-expires',
]
const CACHING: ReadonlySet<string> = new Set(CACHE_NAMES)

/** Reads a header of the response; the name is in lower case. */
export type ReadHeader = (name: string) => string | undefined

/**
 * Whether a header speaks of caches at all: most responses have none, and reading their values in
 * each costs more than the rest of the middleware (bench: whole).
 */
export function mayBeShared({ res, args }: SentHead): boolean {
  const given = args.at(-1)
  if (given instanceof Headers) return CACHE_NAMES.some((name) => given.has(name))
  if (typeof given === 'object') return true
  for (const name of res.getHeaderNames()) if (CACHING.has(name)) return true
  return false
}

/** Returns the header that lets a shared cache keep the response, as `Name: value`. */
export function findSharing(req: Request, read: ReadHeader): string | undefined {
  const found =
    findByCacheControl(req, read) ??
    findByTargeted('CDN-Cache-Control', read('cdn-cache-control')) ??
    findByTargeted('Surrogate-Control', read('surrogate-control')) ??
    findByNginx(read('x-accel-expires'))
  if (found === undefined || read('vary')?.trim() === '*') return undefined
  return req.method === 'GET' || req.method === 'HEAD' ? found : undefined
}

function findByCacheControl(req: Request, read: ReadHeader): string | undefined {
  const value = read('cache-control')
  const expires = read('expires')
  if (value === undefined && expires === undefined) return undefined
  const directives = readDirectives(value ?? '')
  if (isUnshared(directives)) return undefined
  const isPersonal = req.headers.authorization !== undefined
  if (isPersonal && !SHARING.some((name) => directives.has(name))) return undefined
  const control = `Cache-Control: ${value ?? ''}`
  const lifetime = lifetimeOf(directives)
  if (lifetime !== undefined) return lifetime > 0 ? control : undefined
  // Without a lifetime a cache may choose one.
  if (expires === undefined) return directives.has('public') ? control : undefined
  return Date.parse(expires) > Date.now() ? `Expires: ${expires}` : undefined
}

/** A header that a CDN or a proxy obeys instead of Cache-Control, and takes away. */
function findByTargeted(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const directives = readDirectives(value)
  const isKept = !isUnshared(directives) && (lifetimeOf(directives) ?? 0) > 0
  return isKept ? `${name}: ${value}` : undefined
}

/** X-Accel-Expires: seconds, or `@` and seconds since 1970. */
function findByNginx(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const isTime = value.startsWith('@')
  const seconds = isTime ? Number(value.slice(1)) - Date.now() / 1000 : Number(value)
  return seconds > 0 ? `X-Accel-Expires: ${value}` : undefined
}

/** `private="field"` and `no-cache="field"` speak of that field only. */
function isUnshared(directives: ReadonlyMap<string, string>): boolean {
  return (
    directives.has('no-store') ||
    directives.get('private') === '' ||
    directives.get('no-cache') === ''
  )
}

/**
 * Seconds for which the response may be used again; a value that is not a number counts as none.
 */
function lifetimeOf(directives: ReadonlyMap<string, string>): number | undefined {
  const age = directives.get('s-maxage') ?? directives.get('max-age')
  if (age === undefined) return undefined
  return secondsOf(age) + secondsOf(directives.get('stale-while-revalidate') ?? '0')
}

function secondsOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : 0
}

/** The first of a name counts. */
function readDirectives(value: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  for (const [, name, quoted, plain] of value.matchAll(DIRECTIVE)) {
    const key = (name as string).toLowerCase()
    if (!directives.has(key)) directives.set(key, quoted ?? plain ?? '')
  }
  return directives
}
