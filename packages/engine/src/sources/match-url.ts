/**
 * A URL against one source expression and against a list: the specification's algorithm as it is
 * written. The compiled index asks it about the few expressions that can match; tests compare the
 * two.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-url-to-source-list
 */

import { hostPartMatches, isNameableHost } from './match-host.ts'
import type { MatchContext } from './match-context.ts'
import { pathPartMatches } from './match-path.ts'
import { portPartMatches } from './match-port.ts'
import { schemePartMatches } from './match-scheme.ts'
import { doesUrlMatchSelf } from './match-self.ts'
import type { HostSource, SourceExpression } from './source-expression.ts'
import type { CheckedURL } from '../url/url.ts'
import { isHTTPScheme } from '../url/url.ts'

/** Why an expression does not match a URL. */
export type Mismatch =
  | 'no-url-source'
  | 'invalid'
  | 'scheme'
  | 'opaque-self'
  | 'no-host'
  | 'host'
  | 'port'
  | 'path'
  | 'self'
  | 'void-self'

/**
 * Whether a URL matches a source list.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-url-to-source-list
 */
export function doesUrlMatchSourceList(
  url: CheckedURL,
  list: readonly SourceExpression[],
  context: MatchContext,
): boolean {
  return list.some((expression) => doesUrlMatchExpression(url, expression, context))
}

/**
 * Whether a URL matches a source expression.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-url-to-source-expression
 */
export function doesUrlMatchExpression(
  url: CheckedURL,
  expression: SourceExpression,
  context: MatchContext,
): boolean {
  return findMismatch(url, expression, context) === null
}

/**
 * The first step of {@link doesUrlMatchExpression} that fails, or null when the expression matches.
 */
export function findMismatch(
  url: CheckedURL,
  expression: SourceExpression,
  context: MatchContext,
): Mismatch | null {
  switch (expression.kind) {
    case 'star':
      return doesUrlMatchStar(url, context) ? null : 'scheme'
    case 'scheme':
      return schemePartMatches(expression.scheme, url.scheme, context) ? null : 'scheme'
    case 'host':
      return findHostMismatch(url, expression, context)
    case 'self':
      if (context.self === null) return 'opaque-self'
      if (context.isSelfVoid === true) return 'void-self'
      return doesUrlMatchSelf(url, context) ? null : 'self'
    case 'invalid':
      return 'invalid'
    default:
      return 'no-url-source'
  }
}

/** Whether `*` matches a URL. */
export function doesUrlMatchStar(url: CheckedURL, context: MatchContext): boolean {
  const { scheme } = url
  if (isHTTPScheme(scheme) || scheme === context.self?.scheme) return true
  if (scheme === 'ws' || scheme === 'wss') return context.dialect.has('websocket-matched-as-given')
  if (scheme !== 'data' && scheme !== 'blob') return false
  if (!context.dialect.has('star-matches-data')) return false
  return context.directive === 'media-src' || (context.directive === 'img-src' && scheme === 'data')
}

/**
 * Whether a URL matches an expression whose host-part is known to match the letters of its host: an
 * index has looked it up, and comparing them once more would be a good part of a decision.
 */
export function doesUrlMatchLookedUpHost(
  url: CheckedURL,
  expression: HostSource,
  context: MatchContext,
): boolean {
  if (!isNameableHost(url, context)) return false
  // The same scheme and the same port match in all dialects.
  if (expression.scheme === url.scheme && expression.port === url.port) {
    return isPathAllowed(url, expression, context)
  }
  const scheme = expression.scheme ?? context.self?.scheme
  if (scheme === undefined || !schemePartMatches(scheme, url.scheme, context)) return false
  const { dialect, isNavigation } = context
  const portContext = { scheme, dialect, isSchemeless: expression.scheme === null, isNavigation }
  return (
    portPartMatches(expression.port, url, portContext) && isPathAllowed(url, expression, context)
  )
}

function findHostMismatch(
  url: CheckedURL,
  expression: HostSource,
  context: MatchContext,
): Mismatch | null {
  if (url.host === null) return 'no-host'
  const scheme = expression.scheme ?? context.self?.scheme
  if (scheme === undefined) return 'opaque-self'
  if (!schemePartMatches(scheme, url.scheme, context)) return 'scheme'
  if (!hostPartMatches(expression.host, url, context)) return 'host'
  const { dialect, isNavigation } = context
  const portContext = { scheme, dialect, isSchemeless: expression.scheme === null, isNavigation }
  if (!portPartMatches(expression.port, url, portContext)) return 'port'
  return isPathAllowed(url, expression, context) ? null : 'path'
}

/** After a redirect paths do not count: they would tell where it led. */
function isPathAllowed(
  url: CheckedURL,
  { path }: HostSource,
  { dialect, redirectCount }: MatchContext,
): boolean {
  if (path === '' || redirectCount > 0) return true
  return url.matchesPlainPath(path) ?? pathPartMatches(path, url.path, { dialect })
}
