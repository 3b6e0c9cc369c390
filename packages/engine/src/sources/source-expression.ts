/**
 * A source expression in the parts that matching looks at, read once when a policy is compiled.
 *
 * @see https://w3c.github.io/webappsec-csp/#framework-directive-source-list
 */

import {
  INLINE_SPECULATION_RULES,
  NONCE,
  NONE,
  REPORT_SAMPLE,
  REPORT_SHA256,
  REPORT_SHA384,
  REPORT_SHA512,
  SELF,
  STRICT_DYNAMIC,
  TRUSTED_TYPES_EVAL,
  UNSAFE_ALLOW_REDIRECTS,
  UNSAFE_EVAL,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
  UNSAFE_WEBTRANSPORT_HASHES,
  WASM_UNSAFE_EVAL,
} from '@cusp/core'
import { asciiLowerCase } from '../text.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** How an expression is shown in a result: a nonce that is not known as `'nonce-{NONCE}'`. */
const NONCE_SHOWN = "'nonce-{NONCE}'"

/** What every expression has. */
interface Written {
  /** As it was written. */
  readonly text: string
  /** Its place in the list, from 0. */
  readonly position: number
}

/** `*` alone. */
export interface StarSource extends Written {
  readonly kind: 'star'
}

/** `'self'` */
export interface SelfSource extends Written {
  readonly kind: 'self'
}

/** A scheme and a colon. */
export interface SchemeSource extends Written {
  readonly kind: 'scheme'
  /** Lower-case. */
  readonly scheme: string
}

/** A host with what stands around it. */
export interface HostSource extends Written {
  readonly kind: 'host'
  /** Lower-case; null where it is left out. */
  readonly scheme: string | null
  /** Lower-case: `*`, `*.` and labels, or labels. */
  readonly host: string
  /** Null where it is left out. */
  readonly port: number | '*' | null
  /** Empty where it is left out. */
  readonly path: string
}

/** Another keyword. */
interface KeywordSource extends Written {
  readonly kind: 'keyword'
  /** Lower-case, with its quotes. */
  readonly keyword: string
}

/** A nonce; NONCE is the nonce of this response, whatever it is. */
export interface NonceSource extends Written {
  readonly kind: 'nonce'
  readonly nonce: string | typeof NONCE
}

/** A hash. */
export interface HashSource extends Written {
  readonly kind: 'hash'
  readonly algorithm: HashName
  /** Base64 or base64url, as it was written. */
  readonly value: string
}

/** What fits no production; it matches nothing. */
interface InvalidSource extends Written {
  readonly kind: 'invalid'
}

/** One source expression. */
export type SourceExpression =
  | HashSource
  | HostSource
  | InvalidSource
  | KeywordSource
  | NonceSource
  | SchemeSource
  | SelfSource
  | StarSource

/** An expression that can match a URL. */
export type URLSource = HostSource | SchemeSource | SelfSource | StarSource

/** A hash algorithm of CSP. */
export type HashName = 'sha256' | 'sha384' | 'sha512'

// scheme-source = scheme-part ":"
const SCHEME_SOURCE = /^[a-z][a-z0-9+.-]*:$/i
// keyword-source; 'none' is none by the grammar, and stands for an empty list
const KEYWORDS: ReadonlySet<string> = new Set([
  INLINE_SPECULATION_RULES,
  NONE,
  REPORT_SAMPLE,
  REPORT_SHA256,
  REPORT_SHA384,
  REPORT_SHA512,
  SELF,
  STRICT_DYNAMIC,
  TRUSTED_TYPES_EVAL,
  UNSAFE_ALLOW_REDIRECTS,
  UNSAFE_EVAL,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
  UNSAFE_WEBTRANSPORT_HASHES,
  WASM_UNSAFE_EVAL,
])
// nonce-source = "'nonce-" base64-value "'"
const NONCE_SOURCE = /^'nonce-[a-z0-9+/_-]+={0,2}'$/i
// hash-source = "'" hash-algorithm "-" base64-value "'"
const HASH_SOURCE = /^'(sha(?:256|384|512))-([a-z0-9+/_-]+={0,2})'$/i
const DASHED_HASH_SOURCE = /^'(sha-(?:256|384|512))-([a-z0-9+/_-]+={0,2})'$/i
// host-source = [ scheme-part "://" ] host-part [ ":" port-part ] [ path-part ]
const SCHEME_PREFIX = /^([a-z][a-z0-9+.-]*):\/\//i
const COMMON_SCHEMES = ['https', 'http', 'wss', 'ws']
const PORT_SUFFIX = /:([0-9]+|\*)$/
// the slash that begins a path; those after a scheme follow a colon and each other
const PATH_START = /[^:/]\//
const PATH_CHARACTER = /[^\w.~!$&'()*+=:@/%-]/
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i

/** Reads one source expression. What fits no production is kept: `explain` names it. */
export function parseSourceExpression(
  source: string | typeof NONCE,
  { position, dialect }: { readonly position: number; readonly dialect: Dialect },
): SourceExpression {
  if (source === NONCE) return { kind: 'nonce', text: NONCE_SHOWN, position, nonce: NONCE }
  const text = source
  if (text === '*') return { kind: 'star', text, position }
  if (text.startsWith("'")) return parseQuoted(text, position, dialect)
  if (SCHEME_SOURCE.test(text)) {
    return { kind: 'scheme', text, position, scheme: asciiLowerCase(text.slice(0, -1)) }
  }
  return parseHostSource(text, position, dialect) ?? { kind: 'invalid', text, position }
}

function parseQuoted(text: string, position: number, dialect: Dialect): SourceExpression {
  if (NONCE_SOURCE.test(text)) {
    return { kind: 'nonce', text, position, nonce: text.slice("'nonce-".length, -1) }
  }
  const hash =
    HASH_SOURCE.exec(text) ??
    (dialect.has('dashed-hash-valid') ? DASHED_HASH_SOURCE.exec(text) : null)
  if (hash !== null) {
    const algorithm = asciiLowerCase(hash[1] as string).replace('-', '') as HashName
    const value = hash[2] as string
    if (dialect.has('undecodable-hash-invalid') && !isBase64(value)) {
      return { kind: 'invalid', text, position }
    }
    return { kind: 'hash', text, position, algorithm, value }
  }
  const keyword = asciiLowerCase(text)
  if (!KEYWORDS.has(keyword)) return { kind: 'invalid', text, position }
  return keyword === SELF
    ? { kind: 'self', text, position }
    : { kind: 'keyword', text, position, keyword }
}

/** Whether the text is base64 once padding is added that may be missing. */
function isBase64(value: string): boolean {
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  const rest = (value.length - padding) % 4
  if (rest === 0) return padding === 0
  return rest === 2 || (rest === 3 && padding < 2)
}

/** Scanned by hand rather than by one expression: a policy may be a megabyte of anything. */
function parseHostSource(text: string, position: number, dialect: Dialect): HostSource | undefined {
  const kept = withoutQuery(text, dialect)
  const prefix = SCHEME_PREFIX.exec(kept)
  const rest = prefix === null ? kept : kept.slice(prefix[0].length)
  const slash = rest.indexOf('/')
  const authority = slash === -1 ? rest : rest.slice(0, slash)
  const path = slash === -1 ? '' : rest.slice(slash)
  const port = PORT_SUFFIX.exec(authority)
  const host = asciiLowerCase(port === null ? authority : authority.slice(0, port.index))
  if (!isHostPart(host) || !isPathPart(path)) return undefined
  if (host === '*') {
    const isFollowed = path !== '' || kept !== text
    if (isFollowed && port === null && dialect.has('star-with-path-invalid')) return undefined
    if (prefix === null && dialect.has('star-without-scheme-invalid')) return undefined
  }
  if (host.endsWith('.') && dialect.has('trailing-dot-invalid')) return undefined
  return {
    kind: 'host',
    text,
    position,
    scheme: prefix === null ? null : schemeOf(prefix[1] as string),
    host,
    port: port === null ? null : portOf(port[1] as string, dialect),
    path,
  }
}

/** NaN for a port that matches none: one that begins with 0, where ports are compared as texts. */
function portOf(text: string, dialect: Dialect): number | '*' {
  if (text === '*') return '*'
  return /^0\d/.test(text) && dialect.has('port-with-leading-zero-void') ? Number.NaN : Number(text)
}

/** One text for each common scheme: to compare a text with itself costs nothing. */
function schemeOf(text: string): string {
  const scheme = asciiLowerCase(text)
  return COMMON_SCHEMES.find((common) => common === scheme) ?? scheme
}

/** Engines drop a query or fragment that follows a path; one of them drops any. */
function withoutQuery(text: string, dialect: Dialect): string {
  if (!dialect.has('query-after-path-dropped')) return text
  const end = text.search(/[?#]/)
  if (end === -1) return text
  const kept = text.slice(0, end)
  return PATH_START.test(kept) || dialect.has('query-after-host-dropped') ? kept : text
}

// host-part = "*" / [ "*." ] 1*host-char *( "." 1*host-char ) [ "." ]
function isHostPart(host: string): boolean {
  if (host === '*') return true
  const labels = host.startsWith('*.') ? host.slice(2) : host
  if (labels === '' || /[^a-z0-9.-]/.test(labels)) return false
  return !labels.startsWith('.') && !labels.includes('..')
}

// path-part = path-absolute (RFC 3986) without ";" and ","
function isPathPart(path: string): boolean {
  return !path.startsWith('//') && !PATH_CHARACTER.test(path) && !BAD_ESCAPE.test(path)
}
