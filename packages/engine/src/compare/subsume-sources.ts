/**
 * Whether one source expression matches every URL that another matches.
 *
 * @see https://w3c.github.io/webappsec-cspee/#subsume-source-expressions
 */

import { PROBE, concreteHost } from '../witness/example-url.ts'
import type { MatchContext } from '../sources/match-context.ts'
import { doesUrlMatchExpression } from '../sources/match-url.ts'
import { pathPartMatches } from '../sources/match-path.ts'
import { schemePartMatches } from '../sources/match-scheme.ts'
import type { HostSource, SourceExpression, URLSource } from '../sources/source-expression.ts'
import type { CheckedURL, Origin } from '../url/url.ts'
import { readURL } from '../url/url.ts'

const NETWORK_SCHEMES = ['https', 'http', 'wss', 'ws', 'ftp']
const PORTS = ['', ':80', ':443', ':4711']

/**
 * Whether every URL that B matches is matched by an expression of A. It may say no where it takes several of A together,
 * and never says yes in error. As the specification does, it reads `*` as the schemes that it stands for.
 */
export function doesURLListSubsume(
  listA: readonly SourceExpression[],
  listB: readonly SourceExpression[],
  context: MatchContext,
): boolean {
  return listB
    .flatMap((expression) => expand(expression, context))
    .every((b) => listA.some((a) => doesSourceExpressionSubsume(a, b, context)))
}

/** Whether A matches every URL that B matches. */
function doesSourceExpressionSubsume(
  a: SourceExpression,
  b: URLSource,
  context: MatchContext,
): boolean {
  if (a.kind === b.kind && a.text === b.text) return true
  if (b.kind === 'scheme') return doesSubsumeScheme(a, b.scheme, context)
  if (b.kind === 'self') return doesSubsumeSelf(a, context)
  if (b.kind === 'host') return doesSubsumeHost(a, b, context)
  return false
}

/** What the expression matches, in expressions that match one kind of thing each: none for what matches no URL. */
function expand(expression: SourceExpression, context: MatchContext): readonly URLSource[] {
  const { kind } = expression
  if (kind === 'star') {
    return [...NETWORK_SCHEMES, context.self?.scheme ?? 'https', 'data', 'blob']
      .filter((scheme) => doesUrlMatchExpression(urlWith(scheme), expression, context))
      .map((scheme) => ({ kind: 'scheme', text: '*', position: expression.position, scheme }))
  }
  if (kind === 'self' || (kind === 'host' && expression.scheme === null)) {
    return context.self === null ? [] : [expression]
  }
  return kind === 'scheme' || kind === 'host' ? [expression] : []
}

/** Only `*` and a scheme match whatever has the scheme, with a host or without. */
function doesSubsumeScheme(a: SourceExpression, scheme: string, context: MatchContext): boolean {
  if (a.kind !== 'star' && a.kind !== 'scheme') return false
  return schemesOf(scheme, context).every((one) => doesUrlMatchExpression(urlWith(one), a, context))
}

/** `'self'` is a handful of origins: each is asked about. */
function doesSubsumeSelf(a: SourceExpression, context: MatchContext): boolean {
  const { host, port, scheme } = context.self as Origin
  const self: SourceExpression = { kind: 'self', text: '', position: 0 }
  if (scheme === 'file') return false
  const blob = `blob:${scheme}://${host}${port === null ? '' : `:${port}`}/${PROBE}`
  return [...NETWORK_SCHEMES, scheme]
    .flatMap((one) => portsFor(port).map((at) => `${one}://${host}${at}/${PROBE}`))
    .concat(blob)
    .map(readURL)
    .filter((url) => url !== null && doesUrlMatchExpression(url, self, context))
    .every((url) => isMatchAnywhere(a, url as CheckedURL, context))
}

/** Scheme and port are tried out on one host of B; hosts and paths are compared as patterns. */
function doesSubsumeHost(a: SourceExpression, b: HostSource, context: MatchContext): boolean {
  if (a.kind === 'host' && !(doesHostSubsume(a, b) && doesPathSubsume(a, b, context))) return false
  // Of several hosts 'self' matches one.
  if (a.kind === 'self' && b.host !== context.self?.host) return false
  const host = concreteHost(b.host, `${PROBE}.example`)
  const anywhere: HostSource = { ...b, path: '' }
  const ports = [b.port, a.kind === 'host' ? a.port : null, context.self?.port ?? null]
  return [...NETWORK_SCHEMES, b.scheme ?? '']
    .flatMap((scheme) =>
      [...new Set(ports.flatMap(portsFor))].map((at) => readURL(`${scheme}://${host}${at}/`)),
    )
    .filter((url) => url !== null && doesUrlMatchExpression(url, anywhere, context))
    .every((url) => isMatchAnywhere(a, url as CheckedURL, context))
}

function doesHostSubsume(a: HostSource, b: HostSource): boolean {
  if (a.host === '*' || a.host === b.host) return true
  return a.host.startsWith('*.') && b.host.endsWith(a.host.slice(1))
}

function doesPathSubsume(a: HostSource, b: HostSource, context: MatchContext): boolean {
  if (a.path === '' || a.path === '/') return true
  return b.path !== '' && pathPartMatches(a.path, b.path, context)
}

function isMatchAnywhere(a: SourceExpression, url: CheckedURL, context: MatchContext): boolean {
  return doesUrlMatchExpression(url, a.kind === 'host' ? { ...a, path: '' } : a, context)
}

/** The schemes that a scheme-part matches. */
function schemesOf(scheme: string, context: MatchContext): readonly string[] {
  return [scheme, ...NETWORK_SCHEMES].filter((one) => schemePartMatches(scheme, one, context))
}

function portsFor(port: number | '*' | null): readonly string[] {
  return typeof port === 'number' ? [...PORTS, `:${port}`] : PORTS
}

function urlWith(scheme: string): CheckedURL {
  const text = NETWORK_SCHEMES.includes(scheme) ? `${scheme}://${PROBE}.example/` : `${scheme}:x`
  return readURL(text) as CheckedURL
}
