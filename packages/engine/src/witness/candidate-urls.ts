/**
 * URLs that tell source lists apart. A list allows a union of boxes: schemes × hosts × ports × paths. For every host that
 * the lists name, and for one that they do not, each combination of the schemes, ports and paths that matter there and of
 * one of each that does not is a candidate: what two lists answer alike for all of these they answer alike.
 */

import { PROBE, originText, urlOfScheme } from './example-url.ts'
import type { HostSource, SourceExpression } from '../sources/source-expression.ts'
import type { Origin } from '../url/url.ts'

/** A candidate, and whether the lists name paths on its host, so that a redirect makes a difference. */
export interface CandidateURL {
  readonly url: string
  readonly hasPaths: boolean
}

/** A host that no list names, the first of these: the last cannot be under a wildcard that anyone writes. */
const UNNAMED_HOSTS = ['elsewhere.example', 'elsewhere.test', `${PROBE}.${PROBE}`] as const
/** What stands for any name under a wildcard: the first that no list names. */
const LABELS = ['www', 'static', PROBE] as const
/** Hosts that engines treat in their own ways: addresses, and loopback, which is never upgraded. */
const SPECIAL_HOSTS = ['localhost', '192.0.2.1', '[2001:db8::1]']
const NETWORK_SCHEMES = ['https', 'http', 'wss', 'ws']
const OTHER_SCHEMES = ['data', 'blob', PROBE]
const PORTS = ['', ':80', ':443', ':4711']

/** The candidates for a set of lists. Those that the lists name come first. */
export function* candidateURLs(
  expressions: readonly SourceExpression[],
  self: Origin | null,
): Generator<CandidateURL> {
  const sources = expressions.filter((expression) => expression.kind === 'host')
  const unnamed = UNNAMED_HOSTS.find((host) => isUnnamed(host, sources)) ?? UNNAMED_HOSTS[2]
  const schemes = new Set(NETWORK_SCHEMES)
  for (const expression of expressions) {
    if (expression.kind === 'scheme') schemes.add(expression.scheme)
    else if (expression.kind === 'host' && expression.scheme !== null)
      schemes.add(expression.scheme)
  }
  if (self !== null) schemes.add(self.scheme)
  for (const host of hostsOf(sources, { self, unnamed }))
    yield* candidatesOn(host, { sources, schemes, self })
  for (const scheme of new Set([...schemes, ...OTHER_SCHEMES])) {
    if (!NETWORK_SCHEMES.includes(scheme)) {
      yield { url: urlOfScheme(scheme, unnamed), hasPaths: false }
    }
  }
  if (self?.scheme === 'file') yield { url: 'file:///', hasPaths: false }
}

function isUnnamed(host: string, sources: readonly HostSource[]): boolean {
  return sources.every((source) => source.host === '*' || !isOn(host, source))
}

function hostsOf(
  sources: readonly HostSource[],
  { self, unnamed }: { readonly self: Origin | null; readonly unnamed: string },
): ReadonlySet<string> {
  const hosts = new Set<string>()
  const names = new Set(sources.map(({ host }) => host))
  for (const { host } of sources) {
    const name = LABELS.map((label) => label + host.slice(1)).find((one) => !names.has(one))
    if (host === '*') hosts.add(unnamed)
    else hosts.add(host.startsWith('*.') ? (name ?? host.slice(2)) : host)
  }
  for (const { host } of sources) if (host.startsWith('*.')) hosts.add(host.slice(2))
  if (self !== null) hosts.add(self.host)
  hosts.add(unnamed)
  for (const host of SPECIAL_HOSTS) hosts.add(host)
  return hosts
}

function* candidatesOn(
  host: string,
  {
    sources,
    schemes,
    self,
  }: {
    readonly sources: readonly HostSource[]
    readonly schemes: ReadonlySet<string>
    readonly self: Origin | null
  },
): Generator<CandidateURL> {
  const named = sources.filter((source) => isOn(host, source))
  const ports = new Set(PORTS)
  const paths = new Set(['/', `/${PROBE}`])
  for (const { port, path } of named) {
    if (typeof port === 'number') ports.add(`:${port}`)
    for (const near of path === '' ? [] : pathsNear(path)) paths.add(near)
  }
  if (self !== null && self.port !== null) ports.add(`:${self.port}`)
  for (const scheme of schemes) {
    for (const port of ports) {
      for (const path of paths) {
        const url = `${scheme}://${host}${port}${path}`
        if (URL.canParse(url)) yield { url, hasPaths: paths.size > 2 }
      }
    }
  }
}

function isOn(host: string, source: HostSource): boolean {
  if (source.host === '*' || source.host === host) return true
  return source.host.startsWith('*.') && host.endsWith(source.host.slice(1))
}

/** The path, what lies below it where it is a directory, and what it is not. */
function pathsNear(path: string): readonly string[] {
  return [path, `${path}${PROBE}`, path.replace(/\/$/, ''), `${path}/`]
}

/** The origins that tell lists of ancestors apart. */
export function* candidateOrigins(
  expressions: readonly SourceExpression[],
  self: Origin | null,
): Generator<string | null> {
  if (self !== null) yield originText(self)
  for (const { url } of candidateURLs(expressions, self)) yield url
  yield null
}
