/**
 * URLs and origins in the parts that matching looks at, read once for each decision.
 *
 * @see https://url.spec.whatwg.org/
 */

import { CspError } from '@cusp/core'
import { findEndOfPlainPath, readOpaqueScheme, readPlainPath, readPlainURL } from './plain-url.ts'
import { show } from '../text.ts'

/** A URL in parts. */
export interface CheckedURL {
  /** Lower-case, without its colon. */
  readonly scheme: string
  /** As the URL parser writes it: lower-case, punycode; null where there is none. */
  readonly host: string | null
  /** Null for the default port of the scheme. */
  readonly port: number | null
  /** The port before an upgrade, where that is the one which an engine compares with a written port. */
  readonly portBefore: number | null
  /** Whether the scheme is one whose hosts are domains and addresses. @see https://url.spec.whatwg.org/#special-scheme */
  readonly isSpecial: boolean
  /** The text where that could be read without the parser, or the parsed URL. */
  readonly text: string | URL
  /** Where the path of a plain URL begins; -1 of others. */
  readonly end: number
  /** Where it ends, -1 where only the parser can tell, 0 until that is asked; filled in by {@link endOfPlainPath}. */
  endOfPath: number
  /** Filled in by {@link pathOf}. */
  path: string | undefined
}

/** A tuple origin; null stands for an opaque one. */
export interface Origin {
  readonly scheme: string
  readonly host: string
  readonly port: number | null
}

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['ftp', 21],
])
const SPECIAL_SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'ws', 'wss', 'ftp', 'file'])
const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/

/** The parts of a URL; null for what is none. */
export function readURL(text: string | URL): CheckedURL | null {
  const known = typeof text === 'string' ? readText(text) : undefined
  if (known !== undefined) return known
  try {
    return partsOf(new URL(text))
  } catch {
    return null
  }
}

/** The parts of a URL that can be read without the parser. */
function readText(text: string): CheckedURL | undefined {
  const plain = readPlainURL(text)
  if (plain !== undefined) {
    const { scheme, host, port, end } = plain
    return {
      scheme,
      host,
      port,
      portBefore: null,
      isSpecial: true,
      text,
      end,
      endOfPath: 0,
      path: undefined,
    }
  }
  const scheme = readOpaqueScheme(text)
  if (scheme === undefined) return undefined
  return {
    scheme,
    host: null,
    port: null,
    portBefore: null,
    isSpecial: false,
    text,
    end: -1,
    endOfPath: -1,
    path: undefined,
  }
}

/** The whole URL. */
export function parse({ text }: CheckedURL): URL {
  return typeof text === 'string' ? new URL(text) : text
}

/** Where the path of a plain URL ends, or -1 where only the parser can tell; found when an expression first asks for it. */
export function endOfPlainPath(url: CheckedURL): number {
  if (url.endOfPath === 0) url.endOfPath = findEndOfPlainPath(url.text as string, url.end)
  return url.endOfPath
}

/** The path of a URL, read when something first asks for it. */
export function pathOf(url: CheckedURL): string {
  if (url.path === undefined) {
    const { text, end } = url
    const plain = typeof text === 'string' && end !== -1 ? readPlainPath(text, end) : undefined
    url.path = plain ?? parse(url).pathname
  }
  return url.path
}

/** The parts of a parsed URL. */
export function partsOf(url: URL): CheckedURL {
  const { protocol, hostname, port } = url
  const scheme = protocol.slice(0, -1)
  return {
    scheme,
    host: hostname === '' ? null : hostname,
    port: port === '' ? null : Number(port),
    portBefore: null,
    isSpecial: SPECIAL_SCHEMES.has(scheme),
    text: url,
    end: -1,
    endOfPath: -1,
    path: undefined,
  }
}

/** The default port of a scheme, or null. @see https://url.spec.whatwg.org/#default-port */
export function defaultPort(scheme: string): number | null {
  return DEFAULT_PORTS.get(scheme) ?? null
}

/** Whether the host is a domain: no address, and no opaque host. @see https://url.spec.whatwg.org/#concept-domain */
export function isDomain(url: CheckedURL): boolean {
  if (url.host === null || !url.isSpecial) return false
  return !url.host.startsWith('[') && !IPV4.test(url.host)
}

/** Whether fetching it needs HTTP. @see https://fetch.spec.whatwg.org/#http-scheme */
export function isHTTPScheme(scheme: string): boolean {
  return scheme === 'https' || scheme === 'http'
}

/** The last origin that was read: one program nearly always asks about one page. */
let lastText: string | undefined
let lastOrigin: Origin | null = null

/**
 * Reads the origin that `'self'` stands for. Null, `'null'` and a URL whose origin is opaque are the opaque origin; of
 * another URL the origin counts.
 *
 * @throws CspError `ERR_CSP_CHECK` for what is neither null nor an absolute URL
 */
export function readSelf(self: string | null | undefined): Origin | null {
  if (self === null || self === undefined || self === 'null') return null
  if (self === lastText) return lastOrigin
  const url = typeof self === 'string' ? readURL(self) : null
  if (url === null) {
    const expected = 'an origin such as "https://shop.example", or null for an opaque one'
    const message = `Cannot decide: self is ${show(self)}, expected ${expected}`
    throw new CspError('ERR_CSP_CHECK', message, { value: self })
  }
  lastText = self
  lastOrigin = originOf(url)
  return lastOrigin
}

/** The origin of a URL; a file: URL's is kept for the engine that does not call it opaque. */
export function originOf(url: CheckedURL): Origin | null {
  if (url.scheme === 'file') return { scheme: 'file', host: url.host ?? '', port: null }
  if (url.scheme === 'blob') {
    const inner = readURL(pathOf(url))
    return inner === null || !isHTTPScheme(inner.scheme) ? null : originOf(inner)
  }
  if (url.host === null) return null
  return { scheme: url.scheme, host: url.host, port: url.port }
}
