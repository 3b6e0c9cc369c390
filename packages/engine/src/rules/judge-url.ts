/**
 * One URL against the list of one directive: what base URLs, targets of forms and requests have in
 * common.
 */

import type { CompiledDirective } from '../policy/compiled-policies.ts'
import { isNavigationDirective } from '../sources/match-context.ts'
import { describeNearMisses } from '../sources/near-miss.ts'
import { isNoneList } from '../sources/source-list.ts'
import { findURLMatch } from '../sources/url-index.ts'
import { shorten } from '../text.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { CheckedURL, Origin } from '../url/url.ts'
import { readURL } from '../url/url.ts'
import type { Asked, JudgedURL, Result } from './result.ts'
import { allow, violate } from './result.ts'

/** A URL and what its match depends on. */
export interface URLFacts {
  /** Null for what is not a URL. */
  readonly url: CheckedURL | null
  readonly redirectCount: number
  readonly self: Origin | null
  /** Whether `'self'` matches nothing, whatever `self` is. */
  readonly isSelfVoid: boolean
  readonly dialect: Dialect
}

/** The URL as a directive judges it. */
export function judgedBy(
  { url, redirectCount, self, isSelfVoid, dialect }: URLFacts & { readonly url: CheckedURL },
  directive: CompiledDirective,
  effectiveDirective: string,
): JudgedURL {
  const isNavigation = isNavigationDirective(effectiveDirective)
  const { name } = directive
  return { url, self, redirectCount, dialect, directive: name, isNavigation, isSelfVoid }
}

/** Allowed where the list of the directive matches the URL. */
export function evaluateURL(asked: Asked): Result {
  const { list } = asked.directive as CompiledDirective
  const judged = asked.judged as JudgedURL
  const match = findURLMatch(list.index, judged.url, judged)
  if (match !== null) return allow(asked, 'url-matches', match.text)
  return violate(asked, isNoneList(list) ? 'nothing-allowed' : 'url-mismatch')
}

/** Which sources come near to the URL that was judged. */
export function explainMismatch({ directive, judged }: Asked): readonly string[] {
  if (directive === null || judged === null) return []
  return describeNearMisses(judged.url, directive.list, judged)
}

/** The clauses; where there are none, the reason for that. */
export function orNamesNoURLs(clauses: readonly string[]): readonly string[] {
  return clauses.length === 0 ? ['the list names no URLs'] : clauses
}

/** That the URL which was judged is not the one that was asked about. */
export function explainUpgrade({ judged }: Asked, askedAbout: string | URL): readonly string[] {
  const before = readURL(askedAbout)
  if (judged === null || before === null) return []
  const { href } = judged.url.parse()
  if (href === before.parse().href) return []
  // The request that opens a WebSocket is judged by its https: URL.
  const upgraded = isOpening(judged.url, before) ? href.replace('https:', 'wss:') : href
  return [`upgrade-insecure-requests makes the URL ${shorten(upgraded)}`]
}

/** Whether the judged URL is that of the request which opens a WebSocket. */
export function isOpening(judged: CheckedURL, askedAbout: CheckedURL): boolean {
  return judged.scheme === 'https' && askedAbout.scheme === 'ws'
}
