/**
 * Plain URLs, read without the URL parser: `https://host.example:8443/path`. Parsing is most of
 * what a decision costs, and nearly every URL that is asked about is plain. Whatever is not is left
 * to the parser; a test compares the two.
 *
 * @see https://url.spec.whatwg.org/#concept-basic-url-parser
 */

/** The parts of a plain URL. */
export interface PlainURL {
  readonly scheme: string
  readonly host: string
  /** Null for the default port of the scheme. */
  readonly port: number | null
  /** Plain URLs have a special scheme. @see https://url.spec.whatwg.org/#special-scheme */
  readonly isSpecial: true
  /** Where the path, the query or the fragment begins. */
  readonly startOfPath: number
}

const DOT = 0x2e
const COLON = 0x3a
const SLASH = 0x2f
const QUESTION_MARK = 0x3f
const HASH = 0x23
// An address as the parser writes it: four numbers below 256, without leading zeros.
const IPV4 = /^(?:(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\.){3}(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/

/**
 * ASCII characters by code: 1 where the parser leaves them in a path as they are, whatever stands
 * before them.
 */
const PATH_CHARACTERS = tableOf(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!$&'()*+,;=:@/",
)
/** The same for labels of a host. */
const HOST_CHARACTERS = tableOf('abcdefghijklmnopqrstuvwxyz0123456789-')

/**
 * The parts of a URL that begins with a lower-case http(s) or ws(s) scheme and a domain of
 * lower-case labels, or an address of four numbers. Undefined for every other text, URL or not.
 */
export function readPlainURL(text: string): PlainURL | undefined {
  const scheme = plainSchemeOf(text)
  if (scheme === undefined) return undefined
  const startOfHost = scheme.length + '://'.length
  const endOfHost = findEndOfHost(text, startOfHost)
  if (endOfHost === -1) return undefined
  const host = text.slice(startOfHost, endOfHost)
  let end = endOfHost
  let port: number | null = null
  if (text.charCodeAt(endOfHost) === COLON) {
    const start = endOfHost + 1
    port = 0
    for (end = start; end < start + 5; end++) {
      const digit = text.charCodeAt(end) - 0x30
      if (!(digit >= 0 && digit <= 9)) break
      port = port * 10 + digit
    }
    if (end === start || port > 65_535) return undefined
    if (port === (scheme === 'https' || scheme === 'wss' ? 443 : 80)) port = null
  }
  if (!isEndOfAuthority(text, end)) return undefined
  return { scheme, host, port, isSpecial: true, startOfPath: end }
}

/**
 * The path of a plain URL, which begins at `start`, where it is plain as well: no escapes, and no
 * dots that could be dot segments.
 */
export function readPlainPath(text: string, start: number): string | undefined {
  const end = findEndOfPlainPath(text, start)
  if (end === -1) return undefined
  return end === start ? '/' : text.slice(start, end)
}

/** Where that path ends, or -1 where it is not plain. */
export function findEndOfPlainPath(text: string, start: number): number {
  if (text.charCodeAt(start) !== SLASH) return start
  let end = start
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (PATH_CHARACTERS[code] === 1) continue
    if (code === QUESTION_MARK || code === HASH) break
    if (code !== DOT || text.charCodeAt(end - 1) === SLASH) return -1
  }
  return end
}

/**
 * The scheme of a data: or blob: URL, which has neither host nor port: behind such a scheme and
 * anything but a slash the parser accepts what follows, whatever it is. Undefined for every other
 * text.
 */
export function readOpaqueScheme(text: string): string | undefined {
  const scheme = text.slice(0, 4)
  if (text.charCodeAt(4) !== COLON || (scheme !== 'data' && scheme !== 'blob')) return undefined
  // Neither a slash nor white space, which the parser drops.
  return HOST_CHARACTERS[text.charCodeAt(5)] === 1 ? scheme : undefined
}

function plainSchemeOf(text: string): string | undefined {
  if (text.startsWith('https://')) return 'https'
  if (text.startsWith('http://')) return 'http'
  if (text.startsWith('wss://')) return 'wss'
  return text.startsWith('ws://') ? 'ws' : undefined
}

/** Where the host ends, or -1 when it is not plain. */
function findEndOfHost(text: string, start: number): number {
  let labelStart = start
  let index = start
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (HOST_CHARACTERS[code] === 1) continue
    if (code !== DOT) break
    if (!isPlainLabel(text, labelStart, index)) return -1
    labelStart = index + 1
  }
  if (!isPlainLabel(text, labelStart, index)) return -1
  // A last label that begins with a letter is no number, and so the whole no address.
  if (isLetter(text.charCodeAt(labelStart))) return index
  return index - start <= 15 && IPV4.test(text.slice(start, index)) ? index : -1
}

/** Neither empty nor punycode, which the parser checks. */
function isPlainLabel(text: string, start: number, end: number): boolean {
  return start < end && !(text.charCodeAt(start) === 0x78 && text.startsWith('xn--', start))
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}

/** Whether the text ends here, or a path, query or fragment begins: none of these can fail. */
function isEndOfAuthority(text: string, index: number): boolean {
  if (index === text.length) return true
  const code = text.charCodeAt(index)
  return code === SLASH || code === QUESTION_MARK || code === HASH
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(128)
  for (let index = 0; index < characters.length; index++) table[characters.charCodeAt(index)] = 1
  return table
}
