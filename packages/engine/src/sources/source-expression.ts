/**
 * A source expression in the parts that matching looks at, read once when a policy is compiled.
 *
 * @see https://w3c.github.io/webappsec-csp/#framework-directive-source-list
 */

import type { HashAlgorithm } from '@cusp/core'
import { NONCE, SELF } from '@cusp/core'
import type { HostParts, SourceParts } from '@cusp/core/internal'
import { NONCE_SHOWN, readSourceExpression } from '@cusp/core/internal'
import type { Dialect } from '../dialects/dialect.ts'

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
  readonly algorithm: HashAlgorithm
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

// "'sha-256-" and so on, which one engine takes for "'sha256-"
const DASHED_HASH = /^'sha-(?=(?:256|384|512)-)/i
// the slash that begins a path; those after a scheme follow a colon and each other
const PATH_START = /[^:/]\//

const ANY_HOST: HostParts = { kind: 'host', scheme: null, host: '*', port: null, path: '' }

/**
 * Reads one source expression, as the dialect does. What fits no production is kept: `explain`
 * names it.
 */
export function parseSourceExpression(
  source: string | typeof NONCE,
  { position, dialect }: { readonly position: number; readonly dialect: Dialect },
): SourceExpression {
  if (source === NONCE) return { kind: 'nonce', text: NONCE_SHOWN, position, nonce: NONCE }
  const written = { text: source, position }
  const parts = readSourceExpression(source)
  switch (parts.kind) {
    case 'hash':
      return makeHash(parts, written, dialect)
    case 'host':
      return makeHost(parts, written, dialect)
    case 'keyword':
      return parts.keyword === SELF ? { kind: 'self', ...written } : { ...parts, ...written }
    case 'invalid':
      return parseInvalid(written, dialect)
    default:
      return { ...parts, ...written }
  }
}

/** What the grammar refuses and the dialect accepts. */
function parseInvalid(written: Written, dialect: Dialect): SourceExpression {
  const { text } = written
  if (text.startsWith("'")) {
    const undashed = text.replace(DASHED_HASH, "'sha")
    const parts = undashed === text ? undefined : readSourceExpression(undashed)
    return parts?.kind === 'hash' && dialect.has('dashed-hash-valid')
      ? makeHash(parts, written, dialect)
      : { kind: 'invalid', ...written }
  }
  const kept = withoutQuery(text, dialect)
  const parts = kept === text ? undefined : readSourceExpression(kept)
  if (parts?.kind === 'host') return makeHost(parts, written, dialect, { hadQuery: true })
  if (parts?.kind === 'star') return makeHost(ANY_HOST, written, dialect, { hadQuery: true })
  return parseOddPath(kept, written, dialect)
}

/** A host with a path that the grammar does not have: whatever stands behind the first slash. */
function parseOddPath(text: string, written: Written, dialect: Dialect): SourceExpression {
  const invalid: SourceExpression = { kind: 'invalid', ...written }
  if (!dialect.has('odd-path-valid')) return invalid
  const start = text.search(PATH_START) + 1
  if (start === 0) return invalid
  const parts = readSourceExpression(text.slice(0, start))
  if (parts.kind === 'star') {
    return makeHost({ ...ANY_HOST, path: text.slice(start) }, written, dialect)
  }
  return parts.kind === 'host'
    ? makeHost({ ...parts, path: text.slice(start) }, written, dialect)
    : invalid
}

function makeHash(
  { algorithm, value }: Extract<SourceParts, { kind: 'hash' }>,
  written: Written,
  dialect: Dialect,
): SourceExpression {
  return dialect.has('undecodable-hash-invalid') && !isBase64(value)
    ? { kind: 'invalid', ...written }
    : { kind: 'hash', ...written, algorithm, value }
}

/** Whether the text is base64 once padding is added that may be missing. */
function isBase64(value: string): boolean {
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  const rest = (value.length - padding) % 4
  if (rest === 0) return padding === 0
  return rest === 2 || (rest === 3 && padding < 2)
}

function makeHost(
  { scheme, host, port, path }: HostParts,
  written: Written,
  dialect: Dialect,
  { hadQuery = false }: { readonly hadQuery?: boolean } = {},
): SourceExpression {
  const invalid: SourceExpression = { kind: 'invalid', ...written }
  if (host === '*') {
    const isFollowed = path !== '' || hadQuery
    if (isFollowed && port === null && dialect.has('star-with-path-invalid')) return invalid
    if (scheme === null && dialect.has('star-without-scheme-invalid')) return invalid
  }
  if (host.endsWith('.') && dialect.has('trailing-dot-invalid')) return invalid
  return {
    kind: 'host',
    ...written,
    scheme,
    host,
    port: port === null ? null : portOf(port, dialect),
    path,
  }
}

/** NaN for a port that matches none: one that begins with 0, where ports are compared as texts. */
function portOf(text: string, dialect: Dialect): number | '*' {
  if (text === '*') return '*'
  const isVoid = /^0\d/.test(text) && dialect.has('port-with-leading-zero-void')
  return isVoid ? Number.NaN : Number(text)
}

/** Engines drop a query or fragment that follows a path; one of them drops any. */
function withoutQuery(text: string, dialect: Dialect): string {
  if (!dialect.has('query-after-path-dropped')) return text
  const end = text.search(/[?#]/)
  if (end === -1) return text
  const kept = text.slice(0, end)
  return PATH_START.test(kept) || dialect.has('query-after-host-dropped') ? kept : text
}
