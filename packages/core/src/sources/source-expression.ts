/**
 * One source expression: what it is, what a builder refuses, and what to write instead.
 *
 * @see https://w3c.github.io/webappsec-csp/#framework-directive-source-list
 */

import { asciiLowerCase, joinWords, show } from '../text.ts'
import { SANDBOX_TOKENS } from '../vocabulary/directives.ts'
import {
  INLINE_DIRECTIVES,
  KEYWORDS,
  NONCE,
  NONCE_DIRECTIVES,
  NONE,
  SELF,
} from '../vocabulary/keywords.ts'
import { suggest } from '../vocabulary/suggest.ts'
import { MEANT_WORDS } from '../vocabulary/words.ts'
import type { Examined, Problem } from './examined.ts'
import { examineCharacters, problem } from './examined.ts'
import type { HashAlgorithm } from './hash.ts'
import { examineHost } from './host-source.ts'
import { isStrongNonce } from './nonce.ts'
import type { HashParts, SourceParts } from './source-parts.ts'
import { readSourceExpression } from './source-parts.ts'
import type { Source } from './source-types.ts'

const USUAL_HOST =
  /^(?:(?:https?|wss?):\/\/)?(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,4})?(?:\/(?!\/)[\w.~/-]*)?$/
const QUOTES = /^["'`\u2018-\u201f\u00b4]{1,3}|["'`\u2018-\u201f\u00b4]{1,3}$/g
const UNQUOTED_CRYPTO = /^(?:nonce|sha256|sha384|sha512)-[a-z0-9+/_-]+={0,2}$/i
const HASH_LIKE = /^sha-?\d+-/
const BARE_SCHEMES: readonly string[] = 'http https ws wss data blob filesystem mediastream'.split(
  ' ',
)
// A word alone can be a host too, but with quotes a keyword is meant.
const HOST_LIKE = /[.:/*]|^localhost$/i
// Those of several words: no host is likely to have a name that is nearly one of them.
const LONG_KEYWORDS = [...KEYWORDS.keys()].filter((keyword) => keyword.includes('-'))
const ALL_KEYWORDS = joinWords([...KEYWORDS.keys()], 'or')
/** How many letters of base64 a hash has, without padding. */
const HASH_LENGTHS: Readonly<Record<HashAlgorithm, number>> = { sha256: 43, sha384: 64, sha512: 86 }

/**
 * Whether `text` is a host-source of the usual form, spelt as a policy holds it. Most sources are:
 * a look at the parts of all of them would double the cost of building a policy (suite "build" of
 * the bench).
 */
export function isUsualHost(text: string): boolean {
  return USUAL_HOST.test(text)
}

/**
 * Whether `text` is one valid source expression of the specification's grammar: a scheme, host,
 * keyword, nonce or hash. `'none'` is not one: it stands for an empty list.
 *
 * @example
 * ```ts
 * import { isSourceExpression } from '@cusp/core'
 *
 * isSourceExpression('https://*.example.com:8443/path/') // => true
 * isSourceExpression("'self'") // => true
 * isSourceExpression('https://example.com?query') // => false
 * ```
 */
export function isSourceExpression(text: string): boolean {
  return readSourceExpression(text).kind !== 'invalid' && !isNone(text)
}

/**
 * Whether the source is NONCE, a nonce-source or a hash-source. Each of them makes 'unsafe-inline'
 * void.
 */
export function isNonceOrHash(source: Source): boolean {
  if (source === NONCE) return true
  const kind = quotedKind(source)
  return kind === 'nonce' || kind === 'hash'
}

/** Whether the source is NONCE or a nonce-source. */
export function isNonce(source: Source): boolean {
  return source === NONCE || quotedKind(source) === 'nonce'
}

/** Whether the source is a hash-source. */
export function isHash(source: Source): boolean {
  return source !== NONCE && quotedKind(source) === 'hash'
}

/** The kind of a quoted expression. Most expressions are hosts, which are not read for this. */
function quotedKind(source: string): SourceParts['kind'] | undefined {
  return source.startsWith("'") ? readSourceExpression(source).kind : undefined
}

/** The directives in which a source has an effect; undefined where that is every source list. */
export function directivesOf(source: Source): readonly string[] | undefined {
  if (source === NONCE) return NONCE_DIRECTIVES
  if (!source.startsWith("'")) return undefined
  const parts = readSourceExpression(source)
  if (parts.kind === 'keyword') return KEYWORDS.get(parts.keyword)
  if (parts.kind === 'nonce') return NONCE_DIRECTIVES
  if (parts.kind === 'hash') return INLINE_DIRECTIVES
  return undefined
}

/** What to use instead of a source that has no effect in its directive: the words behind "Use". */
export function fixPlace(source: Source): string {
  if (isNonceOrHash(source)) return 'it in script-src or style-src'
  const directives = directivesOf(source) as readonly string[]
  return directives.length === 0 ? 'no such keyword' : `it in ${joinWords(directives, 'or')}`
}

/** Whether the source is the keyword, in any case. */
export function isKeyword(source: Source, keyword: string): boolean {
  return source !== NONCE && asciiLowerCase(source) === keyword
}

/** Whether the source is `'none'`, in any case. */
export function isNone(source: Source): boolean {
  return isKeyword(source, NONE)
}

/** Whether the keyword, in any case, is among the sources. */
export function hasKeyword(sources: readonly Source[], keyword: string): boolean {
  return sources.some((source) => isKeyword(source, keyword))
}

/** Whether the expression names URLs: a scheme-source, host-source or `'self'`. */
export function isURLSource(text: string): boolean {
  const { kind } = readSourceExpression(text)
  return kind === 'star' || kind === 'scheme' || kind === 'host' || isKeyword(text, SELF)
}

/**
 * Examines what somebody wrote into a source list. It corrects case, international host names, and
 * `;` and `,` in a path; everything else that the grammar does not have is a problem.
 */
export function examineSource(text: string): Examined {
  const parts = readSourceExpression(text)
  if (parts.kind === 'keyword') return { text: parts.keyword }
  if (parts.kind === 'nonce') return { text: `'nonce-${parts.nonce}'` }
  if (parts.kind === 'hash') return examineHash(text, parts)
  const slip = examineCharacters(text) ?? examineSlip(text)
  if (slip !== undefined) return slip
  if (parts.kind === 'scheme') return { text: `${parts.scheme}:` }
  const host = examineHost(text)
  // An international name may hold letters that punycode drops. The rest is examined again.
  return 'text' in host ? (examineSlip(host.text) ?? host) : host
}

/** A hash of the wrong length is a valid expression that matches nothing. Nobody means that. */
function examineHash(text: string, { algorithm, value }: HashParts): Examined {
  const length = HASH_LENGTHS[algorithm]
  const letters = value.replace(/=/g, '').length
  if (letters === length) return { text: `'${algorithm}-${value}'` }
  return problem('ERR_CSP_HASH', text, {
    what: `is not a ${algorithm} hash: it has ${letters} letters of base64 and not ${length}`,
    fix: `the result of hashSource(content, "${algorithm}")`,
  })
}

/** A text that may be a slip: as it was written, and without the quotes around it. */
interface Suspect {
  readonly text: string
  readonly lower: string
  /** The text without quotes, and the same in lower case. */
  readonly bare: string
  readonly bareLower: string
  readonly isQuoted: boolean
}

/**
 * What people write by mistake: quotes that are missing, wrong or too many, and words that belong
 * elsewhere.
 */
function examineSlip(text: string): Problem | undefined {
  const lower = asciiLowerCase(text)
  const bare = text.replace(QUOTES, '')
  const bareLower = asciiLowerCase(bare)
  const suspect = { text, lower, bare, bareLower, isQuoted: bare !== text }
  for (const find of SLIPS) {
    const found = find(suspect)
    if (found !== undefined) return found
  }
  return undefined
}

const SLIPS: readonly ((suspect: Suspect) => Problem | undefined)[] = [
  findKeywordSlip,
  findNonceSlip,
  findHashSlip,
  findUnknownKeyword,
  findMisplacedWord,
]

function findKeywordSlip({ text, bareLower, isQuoted }: Suspect): Problem | undefined {
  const quoted = `'${bareLower}'`
  if (!KEYWORDS.has(quoted)) return isQuoted ? undefined : findNearKeyword(text, bareLower)
  const what = isQuoted ? 'has the wrong quotes' : 'is a keyword without its single quotes'
  return problem('ERR_CSP_KEYWORD_UNQUOTED', text, { what, fix: show(quoted) })
}

/** A word that is nearly a keyword and has no quotes: as a host it would pass. */
function findNearKeyword(text: string, word: string): Problem | undefined {
  if (!word.includes('-') || HOST_LIKE.test(word)) return undefined
  const nearest = suggest(`'${word}'`, LONG_KEYWORDS)
  if (nearest === undefined) return undefined
  const what = 'is a misspelt keyword without its single quotes'
  return problem('ERR_CSP_KEYWORD_UNQUOTED', text, { what, fix: show(nearest) })
}

function findNonceSlip({ text, bare, bareLower, isQuoted }: Suspect): Problem | undefined {
  if (bareLower === 'nonce' || bareLower === 'nonce-') {
    return problem('ERR_CSP_NONCE', text, { what: 'has no value', fix: 'the constant NONCE' })
  }
  if (UNQUOTED_CRYPTO.test(bare)) {
    const isWeak = bareLower.startsWith('nonce-') && !isStrongNonce(bare.slice('nonce-'.length))
    const fix = isWeak ? 'the constant NONCE' : show(`'${bare}'`)
    return problem('ERR_CSP_KEYWORD_UNQUOTED', text, { what: 'has no single quotes', fix })
  }
  if (!isQuoted || !bareLower.startsWith('nonce-')) return undefined
  return problem('ERR_CSP_NONCE', text, { what: 'is not a nonce', fix: 'the constant NONCE' })
}

function findHashSlip({ text, bareLower, isQuoted }: Suspect): Problem | undefined {
  if (!isQuoted || !HASH_LIKE.test(bareLower)) return undefined
  const fix = "'sha256-', 'sha384-' or 'sha512-' and base64"
  return problem('ERR_CSP_HASH', text, { what: 'is not a hash', fix })
}

function findUnknownKeyword({ text, bare, bareLower, isQuoted }: Suspect): Problem | undefined {
  if (!isQuoted || isSourceExpression(text)) return undefined
  const meant = MEANT_WORDS.get(bareLower) ?? nearestKeyword(bareLower)
  if (meant === undefined && HOST_LIKE.test(bare) && isSourceExpression(bare)) {
    const complaint = { what: 'has quotes that only keywords have', fix: show(bare) }
    return problem('ERR_CSP_KEYWORD_UNKNOWN', text, complaint)
  }
  const complaint = { what: 'is not a keyword', fix: meant ?? ALL_KEYWORDS }
  return problem('ERR_CSP_KEYWORD_UNKNOWN', text, complaint)
}

function nearestKeyword(word: string): string | undefined {
  const nearest = suggest(`'${word}'`, KEYWORDS.keys()) ?? keywordWithEnd(word)
  return nearest === undefined ? undefined : show(nearest)
}

/** The one keyword that ends in the same word: 'unsafe-dynamic' is meant to be 'strict-dynamic'. */
function keywordWithEnd(word: string): string | undefined {
  const dash = word.lastIndexOf('-')
  if (dash === -1) return undefined
  const [only, ...others] = LONG_KEYWORDS.filter((keyword) =>
    keyword.endsWith(`${word.slice(dash)}'`),
  )
  return others.length === 0 ? only : undefined
}

function findMisplacedWord({ text, lower }: Suspect): Problem | undefined {
  if (SANDBOX_TOKENS.includes(lower)) {
    const fix = `sandbox(${show(lower)})`
    return problem('ERR_CSP_SOURCE', text, { what: 'is a token of sandbox', fix })
  }
  if (!BARE_SCHEMES.includes(lower)) return undefined
  const fix = `${show(`${lower}:`)} for the scheme or "https://${lower}" for a host of that name`
  return problem('ERR_CSP_SOURCE', text, { what: 'is a scheme without its colon', fix })
}
