/**
 * One source expression: the specification's grammar, what a builder refuses, and what to write instead.
 *
 * @see https://w3c.github.io/webappsec-csp/#framework-directive-source-list
 */

import { SANDBOX_TOKENS } from './directives.ts'
import type { CspErrorCode } from './errors.ts'
import { show } from './errors.ts'
import { KEYWORDS, NONE } from './keywords.ts'
import { suggest } from './suggest.ts'

// scheme-source = scheme-part ":"
const SCHEME_SOURCE = /^[a-z][a-z0-9+.-]*:$/i
// host-source = [ scheme-part "://" ] host-part [ ":" port-part ] [ path-part ]
const SCHEME_PREFIX = /^([a-z][a-z0-9+.-]*):\/\//i
// host-part = "*" / [ "*." ] 1*host-char *( "." 1*host-char ) [ "." ]; port-part = 1*DIGIT / "*"
const HOST_AND_PORT = /^(?:\*|(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?)(?::(?:[0-9]+|\*))?$/i
// path-part = path-absolute (RFC 3986) without ";" and ","
const PATH = /^\/(?!\/)(?:[\w.~!$&'()*+=:@/-]|%[0-9a-f]{2})*$/i
// nonce-source = "'nonce-" base64-value "'"
const NONCE_SOURCE = /^'nonce-[a-z0-9+/_-]+={0,2}'$/i
// hash-source = "'" ( "sha256" / "sha384" / "sha512" ) "-" base64-value "'"
const HASH_SOURCE = /^'(sha256|sha384|sha512)-([a-z0-9+/_-]+)={0,2}'$/i

/** Letters of a base64 hash without padding. */
const HASH_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 43],
  ['sha384', 64],
  ['sha512', 86],
])
const BARE_SCHEMES: readonly string[] = 'http https ws wss data blob filesystem mediastream'.split(
  ' ',
)
const QUOTES = /^["'`\u2018-\u201f\u00b4]+|["'`\u2018-\u201f\u00b4]+$/g
const UNQUOTED_CRYPTO = /^(?:nonce|sha256|sha384|sha512)-[a-z0-9+/_-]+={0,2}$/i

/** Why a value is refused and what to write instead; the end of a sentence that begins "Cannot …: ". */
export interface Problem {
  /** Stable code. */
  readonly code: CspErrorCode
  /** What is the case. */
  readonly problem: string
  /** What to write instead. */
  readonly expected: string
}

/** A value as it is written into a policy, or the reason why it can't be. */
export type Examined = { readonly text: string } | Problem

/**
 * Whether `text` is one valid source expression of the specification's grammar: a scheme, host, keyword, nonce or hash.
 * `'none'` is none: it stands for an empty list.
 */
export function isSourceExpression(text: string): boolean {
  if (NONCE_SOURCE.test(text) || HASH_SOURCE.test(text) || SCHEME_SOURCE.test(text)) return true
  const lower = asciiLowerCase(text)
  return (KEYWORDS.has(lower) && lower !== NONE) || isHostSource(text)
}

/** Whether the expression is a nonce-source or a hash-source; either makes 'unsafe-inline' void. */
export function isNonceOrHash(text: string): boolean {
  return NONCE_SOURCE.test(text) || HASH_SOURCE.test(text)
}

/** Whether the source is `'none'`, in any case. */
export function isNone(source: string | symbol): boolean {
  return typeof source === 'string' && asciiLowerCase(source) === NONE
}

/** Whether the expression names URLs: a scheme-source, host-source or `'self'`. */
export function isURLSource(text: string): boolean {
  return asciiLowerCase(text) === "'self'" || SCHEME_SOURCE.test(text) || isHostSource(text)
}

/**
 * Examines what somebody wrote into a source list. Case, international host names and `;` or `,` in a path are put
 * right; everything else that is not the grammar is a problem.
 */
export function examineSource(text: string): Examined {
  const keyword = asciiLowerCase(text)
  if (KEYWORDS.has(keyword)) return { text: keyword }
  if (text.startsWith("'")) {
    if (NONCE_SOURCE.test(text)) return { text: `'nonce-${text.slice(7)}` }
    const hash = HASH_SOURCE.exec(text)
    if (hash !== null) return examineHash(text, hash)
  }
  const slip = examineCharacters(text) ?? examineSlip(text, keyword)
  if (slip !== undefined) return slip
  if (SCHEME_SOURCE.test(text)) return { text: keyword }
  return examineHost(text)
}

/** Problems of single characters that no value of any directive may have. */
export function examineCharacters(text: string): Problem | undefined {
  if (text === '')
    return { code: 'ERR_CSP_SOURCE', problem: 'the text is empty', expected: 'a value' }
  if (/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text)) {
    return problem('ERR_CSP_CHARACTER', text, 'holds a control character', 'printable ASCII')
  }
  if (/[\t\n\f\r ]/.test(text)) {
    const parts = text.split(/[\t\n\f\r ]+/).filter((part) => part !== '')
    const list = parts.length === 0 ? 'a value' : parts.map((part) => show(part)).join(', ')
    const what = parts.length > 1 ? 'holds several values' : 'holds white space'
    return problem(
      'ERR_CSP_CHARACTER',
      text,
      what,
      parts.length > 1 ? `one argument each: ${list}` : list,
    )
  }
  return undefined
}

/** Spells the ASCII letters in lower case; other letters stay, as everywhere in CSP. */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** Makes a problem whose sentence begins with the value. */
export function problem(
  code: CspErrorCode,
  value: string,
  what: string,
  expected: string,
): Problem {
  return { code, problem: `${show(value)} ${what}`, expected }
}

function isHostSource(text: string): boolean {
  const rest = text.replace(SCHEME_PREFIX, '')
  const slash = rest.indexOf('/')
  if (slash === -1) return HOST_AND_PORT.test(rest)
  return HOST_AND_PORT.test(rest.slice(0, slash)) && PATH.test(rest.slice(slash))
}

/** A hash of the wrong length is a valid expression that matches nothing: refused, for nobody means that. */
function examineHash(text: string, [, algorithm = '', value = '']: RegExpExecArray): Examined {
  const name = algorithm.toLowerCase()
  const length = HASH_LENGTHS.get(name)
  if (value.length === length) return { text: `'${name}${text.slice(1 + name.length)}` }
  const what = `is no ${name} hash, it has ${value.length} letters of base64`
  return problem(
    'ERR_CSP_HASH',
    text,
    what,
    `${length} letters; hashSource(content, '${name}') makes one`,
  )
}

/** Quotes that are missing, wrong or too many, and words that belong elsewhere. */
function examineSlip(text: string, lower: string): Problem | undefined {
  const bare = lower.replace(QUOTES, '')
  const quoted = `'${bare}'`
  const isQuoted = bare !== lower
  if (KEYWORDS.has(quoted)) {
    const what = isQuoted ? 'has the wrong quotes' : 'is a keyword without its single quotes'
    return problem('ERR_CSP_KEYWORD_UNQUOTED', text, what, show(quoted))
  }
  if (bare === 'nonce' || bare === 'nonce-') {
    return problem('ERR_CSP_NONCE', text, 'has no value', 'NONCE, the nonce of each response')
  }
  const original = text.replace(QUOTES, '')
  if (UNQUOTED_CRYPTO.test(original)) {
    return problem('ERR_CSP_KEYWORD_UNQUOTED', text, 'needs single quotes', show(`'${original}'`))
  }
  if (bare.startsWith('nonce-') && isQuoted) {
    return problem('ERR_CSP_NONCE', text, 'is no nonce', "'nonce-' and base64, or NONCE")
  }
  if (/^sha\d+-/.test(bare) && isQuoted) {
    return problem(
      'ERR_CSP_HASH',
      text,
      'is no hash',
      "'sha256-', 'sha384-' or 'sha512-' and base64",
    )
  }
  if (isQuoted) {
    const nearest = suggest(quoted, KEYWORDS.keys())
    const isHost = nearest === undefined && isSourceExpression(original)
    const expected = nearest ?? (isHost ? original : undefined)
    const what = isHost ? 'has quotes that only keywords have' : 'is no keyword'
    return problem(
      'ERR_CSP_KEYWORD_UNKNOWN',
      text,
      what,
      expected === undefined ? `one of ${[...KEYWORDS.keys()].join(' ')}` : show(expected),
    )
  }
  if (SANDBOX_TOKENS.includes(lower)) {
    return problem('ERR_CSP_SOURCE', text, 'is a token of sandbox', `sandbox(${show(lower)})`)
  }
  if (BARE_SCHEMES.includes(lower)) {
    const expected = `${show(`${lower}:`)} for the scheme, or "https://${lower}" for a host of that name`
    return problem('ERR_CSP_SOURCE', text, 'is a scheme without its colon', expected)
  }
  return undefined
}

function examineHost(text: string): Examined {
  const prefix = asciiLowerCase(SCHEME_PREFIX.exec(text)?.[0] ?? '')
  const rest = text.slice(prefix.length)
  const end = rest.search(/[/?#]/)
  const authority = end === -1 ? rest : rest.slice(0, end)
  const path = end === -1 ? '' : rest.slice(end)
  if (authority.includes('@')) {
    const host = prefix + authority.slice(authority.lastIndexOf('@') + 1) + path
    return problem('ERR_CSP_SOURCE', text, 'holds a user name', `the host alone: ${show(host)}`)
  }
  if (authority.includes('[')) {
    return problem(
      'ERR_CSP_SOURCE',
      text,
      'is an IPv6 address, which CSP cannot name',
      'a host name',
    )
  }
  if (/[;,]/.test(authority)) {
    return problem('ERR_CSP_CHARACTER', text, 'holds a ";" or ","', 'one argument for each source')
  }
  const host = toASCII(authority)
  if (!HOST_AND_PORT.test(host)) return problem('ERR_CSP_SOURCE', text, ...explainHost(authority))
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 0)
  if (port > 65_535)
    return problem('ERR_CSP_SOURCE', text, 'has a port over 65535', 'a port or ":*"')
  return examinePath(text, prefix + host, path)
}

/** Why a host is none, and what to write: the two usual slips by name. */
function explainHost(authority: string): [what: string, expected: string] {
  if (authority.includes('_'))
    return ['has a "_" in its host, which CSP cannot name', '"*." and the parent domain']
  if (authority.includes('*')) {
    return ['has its wildcard in the wrong place', '"*", "*.example.com" or ":*" for the port']
  }
  return [
    'is no source',
    'a host ("example.com", "https://*.example.com:8443/path/"), a scheme ("https:") or a quoted keyword',
  ]
}

function examinePath(text: string, beforePath: string, path: string): Examined {
  if (/[?#]/.test(path)) {
    const expected = show(beforePath + path.replace(/[?#].*$/s, ''))
    return problem('ERR_CSP_SOURCE', text, 'has a query or fragment, which CSP ignores', expected)
  }
  const escaped = path.replaceAll(';', '%3B').replaceAll(',', '%2C')
  if (escaped === '' || PATH.test(escaped)) return { text: beforePath + escaped }
  if (path.startsWith('//')) {
    return problem(
      'ERR_CSP_SOURCE',
      text,
      'has an empty first path segment',
      show(beforePath + path.replace(/^\/+/, '/')),
    )
  }
  const isAscii = !/[^\u0000-\u007f]/.test(path)
  const what = isAscii ? 'has a character that a path cannot hold' : 'has a path beyond ASCII'
  return problem(
    isAscii ? 'ERR_CSP_SOURCE' : 'ERR_CSP_CHARACTER',
    text,
    what,
    show(beforePath + percentEncode(escaped)),
  )
}

/** Percent-encodes what a path cannot hold; a "%" that begins no escape too. */
function percentEncode(path: string): string {
  const bytes = new TextEncoder().encode(path.replace(/%(?![0-9a-f]{2})/gi, '%25'))
  return Array.from(bytes, (byte) => {
    const letter = String.fromCharCode(byte)
    return /[\w.~!$&'()*+=:@/%-]/.test(letter)
      ? letter
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

/** Lower-cases an authority and writes an international host name as the URL parser does: in punycode. */
function toASCII(authority: string): string {
  if (!/[^\u0000-\u007f]/.test(authority)) return asciiLowerCase(authority)
  const [, wildcard = '', host = '', port = ''] = /^(\*\.)?([^:]*)(:.*)?$/s.exec(authority) ?? []
  try {
    return wildcard + new URL(`https://${host}`).hostname + port
  } catch {
    return authority
  }
}
