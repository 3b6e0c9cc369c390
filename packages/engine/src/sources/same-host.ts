/**
 * The sources of one host. A few are tried one after the other. Many are found by scheme, port and
 * path, so that a decision on a host with thousands of ports or paths costs no more than on one
 * with a few.
 */

import type { CheckedURL } from '../url/url.ts'
import { defaultPort } from '../url/url.ts'
import type { MatchContext } from './match-context.ts'
import { canonicalPath, isCanonicalDirectory } from './match-path.ts'
import { schemesUpgradedTo } from './match-scheme.ts'
import { doesUrlMatchLookedUpHost } from './match-url.ts'
import type { HostSource } from './source-expression.ts'

/**
 * Up to here trying one after the other is cheaper than building and asking maps (`pnpm bench
 * hosts`).
 */
const FEW = 8

/** The sources that name one host, in the order of the list. */
export interface SameHostSources {
  readonly sources: readonly HostSource[]
  /** Made when it is first asked for; it depends on the dialect, and a list has one dialect. */
  places: Places | undefined
}

/** The first source of each scheme and port. */
type ByPlace = Map<string | null, Map<HostSource['port'], HostSource>>

/** Many sources by path, and then by scheme and port. */
interface Places {
  /** Whatever their paths. */
  readonly anywhere: ByPlace
  readonly withoutPath: ByPlace
  /** By canonical path. */
  readonly paths: ReadonlyMap<string, ByPlace>
  readonly directories: ReadonlyMap<string, ByPlace>
  /** The lengths of all directories. */
  readonly lengths: readonly number[]
}

/** Collects the sources of one host. */
export function makeSameHostSources(sources: readonly HostSource[]): SameHostSources {
  return { sources, places: undefined }
}

/** The first source that matches a URL on this host, or null. */
export function findSourceOnHost(
  known: SameHostSources,
  url: CheckedURL,
  context: MatchContext,
): HostSource | null {
  const { sources } = known
  if (sources.length > FEW) return findByPlace(known, url, context)
  for (let index = 0; index < sources.length; index++) {
    const source = sources[index] as HostSource
    if (doesUrlMatchLookedUpHost(url, source, context)) return source
  }
  return null
}

function findByPlace(
  known: SameHostSources,
  url: CheckedURL,
  context: MatchContext,
): HostSource | null {
  known.places ??= makePlaces(known.sources, context)
  let first: HostSource | null = null
  for (const source of candidatesAt(known.places, url, context)) {
    const isEarlier = first === null || source.position < first.position
    if (isEarlier && doesUrlMatchLookedUpHost(url, source, context)) first = source
  }
  return first
}

function makePlaces(sources: readonly HostSource[], context: MatchContext): Places {
  const anywhere: ByPlace = new Map()
  const withoutPath: ByPlace = new Map()
  const paths = new Map<string, ByPlace>()
  const directories = new Map<string, ByPlace>()
  for (const source of sources) {
    addOnce(anywhere, source)
    if (source.path === '') addOnce(withoutPath, source)
    else {
      const path = canonicalPath(source.path, context)
      addOnce(placesAt(paths, path), source)
      if (isCanonicalDirectory(path)) addOnce(placesAt(directories, path), source)
    }
  }
  const lengths = new Set(Array.from(directories.keys(), ({ length }) => length))
  return { anywhere, withoutPath, paths, directories, lengths: [...lengths] }
}

/**
 * Every source that may match: those of the schemes, ports and paths that a match of this URL can
 * have.
 */
function* candidatesAt(
  { anywhere, withoutPath, paths, directories, lengths }: Places,
  url: CheckedURL,
  context: MatchContext,
): Generator<HostSource> {
  if (context.redirectCount > 0) {
    yield* pick(anywhere, url)
    return
  }
  yield* pick(withoutPath, url)
  if (paths.size === 0) return
  const path = canonicalPath(url.path, context)
  yield* pick(paths.get(path), url)
  for (const length of lengths) {
    if (length <= path.length) yield* pick(directories.get(path.slice(0, length)), url)
  }
}

/** The sources of the schemes and ports that match the URL in some dialect, and few others. */
function* pick(places: ByPlace | undefined, url: CheckedURL): Generator<HostSource> {
  if (places === undefined) return
  const { scheme, port, portBefore } = url
  const ports = [null, '*', port, portBefore, defaultPort(scheme), 80] as const
  for (const one of [scheme, null, ...schemesUpgradedTo(scheme)]) {
    const byPort = places.get(one)
    if (byPort === undefined) continue
    for (const other of ports) {
      const source = byPort.get(other)
      if (source !== undefined) yield source
    }
  }
}

function placesAt(byPath: Map<string, ByPlace>, path: string): ByPlace {
  let places = byPath.get(path)
  if (places === undefined) byPath.set(path, (places = new Map()))
  return places
}

function addOnce(places: ByPlace, source: HostSource): void {
  let byPort = places.get(source.scheme)
  if (byPort === undefined) places.set(source.scheme, (byPort = new Map()))
  if (!byPort.has(source.port)) byPort.set(source.port, source)
}
