/**
 * Hosts, ports and paths that no list names: each stands for all that the lists do not tell apart.
 */

import type { Dialect } from '../dialects/dialect.ts'
import { canonicalPath } from '../sources/match-path.ts'
import type { HostSource } from '../sources/source-expression.ts'
import type { Origin } from '../url/url.ts'
import { suffixesOf } from '../url/url.ts'
import { PROBE } from './example-url.ts'

/** Names that the lists do not have. */
export interface FreshNames {
  /** A host that no source names. */
  readonly host: string
  /** A port that no source names. */
  readonly port: number
  /** A host under a wildcard (its text behind the asterisk) that no source names. */
  hostUnder(suffix: string): string
  /** A path below a directory that no source names. */
  pathBelow(directory: string): string
}

/** Hosts and labels to try first: they read well in a witness. */
const HOSTS = ['elsewhere.example', 'elsewhere.test', `${PROBE}.${PROBE}`]
const LABELS = ['www', 'static', PROBE]
const FIRST_PORT = 4711
// "*.0.0.1" has no names below it, but an address may end so
const NUMERIC_SUFFIX = /^(?:\.\d{1,3}){1,3}$/

/** Looks for names that the sources and the page do not have. */
export function makeFreshNames(
  sources: readonly HostSource[],
  { self, dialect }: { readonly self: Origin | null; readonly dialect: Dialect },
): FreshNames {
  const hosts = namedHosts(sources, self)
  const ports = new Set(sources.map(({ port }) => port))
  if (self !== null) ports.add(self.port)
  const paths = new Set(sources.map(({ path }) => canonicalPath(path, { dialect })))
  return {
    host: firstOf(
      HOSTS,
      (index) => `${PROBE}-${index}.${PROBE}-${index}`,
      (host) => isFree(host, hosts),
    ),
    port: Number(firstOf([String(FIRST_PORT)], (index) => String(FIRST_PORT + index), isFreePort)),
    hostUnder: (suffix) =>
      NUMERIC_SUFFIX.test(suffix)
        ? `${['127', '0', '0'].slice(0, 5 - suffix.split('.').length).join('.')}${suffix}`
        : firstOf(
            LABELS.map((label) => label + suffix),
            (index) => `${PROBE}-${index}${suffix}`,
            (host) => !hosts.has(host),
          ),
    pathBelow: (directory) =>
      firstOf(
        [`${directory}${PROBE}`],
        (index) => `${directory}${PROBE}-${index}`,
        (path) => !paths.has(canonicalPath(path, { dialect })),
      ),
  }

  /** Past the last port there is none left, and then each port is named. */
  function isFreePort(port: string): boolean {
    return !ports.has(Number(port)) || Number(port) > 65_535
  }
}

/** A host that no source names, by a name that says whose it is. */
export function attackersHost(sources: readonly HostSource[], self: Origin | null): string {
  const hosts = namedHosts(sources, self)
  return firstOf(
    ['attacker.example'],
    (index) => `attacker.example-${index}`,
    (host) => isFree(host, hosts),
  )
}

function namedHosts(sources: readonly HostSource[], self: Origin | null): ReadonlySet<string> {
  const hosts = sources.map(({ host }) => host)
  return new Set(self === null ? hosts : [...hosts, self.host])
}

/** Whether no source is this host or a wildcard above it. */
function isFree(host: string, hosts: ReadonlySet<string>): boolean {
  return !hosts.has(host) && suffixesOf(host).every((suffix) => !hosts.has(`*${suffix}`))
}

function firstOf(
  names: readonly string[],
  make: (index: number) => string,
  isWanted: (name: string) => boolean,
): string {
  const found = names.find(isWanted)
  if (found !== undefined) return found
  let index = 1
  while (!isWanted(make(index))) index++
  return make(index)
}
