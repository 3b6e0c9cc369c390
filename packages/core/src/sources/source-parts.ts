/**
 * The grammar of source expressions: each of them read into its parts, to the letter of the
 * specification.
 *
 * @see https://w3c.github.io/webappsec-csp/#framework-directive-source-list
 */

import { KEYWORDS } from '../vocabulary/keywords.ts'
import type { HashAlgorithm } from './hash.ts'
import { asciiLowerCase } from '../text.ts'

// scheme-source = scheme-part ":"; scheme-part = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
const SCHEME_SOURCE = /^[a-z][a-z0-9+.-]*:$/i
// nonce-source = "'nonce-" base64-value "'"
const NONCE_SOURCE = /^'nonce-[a-z0-9+/_-]+={0,2}'$/i
// hash-source = "'" ( "sha256" / "sha384" / "sha512" ) "-" base64-value "'"
const HASH_SOURCE = /^'sha(?:256|384|512)-[a-z0-9+/_-]+={0,2}'$/i
// host-source = [ scheme-part "://" ] host-part [ ":" port-part ] [ path-part ]
const SCHEME_PREFIX = /^[a-z][a-z0-9+.-]*:\/\//i
// port-part = 1*DIGIT / "*"
const PORT_PART = /^(?:[0-9]+|\*)$/
const NOT_HOST_CHARACTER = /[^a-z0-9.-]/
// path-part = path-absolute (RFC 3986) without ";" and ","
const NOT_PATH_CHARACTER = /[^\w.~!$&'()*+=:@/%-]/
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i
const COMMON_SCHEMES = ['https', 'http', 'wss', 'ws']

/** A source expression in its parts. */
export type SourceParts =
  | {
      /** `*` alone. */
      readonly kind: 'star'
    }
  | {
      readonly kind: 'scheme'
      /** Lower-case, without the colon. */
      readonly scheme: string
    }
  | HostParts
  | {
      readonly kind: 'keyword'
      /** Lower-case, with its quotes; `'self'` and `'none'` too. */
      readonly keyword: string
    }
  | {
      readonly kind: 'nonce'
      readonly nonce: string
    }
  | HashParts
  | {
      /** It fits no production and matches nothing. */
      readonly kind: 'invalid'
    }

/** A host-source in its parts. */
export interface HostParts {
  readonly kind: 'host'
  /** Lower-case; null where it is left out. */
  readonly scheme: string | null
  /** Lower-case: `*`, labels, or `*.` and labels. */
  readonly host: string
  /** Digits or `*`; null where it is left out. */
  readonly port: string | null
  /** As it is written; empty where it is left out. */
  readonly path: string
}

/** A hash-source in its parts. */
export interface HashParts {
  readonly kind: 'hash'
  readonly algorithm: HashAlgorithm
  /** Base64 or base64url, as it is written. */
  readonly value: string
}

const STAR: SourceParts = Object.freeze({ kind: 'star' })
const INVALID: SourceParts = Object.freeze({ kind: 'invalid' })

/**
 * Reads one source expression. Never throws, and takes linear time: a policy may be a megabyte of
 * anything, so that each expression here repeats single characters only and hosts are cut at their
 * separators.
 *
 * `'none'` is a keyword here although the grammar has it beside the list.
 *
 * @example
 * ```ts
 * import { readSourceExpression } from '@cusp/core/internal'
 *
 * const parts = readSourceExpression('HTTPS://*.Example.com:443/Path')
 * Object.values(parts) // => host,https,*.example.com,443,/Path
 * readSourceExpression('https://example.com?query').kind // => invalid
 * ```
 */
export function readSourceExpression(text: string): SourceParts {
  if (text === '*') return STAR
  if (text.startsWith("'")) return readQuoted(text)
  if (SCHEME_SOURCE.test(text)) return { kind: 'scheme', scheme: spellScheme(text.slice(0, -1)) }
  return readHostSource(text)
}

function readQuoted(text: string): SourceParts {
  if (NONCE_SOURCE.test(text)) return { kind: 'nonce', nonce: text.slice("'nonce-".length, -1) }
  if (HASH_SOURCE.test(text)) {
    const algorithm = asciiLowerCase(text.slice(1, 7)) as HashAlgorithm
    return { kind: 'hash', algorithm, value: text.slice("'sha256-".length, -1) }
  }
  const keyword = asciiLowerCase(text)
  return KEYWORDS.has(keyword) ? { kind: 'keyword', keyword } : INVALID
}

function readHostSource(text: string): SourceParts {
  const prefix = SCHEME_PREFIX.exec(text)?.[0] ?? ''
  const rest = prefix === '' ? text : text.slice(prefix.length)
  const slash = rest.indexOf('/')
  const authority = slash === -1 ? rest : rest.slice(0, slash)
  const path = slash === -1 ? '' : rest.slice(slash)
  const colon = authority.lastIndexOf(':')
  const port = colon === -1 ? null : authority.slice(colon + 1)
  if (port !== null && !PORT_PART.test(port)) return INVALID
  const host = asciiLowerCase(colon === -1 ? authority : authority.slice(0, colon))
  if (!isHostPart(host) || !isPathPart(path)) return INVALID
  const scheme = prefix === '' ? null : spellScheme(prefix.slice(0, -3))
  return { kind: 'host', scheme, host, port, path }
}

/** One text for each common scheme: comparing a text with itself looks at no letter. */
function spellScheme(text: string): string {
  const scheme = asciiLowerCase(text)
  return COMMON_SCHEMES.find((common) => common === scheme) ?? scheme
}

// host-part = "*" / [ "*." ] 1*host-char *( "." 1*host-char ) [ "." ]
// host-char = ALPHA / DIGIT / "-"
function isHostPart(host: string): boolean {
  if (host === '*') return true
  const labels = host.startsWith('*.') ? host.slice(2) : host
  if (labels === '' || NOT_HOST_CHARACTER.test(labels)) return false
  return !labels.startsWith('.') && !labels.includes('..')
}

/** Whether the text is a path-part, or absent. */
export function isPathPart(path: string): boolean {
  return !path.startsWith('//') && !NOT_PATH_CHARACTER.test(path) && !BAD_ESCAPE.test(path)
}
