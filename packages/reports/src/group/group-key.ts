/**
 * Which violations are one and the same: a key out of what stays equal from page to page and from
 * visitor to visitor.
 */

import { checkOptions } from '@cusp/core/internal'
import type { Violation } from '../model/violation.ts'
import { hostAndPortOf, isNetworkURL, isWebURL, pathOf, schemeOf } from '../url/url-text.ts'
import { normalisePath, normaliseSample } from './normalise.ts'

/** What a key is made from beside the violation. */
export interface GroupKeyOptions {
  /** The site, where several report to one place. Default `default`. */
  readonly project?: string | undefined
}

const OPTION_NAMES = { action: 'make a group key', known: ['project'] }
const MOST_HOST = 255
const CODE_FILE = /\.(?:[cm]?[jt]sx?|css|wasm)$/i

/**
 * The canonical text of a violation's group: project, disposition, directive and what was blocked,
 * each on a line. Of a URL it is the host; of code the kind, the file where it stands and the
 * beginning of the sample, without numbers and hashes. The page, the position, the browser and the
 * policy are never in it.
 *
 * Take it before {@link redact}, which takes the sample away. Store a digest of it: it is up to a
 * thousand characters long.
 *
 * @throws CspError `ERR_CSP_INPUT` for an option that it does not know
 * @example
 * ```ts
 * import { groupKey, readReports } from '@cusp/reports'
 *
 * const body = '{"csp-report":{"blocked-uri":"https://cdn.example/a.js?v=2","violated-directive":"script-src-elem","disposition":"enforce"}}'
 * readReports(body).violations.map((violation) => groupKey(violation).split('\n')).flat() // => default,enforce,script-src-elem,cdn.example
 * ```
 */
export function groupKey(violation: Violation, options: GroupKeyOptions = {}): string {
  checkOptions(options, OPTION_NAMES)
  const { directive, disposition } = violation
  const { project } = options
  return `${project === undefined ? 'default' : oneLine(project)}\n${disposition}\n${directive}\n${blockedClass(violation)}`
}

/**
 * A coarser key: the host or scheme that was blocked, or the kind of code. Groups with one cause
 * have it in common, whatever the directive: a script that is not allowed often brings images and
 * connections that are not allowed either.
 *
 * @example
 * ```ts
 * import { causeKey, readReports } from '@cusp/reports'
 *
 * const body = '{"csp-report":{"blocked-uri":"https://cdn.example:443/a.js","violated-directive":"script-src-elem"}}'
 * readReports(body).violations.map((violation) => causeKey(violation)) // => cdn.example
 * ```
 */
export function causeKey({ blocked }: Violation): string {
  const { kind, url } = blocked
  if (kind === 'scheme') return `${schemeOf(url)}:`
  if (kind === 'url') return hostClass(url)
  return kind
}

function blockedClass(violation: Violation): string {
  const { kind } = violation.blocked
  const cause = causeKey(violation)
  if (kind === 'scheme' || kind === 'url' || kind === 'unknown') return cause
  return `${cause}\n${sourceClass(violation)}\n${normaliseSample(violation.sample)}`
}

/**
 * The host; connections over ws: and wss: need a source of their own, so the scheme counts for
 * them.
 */
function hostClass(url: string): string {
  const host = oneLine(hostAndPortOf(url).slice(0, MOST_HOST))
  return isNetworkURL(url) && !isWebURL(url) ? `${schemeOf(url)}://${host}` : host
}

/**
 * The path of the file. Code of a page has none: the page is not in the key, half of the browsers
 * name no file then, and a page may have changed its URL since it was loaded.
 */
function sourceClass({ source, page }: Violation): string {
  const { file } = source
  if (file === null) return '-'
  if (!isWebURL(file)) return `${schemeOf(file)}:`
  const path = pathOf(file)
  const isPage = !CODE_FILE.test(path) && hostAndPortOf(file) === hostAndPortOf(page)
  return isPage ? '-' : normalisePath(path)
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u0020]+/g, ' ')
}
