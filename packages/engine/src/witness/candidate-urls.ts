/**
 * URLs that tell source lists apart. A source stands for a box: schemes × hosts × ports × paths.
 * Where one policy decides on each side, what one list matches and the other does not shows at one
 * place of some box of a source: the host itself or a fresh name under its wildcard, its port or a
 * fresh one, its path or a fresh one below it. So the number of candidates grows with the number of
 * sources. Where several policies must allow at once, boxes meet: then each port and path of a host
 * is tried with each other.
 */

import type { Dialect } from '../dialects/dialect.ts'
import type { HostSource, SourceExpression } from '../sources/source-expression.ts'
import type { Origin } from '../url/url.ts'
import { defaultPort, serializeOrigin, suffixesOf } from '../url/url.ts'
import { PROBE, urlOfScheme } from './example-url.ts'
import type { FreshNames } from './fresh-names.ts'
import { makeFreshNames } from './fresh-names.ts'

/** A candidate. */
export interface CandidateURL {
  readonly url: string
  /**
   * Whether paths are named and this is the first path of its place: after a redirect they are all
   * alike.
   */
  readonly isWorthRedirect: boolean
}

/** What candidates are made from. */
export interface CandidateInput {
  /** All expressions of the lists that decide. */
  readonly expressions: readonly SourceExpression[]
  /** Those whose places the two sides may answer differently. */
  readonly varying: readonly SourceExpression[]
  readonly self: Origin | null
  readonly dialect: Dialect
  /** Whether several policies of one side must allow at once. */
  readonly isIntersection: boolean
}

/** A port in a URL, with its colon; empty for the default port. */
type PortText = string

/** What candidates on one host are made from. */
interface Place {
  readonly host: string
  readonly ports: Iterable<PortText>
  readonly paths: Iterable<string>
}

interface Circumstances {
  readonly names: FreshNames
  readonly schemes: ReadonlySet<string>
  readonly hasPaths: boolean
  readonly dialect: Dialect
}

const NETWORK_SCHEMES: ReadonlySet<string> = new Set(['https', 'http', 'wss', 'ws'])
const OTHER_SCHEMES = ['data', 'blob', PROBE]
/**
 * The default ports are upgraded into each other, so that each matters wherever no port is written.
 */
const DEFAULT_PORTS: readonly PortText[] = ['', ':80', ':443']
/** Hosts that engines treat in their own ways: addresses, and loopback, which is not upgraded. */
const SPECIAL_HOSTS = ['localhost', '192.0.2.1', '[2001:db8::1]']
/** More than these are not tried on one host: see {@link isTooLarge}. */
const MOST_COMBINATIONS = 250_000
const LAST_PORT = 65_535
const DOT_SEGMENT = /\/(?:\.|%2e)/i

/** The candidates for a set of lists. Those that the lists name come first. */
export function* candidateURLs(input: CandidateInput): Generator<CandidateURL> {
  const { expressions, self, dialect } = input
  const sources = expressions.filter((expression) => expression.kind === 'host')
  const names = makeFreshNames(sources, { self, dialect })
  const schemes = schemesOf(expressions, self)
  const hasPaths = sources.some(({ path }) => path !== '')
  const circumstances = { names, schemes, hasPaths, dialect }
  for (const place of placesOf(input, circumstances)) yield* candidatesAt(place, circumstances)
  for (const scheme of new Set([...schemes, ...OTHER_SCHEMES])) {
    if (!NETWORK_SCHEMES.has(scheme)) yield plain(urlOfScheme(scheme, names.host))
  }
  if (self === null) return
  if (self.scheme === 'file') yield plain('file:///')
  else yield* blobsOf(self)
}

/** The origins that tell lists of ancestors apart. */
export function* candidateOrigins(input: CandidateInput): Generator<string | null> {
  if (input.self !== null) yield serializeOrigin(input.self)
  for (const { url } of candidateURLs(input)) yield url
  yield null
}

/** Whether the lists meet in more places than can be tried. Only lists of several policies do. */
export function isTooLarge({ expressions, isIntersection }: CandidateInput): boolean {
  if (!isIntersection) return false
  const sources = expressions.filter((expression) => expression.kind === 'host')
  const hosts = new Set(sources.map(({ host }) => host)).size
  const ports = new Set(sources.map(({ port }) => port)).size
  const paths = new Set(sources.map(({ path }) => path)).size
  return hosts * ports * paths > MOST_COMBINATIONS && sources.length > hosts
}

function schemesOf(
  expressions: readonly SourceExpression[],
  self: Origin | null,
): ReadonlySet<string> {
  const schemes = new Set(NETWORK_SCHEMES)
  for (const expression of expressions) {
    const scheme =
      expression.kind === 'scheme' || expression.kind === 'host' ? expression.scheme : null
    if (scheme !== null) schemes.add(scheme)
  }
  if (self !== null) schemes.add(self.scheme)
  return schemes
}

function* placesOf(input: CandidateInput, circumstances: Circumstances): Generator<Place> {
  const { expressions, varying, self, isIntersection } = input
  const { names } = circumstances
  const sources = varying.filter((expression) => expression.kind === 'host')
  if (isIntersection) yield* crossedPlaces(expressions, circumstances)
  else for (const source of sources) yield placeOf(source, circumstances)
  const paths = genericPaths(circumstances)
  if (self !== null)
    yield { host: self.host, ports: [...DEFAULT_PORTS, ...portsOfSelf(self)], paths }
  yield { host: names.host, ports: [...DEFAULT_PORTS, `:${names.port}`], paths }
  for (const host of SPECIAL_HOSTS) yield { host, ports: [''], paths: ['/'] }
}

/** The box of one source. */
function placeOf(source: HostSource, circumstances: Circumstances): Place {
  return {
    host: hostOf(source.host, circumstances),
    ports: portsOf(source, circumstances),
    paths: pathsOf(source, circumstances),
  }
}

/** Each host with every port and every path of the sources that match it. */
function* crossedPlaces(
  expressions: readonly SourceExpression[],
  circumstances: Circumstances,
): Generator<Place> {
  const byHost = new Map<string, HostSource[]>()
  for (const expression of expressions) {
    if (expression.kind !== 'host') continue
    const others = byHost.get(expression.host)
    if (others === undefined) byHost.set(expression.host, [expression])
    else others.push(expression)
  }
  const hosts = new Set<string>()
  for (const pattern of byHost.keys()) hosts.add(hostOf(pattern, circumstances))
  for (const host of hosts) {
    const patterns = [host, ...suffixesOf(host).map((suffix) => `*${suffix}`), '*']
    const sources = patterns.flatMap((pattern) => byHost.get(pattern) ?? [])
    const ports = new Set(sources.flatMap((source) => portsOf(source, circumstances)))
    const paths = new Set(sources.flatMap((source) => pathsOf(source, circumstances)))
    yield { host, ports, paths }
  }
}

function hostOf(pattern: string, { names }: Circumstances): string {
  if (pattern === '*') return names.host
  return pattern.startsWith('*.') ? names.hostUnder(pattern.slice(1)) : pattern
}

function portsOf({ port }: HostSource, { names }: Circumstances): readonly PortText[] {
  if (port === null) return DEFAULT_PORTS
  if (port === '*') return [...DEFAULT_PORTS, `:${names.port}`]
  if (port === 80) return DEFAULT_PORTS
  return port <= LAST_PORT ? [`:${port}`] : []
}

function portsOfSelf({ port }: Origin): readonly PortText[] {
  return port === null ? [] : [`:${port}`]
}

function pathsOf({ path }: HostSource, circumstances: Circumstances): readonly string[] {
  if (path === '') return genericPaths(circumstances)
  const { names, dialect } = circumstances
  // A URL has no dot segments: only an encoded separator brings such a path about.
  const encoded =
    DOT_SEGMENT.test(path) && dialect.has('whole-path-decoded')
      ? [`/${path.slice(1).replaceAll('/', '%2F')}`]
      : []
  const isDirectory = path.endsWith('/') || /%2f$/i.test(path)
  return [path, ...encoded, ...(isDirectory ? [names.pathBelow(path)] : [])]
}

function genericPaths({ names, hasPaths }: Circumstances): readonly string[] {
  return hasPaths ? ['/', names.pathBelow('/')] : ['/']
}

function* candidatesAt(
  { host, ports, paths }: Place,
  { schemes, hasPaths }: Circumstances,
): Generator<CandidateURL> {
  for (const scheme of schemes) {
    if (!URL.canParse(`${scheme}://${host}/`)) continue
    const own = `:${defaultPort(scheme)}`
    for (const port of new Set(Array.from(ports, (text) => (text === own ? '' : text)))) {
      let isFirst = true
      for (const path of paths) {
        yield { url: `${scheme}://${host}${port}${path}`, isWorthRedirect: hasPaths && isFirst }
        isFirst = false
      }
    }
  }
}

/** What the page has put into blob: URLs, as its origin and as a more secure one. */
function* blobsOf(self: Origin): Generator<CandidateURL> {
  yield plain(`blob:${serializeOrigin(self)}/${PROBE}`)
  if (self.scheme === 'http') {
    yield plain(`blob:${serializeOrigin({ ...self, scheme: 'https' })}/${PROBE}`)
  }
}

function plain(url: string): CandidateURL {
  return { url, isWorthRedirect: false }
}
