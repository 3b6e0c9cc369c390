/** `'self'`: the page's own origin, and the same host by a more secure scheme. */

import type { MatchContext } from './match-context.ts'
import type { CheckedURL, Origin } from '../url/url.ts'
import { defaultPort, readURL } from '../url/url.ts'

/** Fenced frames fall back to the list of frames. */
const FRAMES: ReadonlySet<string> = new Set(['fenced-frame-src', 'frame-src'])

/**
 * Whether `'self'` matches a URL. It never matches a blob: URL, but for frames in one engine.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-url-to-source-expression
 * @see https://github.com/w3c/webappsec-csp/pull/821
 */
export function doesUrlMatchSelf(url: CheckedURL, context: MatchContext): boolean {
  const { self, dialect } = context
  if (self === null) return false
  if (url.scheme === 'blob') {
    const creator = matchesOwnBlobs(context) ? readURL(url.parse().origin) : null
    return creator !== null && doesUrlMatchSelf(creator, context)
  }
  if (self.scheme === 'file') return dialect.has('self-matches-file') && url.scheme === 'file'
  return self.host === url.host && isSchemeAsSecure(url, self)
}

/** Whether `'self'` stands for what the origin has put into blob: URLs too. */
export function matchesOwnBlobs({ dialect, directive }: MatchContext): boolean {
  return FRAMES.has(directive) && dialect.has('self-matches-own-blob-frames')
}

/** The same scheme and port, or a more secure scheme and a port like it. */
function isSchemeAsSecure(url: CheckedURL, self: Origin): boolean {
  if (self.scheme === url.scheme && self.port === url.port) return true
  if (!arePortsAlike(self, url)) return false
  if (url.scheme === 'https' || url.scheme === 'wss') return true
  return self.scheme === 'http' && (url.scheme === 'http' || url.scheme === 'ws')
}

/** The same port, or each the default of its scheme. */
function arePortsAlike(self: Origin, url: CheckedURL): boolean {
  const selfPort = self.port ?? defaultPort(self.scheme)
  const urlPort = url.port ?? defaultPort(url.scheme)
  const areDefaults = selfPort === defaultPort(self.scheme) && urlPort === defaultPort(url.scheme)
  return areDefaults || selfPort === urlPort
}
