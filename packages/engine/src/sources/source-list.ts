/**
 * A source list, compiled: its keywords once, its nonces and hashes by value, its URLs in an index.
 *
 * @see https://w3c.github.io/webappsec-csp/#source-lists
 */

import type { HashAlgorithm } from '@cusp/core'
import type { NONCE } from '@cusp/core'
import type { Dialect } from '../dialects/dialect.ts'
import type { HashSource, NonceSource, SourceExpression } from './source-expression.ts'
import { parseSourceExpression } from './source-expression.ts'
import type { URLIndex } from './url-index.ts'
import { makeURLIndex } from './url-index.ts'

/** A compiled source list. */
export interface SourceList {
  /** All expressions in order. */
  readonly expressions: readonly SourceExpression[]
  /** Keywords by their lower-case text, each as it was written first. */
  readonly keywords: ReadonlyMap<string, SourceExpression>
  readonly nonces: ReadonlyMap<string | typeof NONCE, NonceSource>
  /** Hashes by algorithm and then by value in the standard alphabet of base64. */
  readonly hashes: ReadonlyMap<HashAlgorithm, ReadonlyMap<string, HashSource>>
  /** Hashes as an integrity attribute has them: `sha256-` and the value. */
  readonly integrities: ReadonlyMap<string, HashSource>
  readonly index: URLIndex
}

const URL_HASH = /^'url-sha(?:256|384|512)-/i
const URL_KINDS: ReadonlySet<SourceExpression['kind']> = new Set(['host', 'scheme', 'self', 'star'])

/** Compiles the source list of the directive of that name. */
export function makeSourceList(
  values: readonly (string | typeof NONCE)[],
  { name, dialect }: { readonly name: string; readonly dialect: Dialect },
): SourceList {
  const parsed = values.map((value, position) =>
    parseSourceExpression(value, { position, dialect }),
  )
  const expressions = withoutVoidSources(parsed, { name, dialect })
  const keywords = new Map<string, SourceExpression>()
  const nonces = new Map<string | typeof NONCE, NonceSource>()
  const hashes = new Map<HashAlgorithm, Map<string, HashSource>>()
  const integrities = new Map<string, HashSource>()
  for (const expression of expressions) {
    if (expression.kind === 'keyword') setOnce(keywords, expression.keyword, expression)
    else if (expression.kind === 'nonce') setOnce(nonces, expression.nonce, expression)
    else if (expression.kind === 'hash') {
      const byValue = hashes.get(expression.algorithm) ?? new Map<string, HashSource>()
      hashes.set(expression.algorithm, byValue)
      setOnce(byValue, toBase64(expression.value, dialect), expression)
      setOnce(integrities, integrityOf(expression, dialect), expression)
    }
  }
  const index = makeURLIndex(expressions)
  return { expressions, keywords, nonces, hashes, integrities, index }
}

/** Whether the list allows nothing: it is empty or only `'none'`. */
export function isNoneList({ expressions, keywords }: SourceList): boolean {
  return expressions.length === 0 || (expressions.length === 1 && keywords.has("'none'"))
}

/** Whether the list has a nonce or a hash, either of which makes 'unsafe-inline' void. */
export function hasNonceOrHash({ nonces, hashes }: SourceList): boolean {
  return nonces.size > 0 || hashes.size > 0
}

/**
 * A hash as it is compared with those of an integrity attribute. By the draft base64 is compared as
 * it is written, so that base64url is not the same; engines compare bytes.
 */
export function integrityOf(
  { algorithm, value }: Pick<HashSource, 'algorithm' | 'value'>,
  dialect: Dialect,
): string {
  const isWritten = !dialect.has('integrity-alphabets-alike')
  return `${algorithm}-${isWritten ? value : toBase64(value, dialect)}`
}

/** Base64url in the standard alphabet; with its padding, for the engine that compares bytes. */
function toBase64(value: string, dialect: Dialect): string {
  const standard = value.replaceAll('-', '+').replaceAll('_', '/')
  return dialect.has('hash-padding-optional')
    ? standard.padEnd(Math.ceil(value.length / 4) * 4, '=')
    : standard
}

function takesStrictDynamic(name: string): boolean {
  return name === 'default-src' || name.startsWith('script-src')
}

/** The list without the sources that the dialect takes for void beside others. */
function withoutVoidSources(
  expressions: readonly SourceExpression[],
  { name, dialect }: { readonly name: string; readonly dialect: Dialect },
): readonly SourceExpression[] {
  if (dialect.has('strict-dynamic-voids-sources') && takesStrictDynamic(name)) {
    return withoutStrictDynamicVoids(expressions)
  }
  return dialect.has('url-hash-voids-sources') && name.startsWith('script-src')
    ? withoutURLHashVoids(expressions)
    : expressions
}

/** What Chromium leaves of a list that has `'url-sha256-…'`: no host, no scheme and no 'self'. */
function withoutURLHashVoids(
  expressions: readonly SourceExpression[],
): readonly SourceExpression[] {
  if (!expressions.some(({ text }) => URL_HASH.test(text))) return expressions
  return expressions.map((expression): SourceExpression => {
    const { kind, text, position } = expression
    return URL_KINDS.has(kind) ? { kind: 'invalid', text, position } : expression
  })
}

/**
 * What WebKit leaves of a list: 'strict-dynamic' takes 'self' from it, and the hosts and schemes
 * that follow.
 */
function withoutStrictDynamicVoids(
  expressions: readonly SourceExpression[],
): readonly SourceExpression[] {
  const start = expressions.findIndex(
    (expression) => expression.kind === 'keyword' && expression.keyword === "'strict-dynamic'",
  )
  if (start === -1) return expressions
  return expressions.map((expression): SourceExpression => {
    const { kind, text, position } = expression
    const isVoid = kind === 'self' || (position > start && (kind === 'host' || kind === 'scheme'))
    return isVoid ? { kind: 'invalid', text, position } : expression
  })
}

function setOnce<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  if (!map.has(key)) map.set(key, value)
}
