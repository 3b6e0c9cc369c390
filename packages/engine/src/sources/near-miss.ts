/**
 * Near misses: which expressions of a list almost match a URL, and the first part in which each
 * differs.
 */

import { asciiLowerCase, KEYWORDS } from '@cusp/core/internal'
import { shorten } from '../text.ts'
import type { MatchContext } from './match-context.ts'
import type { Mismatch } from './match-url.ts'
import { findMismatch } from './match-url.ts'
import { schemePartMatches } from './match-scheme.ts'
import { matchesOwnBlobs } from './match-self.ts'
import type { HostSource, SourceExpression } from './source-expression.ts'
import type { SourceList } from './source-list.ts'
import type { CheckedURL, Origin } from '../url/url.ts'

/**
 * The nearer, the lower. Another host is a near miss only where it is a relative: see {@link
 * distanceOf}.
 */
const DISTANCE: Readonly<Record<Mismatch, number>> = {
  path: 0,
  port: 1,
  scheme: 2,
  'opaque-self': 3,
  'void-self': 3,
  self: 4,
  invalid: 6,
  host: 7,
  'no-host': 7,
  'no-url-source': 7,
}
const RELATIVE_HOST = 5
/** A keyword that lost its quotes is worth a word whatever the URL. */
const UNQUOTED_KEYWORD = 3
/** So many are named; the others are counted. */
const MOST = 3

/** An expression that does not match. */
interface Miss {
  readonly expression: SourceExpression
  readonly mismatch: Mismatch
  readonly distance: number
}

/** Phrases for the expressions of a list that come nearest to a URL, and one for the others. */
export function describeNearMisses(
  url: CheckedURL,
  list: SourceList,
  context: MatchContext,
): readonly string[] {
  const misses = list.expressions
    .map((expression) => missOf(url, expression, context))
    .filter((miss) => miss !== undefined)
  const shown =
    misses.length <= MOST ? misses : misses.filter(({ distance }) => distance < DISTANCE.host)
  const nearest = shown.toSorted((a, b) => a.distance - b.distance).slice(0, MOST)
  const phrases = nearest.map((miss) => describeMiss(url, miss, context))
  const others = misses.length - nearest.length
  if (others === 0) return phrases
  if (phrases.length === 0) return [`none of its ${others} sources names this place`]
  return [...phrases, others === 1 ? 'one other source differs' : `${others} other sources differ`]
}

function missOf(
  url: CheckedURL,
  expression: SourceExpression,
  context: MatchContext,
): Miss | undefined {
  const mismatch = findMismatch(url, expression, context)
  if (mismatch === null || mismatch === 'no-url-source') return undefined
  return { expression, mismatch, distance: distanceOf(url, expression, mismatch) }
}

/**
 * A host under the same parent domain is nearer than a stranger, and so is another scheme of the
 * same host.
 */
function distanceOf(url: CheckedURL, expression: SourceExpression, mismatch: Mismatch): number {
  if (expression.kind === 'host' && keywordMeantBy(expression) !== undefined)
    return UNQUOTED_KEYWORD
  if (expression.kind !== 'host' || url.host === null) return DISTANCE[mismatch]
  const isRelative = parentOf(expression.host) === parentOf(url.host)
  if (mismatch === 'host') return isRelative ? RELATIVE_HOST : DISTANCE.host
  const isSame = mismatch !== 'scheme' || isRelative || expression.host === '*'
  return isSame ? DISTANCE[mismatch] : DISTANCE.host
}

/** The last two labels. */
function parentOf(host: string): string {
  const dot = host.lastIndexOf('.', host.lastIndexOf('.') - 1)
  return dot <= 0 ? host : host.slice(dot + 1)
}

function describeMiss(url: CheckedURL, miss: Miss, context: MatchContext): string {
  const { expression, mismatch } = miss
  const text = shorten(expression.text)
  if (mismatch === 'invalid') return `${text} is not a valid source and matches nothing`
  const keyword = expression.kind === 'host' ? keywordMeantBy(expression) : undefined
  if (keyword !== undefined) return `${text} is a host here: the keyword is ${keyword}, with quotes`
  return `${text} does not match because ${becauseOf(url, miss, context)}${adviceFor(url, miss)}`
}

/** The keyword of which a host-source is the word without quotes. */
function keywordMeantBy({ text }: HostSource): string | undefined {
  const word = asciiLowerCase(text)
  return [`'${word}'`, `'unsafe-${word}'`].find((keyword) => KEYWORDS.has(keyword))
}

/** What a path that matches less than it seems to needs. */
function adviceFor({ path }: CheckedURL, { expression, mismatch }: Miss): string {
  if (mismatch !== 'path' || expression.kind !== 'host') return ''
  if (expression.path.includes('*'))
    return ' (a path has no wildcards: "/" at its end allows what is below it)'
  const isBelow = path.startsWith(`${expression.path}/`)
  return isBelow ? ' ("/" at the end of the source allows what is below it)' : ''
}

function becauseOf(url: CheckedURL, { expression, mismatch }: Miss, context: MatchContext): string {
  switch (mismatch) {
    case 'scheme':
      return expression.kind === 'star'
        ? `it does not include ${url.scheme}: URLs`
        : `the scheme differs (${url.scheme})`
    case 'opaque-self':
      return expression.kind === 'self'
        ? "the page's origin is opaque"
        : "it has no scheme and the page's origin is opaque"
    case 'void-self':
      return 'the browser forgets the origin of a policy that another document takes over'
    case 'self':
      return selfDifference(url, context.self as Origin, context)
    case 'port':
      return 'the port differs'
    case 'path':
      return 'the path differs'
    case 'no-host':
      return 'the URL has no host'
    default:
      return 'the host differs'
  }
}

function selfDifference(url: CheckedURL, self: Origin, context: MatchContext): string {
  if (url.scheme === 'blob') {
    return matchesOwnBlobs(context) ? 'the origin differs' : 'it never matches a blob: URL'
  }
  if (url.host === null) return `the scheme differs (${url.scheme})`
  if (url.host !== self.host) return 'the host differs'
  const isUpgrade = schemePartMatches(self.scheme, url.scheme, context)
  return url.port !== self.port && (isUpgrade || self.scheme === url.scheme)
    ? 'the port differs'
    : `the scheme differs (${url.scheme})`
}
