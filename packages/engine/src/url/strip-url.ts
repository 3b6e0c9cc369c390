/** URLs as reports show them. */

import type { Dialect } from '../dialects/dialect.ts'
import type { CheckedURL } from './url.ts'
import { isHTTPScheme } from './url.ts'

/**
 * A URL without what a report must not leak: the fragment, the user name and the password; of a URL
 * that is not HTTP(S) the scheme alone. The query stays.
 *
 * @see https://w3c.github.io/webappsec-csp/#strip-url-for-use-in-reports
 */
export function stripURLForUseInReports(url: CheckedURL, dialect: Dialect): string {
  const { scheme } = url
  const isWebSocket = scheme === 'ws' || scheme === 'wss'
  if (!isHTTPScheme(scheme) && !(isWebSocket && dialect.has('websocket-reported-whole'))) {
    return scheme
  }
  const stripped = new URL(url.parse())
  stripped.hash = ''
  stripped.username = ''
  stripped.password = ''
  return stripped.href
}
