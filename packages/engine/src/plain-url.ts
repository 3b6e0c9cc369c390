/**
 * Plain URLs, read without the URL parser: `https://host.example:8443/path`. Parsing is most of what a decision costs, and
 * nearly every URL that is asked about is plain. Whatever is not is left to the parser; a test compares the two.
 *
 * @see https://url.spec.whatwg.org/#concept-basic-url-parser
 */

/** The parts of a plain URL. */
export interface PlainURL {
  readonly scheme: string
  readonly host: string
  /** Null for the default port of the scheme. */
  readonly port: number | null
}

const DOT = 0x2e
const COLON = 0x3a
const HYPHEN = 0x2d
const SLASH = 0x2f
// Letters that the parser leaves in a path as they are; a "." and a "%" need a look at what stands around them.
const PLAIN_PATH = /^[\w~!$&'()*+,;=:@/-]*$/

/**
 * The parts of a URL that begins with a lower-case http(s) or ws(s) scheme and a domain of lower-case labels, the last of
 * which begins with a letter (no address). Undefined for every other text, URL or not.
 */
export function readPlainURL(text: string): PlainURL | undefined {
  const scheme = plainSchemeOf(text)
  if (scheme === undefined) return undefined
  const start = scheme.length + '://'.length
  const end = endOfHost(text, start)
  if (end === -1) return undefined
  const host = text.slice(start, end)
  if (text.charCodeAt(end) !== COLON) {
    return isEndOfAuthority(text, end) ? { scheme, host, port: null } : undefined
  }
  const port = readPort(text, end + 1)
  if (port === -1) return undefined
  const isDefault = port === (scheme === 'https' || scheme === 'wss' ? 443 : 80)
  return { scheme, host, port: isDefault ? null : port }
}

/** The path of a plain URL where it is plain as well: no escapes, and no dots that could be dot segments. */
export function readPlainPath(text: string): string | undefined {
  const start = text.indexOf('/', text.indexOf('//') + 2)
  const end = text.search(/[?#]/)
  if (start === -1 || (end !== -1 && end < start)) return '/'
  const path = end === -1 ? text.slice(start) : text.slice(start, end)
  return PLAIN_PATH.test(path.includes('/.') ? path : path.replaceAll('.', '')) ? path : undefined
}

function plainSchemeOf(text: string): string | undefined {
  if (text.startsWith('https://')) return 'https'
  if (text.startsWith('http://')) return 'http'
  if (text.startsWith('wss://')) return 'wss'
  return text.startsWith('ws://') ? 'ws' : undefined
}

/** Where the host ends, or -1 when it is not plain. */
function endOfHost(text: string, start: number): number {
  let labelStart = start
  let index = start
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === DOT) {
      if (!isPlainLabel(text, labelStart, index)) return -1
      labelStart = index + 1
    } else if (!isHostCharacter(code)) break
  }
  return isPlainLabel(text, labelStart, index) && isLetter(text.charCodeAt(labelStart)) ? index : -1
}

/** Neither empty nor punycode, which the parser checks. */
function isPlainLabel(text: string, start: number, end: number): boolean {
  return start < end && !(text.charCodeAt(start) === 0x78 && text.startsWith('xn--', start))
}

/** A port of one to five digits with nothing behind it, or -1. */
function readPort(text: string, start: number): number {
  let port = 0
  let index = start
  for (; index < text.length && index < start + 5; index++) {
    const digit = text.charCodeAt(index) - 0x30
    if (digit < 0 || digit > 9) break
    port = port * 10 + digit
  }
  return index > start && port <= 65_535 && isEndOfAuthority(text, index) ? port : -1
}

/** Whether the text ends here, or a path, query or fragment begins: none of these can fail. */
function isEndOfAuthority(text: string, index: number): boolean {
  if (index === text.length) return true
  const code = text.charCodeAt(index)
  return code === SLASH || code === 0x3f || code === 0x23
}

function isHostCharacter(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === HYPHEN
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a
}
