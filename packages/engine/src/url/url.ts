/**
 * URLs and origins in the parts that matching looks at, read once for each decision.
 *
 * @see https://url.spec.whatwg.org/
 */

import { CspError } from '@cusp/core'
import { show } from '@cusp/core/internal'
import { findEndOfPlainPath, readOpaqueScheme, readPlainURL } from './plain-url.ts'

/** What {@link CheckedURL} is made from, besides the whole URL. */
interface Parts {
  readonly scheme: string
  readonly host: string | null
  readonly port: number | null
  readonly isSpecial: boolean
  /** Where the path of a plain URL begins in its text; -1 of others. */
  readonly startOfPath: number
  readonly portBefore?: number | null
}

/** The end of a path that nothing has asked for yet. */
const NOT_ASKED = -2
/** The end of a path that only the URL parser can tell. */
const NOT_PLAIN = -1
const SLASH = 0x2f
const PERCENT = 0x25

/**
 * A URL in parts. Its path is cut out when an expression first asks for it: most decisions never
 * do. One class for all kinds of URLs, so that matching sees one shape of object (`pnpm bench
 * decisions`).
 */
export class CheckedURL {
  /** Lower-case, without its colon. */
  readonly scheme: string
  /** As the URL parser writes it: lower-case, punycode; null where there is none. */
  readonly host: string | null
  /** Null for the default port of the scheme. */
  readonly port: number | null
  /**
   * The port before an upgrade, where that is the one which an engine compares with a written port.
   */
  readonly portBefore: number | null
  /**
   * Whether the scheme is one whose hosts are domains and addresses. @see
   * https://url.spec.whatwg.org/#special-scheme
   */
  readonly isSpecial: boolean
  private readonly source: string | URL
  private readonly startOfPath: number
  private endOfPath: number
  private pathText: string | undefined

  constructor(parts: Parts, source: string | URL) {
    this.scheme = parts.scheme
    this.host = parts.host
    this.port = parts.port
    this.portBefore = parts.portBefore ?? null
    this.isSpecial = parts.isSpecial
    this.source = source
    this.startOfPath = parts.startOfPath
    this.endOfPath = parts.startOfPath === -1 ? NOT_PLAIN : NOT_ASKED
    this.pathText = undefined
  }

  /** The path as the URL parser writes it. */
  get path(): string {
    this.pathText ??= this.readPath()
    return this.pathText
  }

  /** The whole URL. */
  parse(): URL {
    return typeof this.source === 'string' ? new URL(this.source) : this.source
  }

  /**
   * Whether a path-part without escapes matches the path, compared where it stands in the text.
   * Undefined where that cannot tell: the path is not plain, or the path-part has escapes.
   */
  matchesPlainPath(pathPart: string): boolean | undefined {
    const { source, startOfPath } = this
    const length = this.endOfPlainPath() - startOfPath
    if (length <= 0 || typeof source !== 'string') return undefined
    for (let index = 0; index < pathPart.length; index++) {
      const code = pathPart.charCodeAt(index)
      if (code === PERCENT) return undefined
      if (index >= length || code !== source.charCodeAt(startOfPath + index)) return false
    }
    return length === pathPart.length || pathPart.charCodeAt(pathPart.length - 1) === SLASH
  }

  private readPath(): string {
    const end = this.endOfPlainPath()
    if (end === NOT_PLAIN) return this.parse().pathname
    return end === this.startOfPath ? '/' : (this.source as string).slice(this.startOfPath, end)
  }

  private endOfPlainPath(): number {
    if (this.endOfPath === NOT_ASKED) {
      this.endOfPath = findEndOfPlainPath(this.source as string, this.startOfPath)
    }
    return this.endOfPath
  }
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

/** The parts of a URL; null for what is not a URL. */
export function readURL(text: string | URL): CheckedURL | null {
  return (typeof text === 'string' ? readWithoutParser(text) : undefined) ?? parseURL(text)
}

/**
 * The parts of a URL, by the URL parser alone: the slow way, which {@link readURL} must agree with.
 */
export function parseURL(text: string | URL): CheckedURL | null {
  try {
    return partsOf(new URL(text))
  } catch {
    return null
  }
}

/** The parts of a URL that can be read without the parser. */
function readWithoutParser(text: string): CheckedURL | undefined {
  const plain = readPlainURL(text)
  if (plain !== undefined) return new CheckedURL(plain, text)
  const scheme = readOpaqueScheme(text)
  if (scheme === undefined) return undefined
  return new CheckedURL({ scheme, host: null, port: null, isSpecial: false, startOfPath: -1 }, text)
}

/** The parts of a parsed URL. `portBefore` is that of {@link CheckedURL}. */
export function partsOf(url: URL, portBefore: number | null = null): CheckedURL {
  const { protocol, hostname, port } = url
  const scheme = protocol.slice(0, -1)
  const parts = {
    scheme,
    host: hostname === '' ? null : hostname,
    port: port === '' ? null : Number(port),
    isSpecial: SPECIAL_SCHEMES.has(scheme),
    startOfPath: -1,
    portBefore,
  }
  return new CheckedURL(parts, url)
}

/** The default port of a scheme, or null. @see https://url.spec.whatwg.org/#default-port */
export function defaultPort(scheme: string): number | null {
  return DEFAULT_PORTS.get(scheme) ?? null
}

/**
 * Whether the host is a domain: neither an address nor opaque. @see
 * https://url.spec.whatwg.org/#concept-domain
 */
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
 * Reads the origin that `'self'` stands for. Null, `'null'` and a URL whose origin is opaque are
 * the opaque origin; of another URL the origin counts.
 *
 * @throws CspError `ERR_CSP_CHECK` for what is neither null nor an absolute URL
 */
export function readSelf(self: string | null | undefined): Origin | null {
  if (self === null || self === undefined || self === 'null') return null
  if (self === lastText) return lastOrigin
  const url = typeof self === 'string' ? readURL(self) : null
  if (url === null) {
    const message = `Cannot decide: self is ${show(self)}, which is not an origin. Use an origin such as "https://shop.example", or null for an opaque one.`
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
    const inner = readURL(url.path)
    return inner === null || !isHTTPScheme(inner.scheme) ? null : originOf(inner)
  }
  if (url.host === null) return null
  return { scheme: url.scheme, host: url.host, port: url.port }
}

/** An origin as text. */
export function serializeOrigin({ scheme, host, port }: Origin): string {
  return `${scheme}://${host}${port === null ? '' : `:${port}`}`
}

/** What follows each dot of a host, with the dot. */
export function suffixesOf(host: string): readonly string[] {
  const suffixes: string[] = []
  for (let at = host.indexOf('.'); at !== -1; at = host.indexOf('.', at + 1)) {
    suffixes.push(host.slice(at))
  }
  return suffixes
}
