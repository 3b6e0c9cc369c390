/**
 * URLs as reports have them, read by a plain scan. They need not be URLs at all: browsers write a
 * scheme alone, hosts without a scheme, and one writes `https://a.example:443a.example/path`.
 */

import { asciiLowerCase } from '@cusp/core/internal'
import { isDigit, isLetter } from '../text.ts'

const COLON = 0x3a
const DOT = 0x2e
const PLUS = 0x2b
const HYPHEN = 0x2d
const SLASH = 0x2f
const BACKSLASH = 0x5c
const QUESTION_MARK = 0x3f
const HASH = 0x23
const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
  ['ws', '80'],
  ['wss', '443'],
])

/** Where the parts of a URL are. */
interface Authority {
  /** Lower-case; empty where there is none. */
  readonly host: string
  /** Digits; empty where there are none, and for the default port of the scheme. */
  readonly port: string
  /** Where the path begins. */
  readonly end: number
}

const NOWHERE: Authority = { host: '', port: '', end: 0 }

/**
 * The scheme in lower case, of `x`, `x:` and `x:…`; empty where there is none. With a dot in it, it
 * needs `://` behind it: `cdn.example` and `cdn.example:443` are hosts.
 */
export function schemeOf(text: string): string {
  // By far the most.
  if (text.startsWith('https://')) return 'https'
  const end = endOfScheme(text)
  return end === -1 ? '' : asciiLowerCase(text.slice(0, end))
}

/** Whether the text begins with a scheme, or is one. */
export function isSchemed(text: string): boolean {
  return endOfScheme(text) !== -1
}

/** Whether the text begins with a scheme that has hosts, and `//`: http, https, ws or wss. */
export function isNetworkURL(text: string): boolean {
  const scheme = schemeOf(text)
  return DEFAULT_PORTS.has(scheme) && text.startsWith('://', scheme.length)
}

/** Whether the text begins with `http://` or `https://`. */
export function isWebURL(text: string): boolean {
  return isNetworkURL(text) && schemeOf(text).startsWith('http')
}

/** The host in lower case, without port; empty where there is none. */
export function hostOf(text: string): string {
  return authorityOf(text).host
}

/**
 * The host in lower case, with its port unless that is the default port of the scheme; empty where
 * there is no host.
 */
export function hostAndPortOf(text: string): string {
  const { host, port } = authorityOf(text)
  return port === '' ? host : `${host}:${port}`
}

/** Whether the host is a name below one of those. */
export function isBelow(host: string, parents: ReadonlySet<string>): boolean {
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    if (parents.has(host.slice(dot + 1))) return true
  }
  return false
}

/** The path of a network URL, without query and fragment. */
export function pathOf(text: string): string {
  const { end } = authorityOf(text)
  return text.slice(end, endOfPath(text, end))
}

/** Scheme, host and port: what stands before the path. User name and password are left out. */
export function originOf(text: string): string {
  return `${schemeOf(text)}://${hostAndPortOf(text)}`
}

/** What stands before the path of a URL with a host; the whole of any other text. */
export function withoutPath(text: string): string {
  const start = startOfAuthority(text)
  return start < 1 ? text : text.slice(0, endOfAuthority(text, start))
}

/** A URL with a host, without query and fragment; the whole of any other text. */
export function withoutOwnQuery(text: string): string {
  return startOfAuthority(text) < 1 ? text : withoutQuery(text)
}

/** The URL without query and fragment. */
function withoutQuery(text: string): string {
  return text.slice(0, endOfPath(text, 0))
}

/**
 * The URL without what can be about a person: query, fragment, user name and password; of a URL
 * without hosts, such as `data:` and `blob:`, the scheme alone.
 */
export function redactURL(text: string, keepQuery: boolean): string {
  const start = startOfAuthority(text)
  if (start === -1) return schemeOf(text)
  // Of what is not a URL nobody knows where a user name ends.
  const end = isSchemed(text) ? endOfAuthority(text, start) : endOfPath(text, start)
  const at = text.lastIndexOf('@', end - 1)
  const bare = at < start ? text : text.slice(0, start) + text.slice(at + 1)
  return keepQuery ? bare : withoutQuery(bare)
}

/** Where the scheme ends; -1 where there is none. */
function endOfScheme(text: string): number {
  if (text.startsWith('https://')) return 'https'.length
  if (!isLetter(text.charCodeAt(0))) return -1
  let hasDot = false
  for (let index = 1; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === COLON) return hasDot && !text.startsWith('//', index + 1) ? -1 : index
    if (code === DOT) hasDot = true
    else if (!isLetter(code) && !isDigit(code) && code !== PLUS && code !== HYPHEN) return -1
  }
  return hasDot ? -1 : text.length
}

/**
 * Where host and port begin, behind `://`, or at once in what has no scheme; -1 for a URL without
 * hosts.
 */
function startOfAuthority(text: string): number {
  const end = endOfScheme(text)
  if (end === -1) return text.startsWith('//') ? 2 : 0
  return text.startsWith('://', end) ? end + 3 : -1
}

function authorityOf(text: string): Authority {
  const start = startOfAuthority(text)
  if (start === -1) return NOWHERE
  const end = endOfAuthority(text, start)
  const at = text.lastIndexOf('@', end - 1)
  const startOfHost = at < start ? start : at + 1
  const endOfHost = endOfHostIn(text, startOfHost, end)
  const host = asciiLowerCase(text.slice(startOfHost, endOfHost))
  return { host, port: portAt(text, endOfHost), end }
}

function endOfAuthority(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === SLASH || code === QUESTION_MARK || code === HASH || code === BACKSLASH) {
      return index
    }
  }
  return text.length
}

/** An IPv6 address has colons between its brackets. */
function endOfHostIn(text: string, start: number, end: number): number {
  const bracket = text[start] === '[' ? text.indexOf(']', start) : start
  const colon = bracket === -1 ? -1 : text.indexOf(':', bracket)
  return colon === -1 || colon > end ? end : colon
}

function portAt(text: string, colon: number): string {
  if (text.charCodeAt(colon) !== COLON) return ''
  let end = colon + 1
  while (end < colon + 6 && isDigit(text.charCodeAt(end))) end++
  const port = text.slice(colon + 1, end)
  if (port === '') return ''
  return port === DEFAULT_PORTS.get(schemeOf(text)) ? '' : port
}

function endOfPath(text: string, start: number): number {
  const query = text.indexOf('?', start)
  const fragment = text.indexOf('#', start)
  if (query === -1) return fragment === -1 ? text.length : fragment
  return fragment === -1 ? query : Math.min(query, fragment)
}
