/**
 * Host sources as people write them: international names become punycode, separators in paths are
 * escaped.
 *
 * @see https://w3c.github.io/webappsec-csp/#grammardef-host-source
 */

import { asciiLowerCase, show } from '../text.ts'
import type { CspErrorCode } from '../vocabulary/errors.ts'
import type { Complaint, Examined } from './examined.ts'
import { problem } from './examined.ts'
import { isPathPart, readSourceExpression } from './source-parts.ts'

// host-source = [ scheme-part "://" ] host-part [ ":" port-part ] [ path-part ]
const SCHEME_PREFIX = /^[a-z][a-z0-9+.-]*:\/\//i
// A scheme and what is written in place of "://"
const SCHEME_SLIP = /^(https?|wss?)(:\/*|\/+)(?=[^/])/i
// A host-part and a port-part with letters beyond ASCII. None is special to the URL parser.
const INTERNATIONAL = /^(\*\.)?([a-z0-9.\u0080-\uffff-]+)(:(?:[0-9]+|\*))?$/i
const NON_ASCII = /[^\u0000-\u007f]/
const PATH_CHARACTER = /[\w.~!$&'()*+=:@/%-]/
const HIGHEST_PORT = 65_535

interface Slip extends Complaint {
  /** What the text in question has. */
  readonly pattern: RegExp
  readonly code: CspErrorCode
}

/** What shows in the authority before anybody asks whether it is a host. */
const AUTHORITY_SLIPS: readonly Slip[] = [
  {
    pattern: /\[[0-9a-f.]*:/i,
    code: 'ERR_CSP_SOURCE',
    what: 'is an IPv6 address, which CSP cannot name',
    fix: 'a host name',
  },
  {
    pattern: /[[{<]/,
    code: 'ERR_CSP_SOURCE',
    what: 'is a placeholder that nothing has filled',
    fix: 'the host that is meant',
  },
  {
    pattern: /[;,]/,
    code: 'ERR_CSP_CHARACTER',
    what: 'holds a ";" or a ","',
    fix: 'one argument for each source',
  },
]

/** Why an authority is not a host and a port. The last one says it of all others. */
const HOST_SLIPS: readonly Slip[] = [
  {
    pattern: /_/,
    code: 'ERR_CSP_SOURCE',
    what: 'has a "_" in its host, which CSP cannot name',
    fix: '"*." and the parent domain',
  },
  {
    pattern: /\*/,
    code: 'ERR_CSP_SOURCE',
    what: 'has its wildcard in the wrong place',
    fix: '"*", "*.example.com" or, for any port, ":*"',
  },
  {
    pattern: /^/,
    code: 'ERR_CSP_SOURCE',
    what: 'is not a source',
    fix: 'a host ("example.com", "https://*.example.com:8443/path/"), a scheme ("https:") or a quoted keyword',
  },
]

/** Examines a host-source. It corrects case, international names, and `;` and `,` in a path. */
export function examineHost(text: string): Examined {
  return findSchemeSlip(text) ?? examineParts(text)
}

/** "ws//host", "https:/host" and "https:host" are no sources; with "://" they are. */
function findSchemeSlip(text: string): Examined | undefined {
  const [slip = '', scheme = '', separator] = SCHEME_SLIP.exec(text) ?? []
  if (slip === '' || separator === '://') return undefined
  if (readSourceExpression(text).kind !== 'invalid') return undefined
  const meant = `${asciiLowerCase(scheme)}://${text.slice(slip.length)}`
  const examined = examineParts(meant)
  if (!('text' in examined)) return examined
  const missing = separator === '//' ? 'colon' : '"://"'
  const complaint = { what: `has no ${missing} behind its scheme`, fix: show(meant) }
  return problem('ERR_CSP_SOURCE', text, complaint)
}

function examineParts(text: string): Examined {
  const prefix = asciiLowerCase(SCHEME_PREFIX.exec(text)?.[0] ?? '')
  const rest = text.slice(prefix.length)
  const end = rest.search(/[/?#]/)
  const authority = end === -1 ? rest : rest.slice(0, end)
  const path = end === -1 ? '' : rest.slice(end)
  if (authority.includes('@')) {
    const fix = show(prefix + authority.slice(authority.lastIndexOf('@') + 1) + path)
    return problem('ERR_CSP_SOURCE', text, { what: 'holds a user name', fix })
  }
  const host = toASCII(authority)
  const slips = isHostAndPort(host) ? AUTHORITY_SLIPS : [...AUTHORITY_SLIPS, ...HOST_SLIPS]
  const slip = slips.find(({ pattern }) => pattern.test(authority))
  if (slip !== undefined) return problem(slip.code, text, slip)
  if (Number(/:(\d+)$/.exec(host)?.[1] ?? 0) > HIGHEST_PORT) {
    const what = `has a port over ${HIGHEST_PORT}`
    return problem('ERR_CSP_SOURCE', text, { what, fix: 'a lower port or ":*"' })
  }
  return examinePath(text, prefix + host, path)
}

function isHostAndPort(text: string): boolean {
  const { kind } = readSourceExpression(text)
  return kind === 'star' || kind === 'host'
}

function examinePath(text: string, origin: string, path: string): Examined {
  if (/[?#]/.test(path)) {
    const what = 'has a query or fragment, which CSP ignores'
    const fix = show(origin + path.replace(/[?#].*$/s, ''))
    return problem('ERR_CSP_SOURCE', text, { what, fix })
  }
  const escaped = path.replaceAll(';', '%3B').replaceAll(',', '%2C')
  if (isPathPart(escaped)) return { text: origin + escaped }
  if (path.startsWith('//')) {
    const whole = show(`${origin}/`)
    const fix = `${show(origin + path.replace(/^\/+/, '/'))}, or ${whole} where the URL has both slashes,`
    return problem('ERR_CSP_SOURCE', text, { what: 'has an empty first path segment', fix })
  }
  const fix = show(origin + percentEncode(escaped))
  return NON_ASCII.test(path)
    ? problem('ERR_CSP_CHARACTER', text, { what: 'has a path beyond ASCII', fix })
    : problem('ERR_CSP_SOURCE', text, { what: 'has a character that no path can hold', fix })
}

/** Percent-encodes what a path cannot hold, and a "%" that begins no escape. */
function percentEncode(path: string): string {
  const bytes = new TextEncoder().encode(path.replace(/%(?![0-9a-f]{2})/gi, '%25'))
  return Array.from(bytes, (byte) => {
    const letter = String.fromCharCode(byte)
    return PATH_CHARACTER.test(letter)
      ? letter
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

/** Lower-cases an authority. An international host name becomes punycode, as in the URL parser. */
function toASCII(authority: string): string {
  const [, wildcard = '', host = '', port = ''] = INTERNATIONAL.exec(authority) ?? []
  if (host === '' || !NON_ASCII.test(host)) return asciiLowerCase(authority)
  try {
    return wildcard + new URL(`https://${host}`).hostname + port
  } catch {
    return authority
  }
}
