/**
 * Host sources: the grammar, international names in punycode, and what to write instead of what CSP cannot name.
 *
 * @see https://w3c.github.io/webappsec-csp/#grammardef-host-source
 */

import type { Examined } from './examined.ts'
import { problem } from './examined.ts'
import { isPathPart, readSourceExpression } from './sources/source-parts.ts'
import { asciiLowerCase, show } from './text.ts'

// host-source = [ scheme-part "://" ] host-part [ ":" port-part ] [ path-part ]
const SCHEME_PREFIX = /^([a-z][a-z0-9+.-]*):\/\//i
// The same with letters beyond ASCII; the URL parser would take "\\", "?" or "%" for something else than the host
const INTERNATIONAL = /^(\*\.)?([a-z0-9.\u0080-\uffff-]+)(:(?:[0-9]+|\*))?$/i

/** Examines a host-source; case, international names and `;` or `,` in a path are put right. */
export function examineHost(text: string): Examined {
  const prefix = asciiLowerCase(SCHEME_PREFIX.exec(text)?.[0] ?? '')
  const rest = text.slice(prefix.length)
  const end = rest.search(/[/?#]/)
  const authority = end === -1 ? rest : rest.slice(0, end)
  const path = end === -1 ? '' : rest.slice(end)
  if (authority.includes('@')) {
    const host = prefix + authority.slice(authority.lastIndexOf('@') + 1) + path
    return problem('ERR_CSP_SOURCE', text, 'holds a user name', `the host alone: ${show(host)}`)
  }
  if (authority.includes('[')) {
    return problem(
      'ERR_CSP_SOURCE',
      text,
      'is an IPv6 address, which CSP cannot name',
      'a host name',
    )
  }
  if (/[;,]/.test(authority)) {
    return problem('ERR_CSP_CHARACTER', text, 'holds a ";" or ","', 'one argument for each source')
  }
  const host = toASCII(authority)
  if (!isHostAndPort(host)) return problem('ERR_CSP_SOURCE', text, ...explainHost(authority))
  const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 0)
  if (port > 65_535)
    return problem('ERR_CSP_SOURCE', text, 'has a port over 65535', 'a port or ":*"')
  return examinePath(text, prefix + host, path)
}

function isHostAndPort(text: string): boolean {
  const { kind } = readSourceExpression(text)
  return kind === 'star' || kind === 'host'
}

/** Why a host is none, and what to write: the two usual slips by name. */
function explainHost(authority: string): [what: string, expected: string] {
  if (authority.includes('_'))
    return ['has a "_" in its host, which CSP cannot name', '"*." and the parent domain']
  if (authority.includes('*')) {
    return ['has its wildcard in the wrong place', '"*", "*.example.com" or ":*" for the port']
  }
  return [
    'is no source',
    'a host ("example.com", "https://*.example.com:8443/path/"), a scheme ("https:") or a quoted keyword',
  ]
}

function examinePath(text: string, beforePath: string, path: string): Examined {
  if (/[?#]/.test(path)) {
    const expected = show(beforePath + path.replace(/[?#].*$/s, ''))
    return problem('ERR_CSP_SOURCE', text, 'has a query or fragment, which CSP ignores', expected)
  }
  const escaped = path.replaceAll(';', '%3B').replaceAll(',', '%2C')
  if (isPathPart(escaped)) return { text: beforePath + escaped }
  if (path.startsWith('//')) {
    return problem(
      'ERR_CSP_SOURCE',
      text,
      'has an empty first path segment',
      show(beforePath + path.replace(/^\/+/, '/')),
    )
  }
  const isAscii = !/[^\u0000-\u007f]/.test(path)
  const what = isAscii ? 'has a character that a path cannot hold' : 'has a path beyond ASCII'
  return problem(
    isAscii ? 'ERR_CSP_SOURCE' : 'ERR_CSP_CHARACTER',
    text,
    what,
    show(beforePath + percentEncode(escaped)),
  )
}

/** Percent-encodes what a path cannot hold; a "%" that begins no escape too. */
function percentEncode(path: string): string {
  const bytes = new TextEncoder().encode(path.replace(/%(?![0-9a-f]{2})/gi, '%25'))
  return Array.from(bytes, (byte) => {
    const letter = String.fromCharCode(byte)
    return /[\w.~!$&'()*+=:@/%-]/.test(letter)
      ? letter
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

/** Lower-cases an authority and writes an international host name as the URL parser does: in punycode. */
function toASCII(authority: string): string {
  const [, wildcard = '', host = '', port = ''] = INTERNATIONAL.exec(authority) ?? []
  if (host === '' || !/[^\u0000-\u007f]/.test(host)) return asciiLowerCase(authority)
  try {
    return wildcard + new URL(`https://${host}`).hostname + port
  } catch {
    return authority
  }
}
