/**
 * The text of a `javascript:` URL, which hash sources are compared with. Engines disagree about it.
 *
 * @see https://w3c.github.io/webappsec-csp/#should-block-navigation-request
 */

/**
 * How the text is written. `serialized`: as the URL standard does. `decoded`: that without
 * percent-encoding. `barely-encoded`: only what is no printable ASCII is encoded before the
 * fragment.
 */
type URLSpelling = 'serialized' | 'decoded' | 'barely-encoded'

const SPELLINGS: readonly URLSpelling[] = ['serialized', 'decoded', 'barely-encoded']
const SCHEME = 'javascript:'
const SPACE = 0x20
const ESCAPES = /%([0-9a-f]{2})/gi

/** The text in one spelling. What is no `javascript:` URL stays as it is. */
export function spellJavaScriptURL(url: string, spelling: URLSpelling): string {
  if (!URL.canParse(url)) return url
  const { protocol, href } = new URL(url)
  if (protocol !== SCHEME) return url
  const serialized = encodeLastSpace(href)
  if (spelling === 'decoded') return decode(serialized)
  return spelling === 'serialized' ? serialized : encodeBarely(url)
}

/** The text in each spelling, without duplicates; the serialised one is the first. */
export function spellingsOfJavaScriptURL(url: string): readonly string[] {
  return [...new Set(SPELLINGS.map((spelling) => spellJavaScriptURL(url, spelling)))]
}

/**
 * The last space of an opaque path is encoded before a query or a fragment. Older parsers keep it,
 * as that of Node 20 does.
 */
function encodeLastSpace(href: string): string {
  if (href.startsWith('/', SCHEME.length)) return href
  const end = href.search(/[?#]/)
  return end > 0 && href[end - 1] === ' ' ? `${href.slice(0, end - 1)}%20${href.slice(end)}` : href
}

/** As UTF-8 where all of it is, else each byte as one character. */
function decode(serialized: string): string {
  const bytes = serialized.replaceAll(ESCAPES, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  const encoded = Uint8Array.from(bytes, (character) => character.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encoded)
  } catch {
    return bytes
  }
}

function encodeBarely(url: string): string {
  const { hash } = new URL(url)
  let end = url.length
  while (url.charCodeAt(end - 1) <= SPACE) end -= 1
  const written = url
    .slice(0, end)
    .replace(/^[\u0000-\u0020]+/, '')
    .replaceAll(/[\t\n\r]/g, '')
  const code = written.slice(SCHEME.length).replace(/#.*/s, '')
  // Whole characters: half of a surrogate pair is what U+FFFD stands for, in every parser.
  const encoded = code.replaceAll(/[^\u0020-\u007e]/gu, (character) =>
    encodeURIComponent(character.replace(/\p{Surrogate}/u, '\ufffd')),
  )
  return `${SCHEME}${encoded}${hash}`
}
