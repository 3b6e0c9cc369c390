/**
 * One source expression: the specification's grammar, what a builder refuses, and what to write instead.
 *
 * @see https://w3c.github.io/webappsec-csp/#framework-directive-source-list
 */

import { SANDBOX_TOKENS } from './directives.ts'
import type { Examined, Problem } from './examined.ts'
import { examineCharacters, problem } from './examined.ts'
import { examineHost } from './host-source.ts'
import { KEYWORDS, NONCE, NONE, SELF } from './keywords.ts'
import type { Source } from './source-types.ts'
import type { HashAlgorithm } from './sources/hash.ts'
import type { HashParts } from './sources/source-parts.ts'
import { readSourceExpression } from './sources/source-parts.ts'
import { suggest } from './suggest.ts'
import { asciiLowerCase, show } from './text.ts'

const USUAL_HOST =
  /^(?:(?:https?|wss?):\/\/)?(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,4})?(?:\/(?!\/)[\w.~/-]*)?$/

/** Letters of a base64 hash without padding. */
const HASH_LENGTHS: Readonly<Record<HashAlgorithm, number>> = { sha256: 43, sha384: 64, sha512: 86 }
const BARE_SCHEMES: readonly string[] = 'http https ws wss data blob filesystem mediastream'.split(
  ' ',
)
const QUOTES = /^["'`\u2018-\u201f\u00b4]{1,3}|["'`\u2018-\u201f\u00b4]{1,3}$/g
const UNQUOTED_CRYPTO = /^(?:nonce|sha256|sha384|sha512)-[a-z0-9+/_-]+={0,2}$/i

/** Whether `text` is one of the usual host-sources, spelt as they are kept: a closer look costs 30 times as much. */
export function isUsualHost(text: string): boolean {
  return USUAL_HOST.test(text)
}

/**
 * Whether `text` is one valid source expression of the specification's grammar: a scheme, host, keyword, nonce or hash.
 * `'none'` is none: it stands for an empty list.
 */
export function isSourceExpression(text: string): boolean {
  return readSourceExpression(text).kind !== 'invalid' && !isNone(text)
}

/** Whether the source is NONCE, a nonce-source or a hash-source; each makes 'unsafe-inline' void. */
export function isNonceOrHash(source: Source): boolean {
  if (source === NONCE) return true
  const { kind } = readSourceExpression(source)
  return kind === 'nonce' || kind === 'hash'
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
 * Examines what somebody wrote into a source list. Case, international host names and `;` or `,` in a path are put
 * right; everything else that is not the grammar is a problem.
 */
export function examineSource(text: string): Examined {
  const parts = readSourceExpression(text)
  if (parts.kind === 'keyword') return { text: parts.keyword }
  if (parts.kind === 'nonce') return { text: `'nonce-${parts.nonce}'` }
  if (parts.kind === 'hash') return examineHash(text, parts)
  const slip = examineCharacters(text) ?? examineSlip(text, asciiLowerCase(text))
  if (slip !== undefined) return slip
  if (parts.kind === 'scheme') return { text: `${parts.scheme}:` }
  const host = examineHost(text)
  // An international name may hold letters that count for nothing: what is left must be no slip either.
  return 'text' in host ? (examineSlip(host.text, asciiLowerCase(host.text)) ?? host) : host
}

/** A hash of the wrong length is a valid expression that matches nothing: refused, for nobody means that. */
function examineHash(text: string, { algorithm, value }: HashParts): Examined {
  const length = HASH_LENGTHS[algorithm]
  const letters = value.replace(/=/g, '').length
  if (letters === length) return { text: `'${algorithm}-${value}'` }
  const what = `is no ${algorithm} hash, it has ${letters} letters of base64`
  return problem(
    'ERR_CSP_HASH',
    text,
    what,
    `${length} letters; hashSource(content, '${algorithm}') makes one`,
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
  if (/^sha-?\d+-/.test(bare) && isQuoted) {
    return problem(
      'ERR_CSP_HASH',
      text,
      'is no hash',
      "'sha256-', 'sha384-' or 'sha512-' and base64",
    )
  }
  if (isQuoted && !isSourceExpression(text)) {
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
