/**
 * Draws the URLs that probes ask for. Each ends in a query of its own, which no source looks at.
 */

import type { Random } from './random.ts'
import type { Ports } from './world.ts'

/** What a URL is drawn for. */
export interface URLWish {
  readonly random: Random
  readonly ports: Ports
  /** The document's origin. */
  readonly self: string
  /** The document's id and the probe's, which make the URL unique. */
  readonly token: string
  /** The kind of resource, a key of `resources.ts`. */
  readonly as: string
}

/** A drawn URL. */
export interface DrawnURL {
  readonly url: string
  /** The token of the request that one of our servers answers; null where none does. */
  readonly arrival: string | null
}

const LOOPBACK_HOSTS = [
  'localhost',
  '127.0.0.1',
  'a.localhost',
  'b.a.localhost',
  'c.localhost',
] as const

/** Nobody answers there, and browsers are told not to ask. */
const FOREIGN_ORIGINS = [
  'http://api.example.com',
  'https://api.example.com',
  'https://a.api.example.com',
  'http://a.b.example.com:8080',
  'https://cdn.example.com:8443',
  'https://cdn.example.com:8080',
  'http://cdn.example.com:443',
  'https://cdn.example.com:80',
  'https://example.com.',
  'https://xn--bcher-kva.example',
  'http://192.0.2.7',
  'https://192.0.2.7',
  'https://[2001:db8::1]',
] as const

const PATHS = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/c',
  '/A/b',
  '/a%2Fb',
  '/%61/b',
  '/a%20b',
  '/a;b/c',
  '/a,b',
  '/a//b',
  '/a/%C3%A9',
  '/a/é',
  '/a+b/~c',
  "/a'b",
  '/a%3bb',
  '/a/b%3F',
] as const

/** An HTTP(S) URL, on our servers more often than not. */
export function drawURL(wish: URLWish): DrawnURL {
  const { random } = wish
  const isServed = random.chance(60)
  const origin = isServed ? drawServedOrigin(wish) : drawForeignOrigin(wish)
  return finish(origin, wish, isServed)
}

/**
 * A URL on our servers that is of the document's own origin, or of another one on the same host.
 */
export function drawNearURL(wish: URLWish): DrawnURL {
  return finish(wish.random.chance(85) ? wish.self : drawServedOrigin(wish), wish, true)
}

/** A URL of the document's own origin. */
export function drawOwnURL(wish: URLWish): DrawnURL {
  return finish(wish.self, wish, true)
}

/** A URL that redirects to another, on our servers both. */
export function drawRedirect(wish: URLWish): DrawnURL & { readonly target: string } {
  const target = finish(drawServedOrigin(wish), { ...wish, token: `${wish.token}-to` }, true).url
  const { url } = finish(drawServedOrigin(wish), wish, true)
  const whole = `${url}&to=${encodeURIComponent(target)}`
  return { url: whole, arrival: `${wish.token}-to`, target }
}

/** The same URL for a WebSocket. */
export function toWebSocket({ url, arrival }: DrawnURL): DrawnURL {
  return { url: url.replace(/^http/, 'ws'), arrival }
}

/**
 * An https document may not ask http: what is no loopback is mixed content, which other rules
 * decide.
 */
function drawForeignOrigin({ random, self }: URLWish): string {
  const origins = FOREIGN_ORIGINS.filter(
    (origin) => self.startsWith('http:') || origin.startsWith('https:'),
  )
  return random.pickAny(origins) as string
}

function drawServedOrigin({ random, ports, self }: URLWish): string {
  if (random.chance(25)) return self
  const isSecure = self.startsWith('https:') || random.chance(35)
  const host = random.chance(45) ? new URL(self).hostname : random.pick(LOOPBACK_HOSTS)
  const port = random.pick(isSecure ? ports.https : ports.http)
  return `${isSecure ? 'https' : 'http'}://${host}:${port}`
}

function finish(origin: string, { random, token, as }: URLWish, isServed: boolean): DrawnURL {
  const path = random.chance(40) ? `/a/b` : random.pick(PATHS)
  const url = new URL(`${origin}${path}?t=${token}&as=${as}`).href
  return { url, arrival: isServed ? token : null }
}
