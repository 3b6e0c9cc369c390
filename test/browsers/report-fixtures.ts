/**
 * Reports as a browser sent them, in the kind of a capture at the endpoint, and what of them has to
 * stay the same.
 */

import type { Site } from './site.ts'

/** One request to an endpoint, as a fixture keeps it. */
export interface CapturedRequest {
  /** `same`: an endpoint of the page's own origin; `cross`: of another one. */
  readonly srv: 'same' | 'cross'
  /** The method. */
  readonly m: string
  /** Path and query. */
  readonly url: string
  /** The media type of the body. */
  readonly ct: string | null
  readonly origin: string | null
  /** Sec-Fetch-Dest. */
  readonly sfd: string | null
  /** Sec-Fetch-Mode. */
  readonly sfm: string | null
  /** Whether there was a User-Agent: 1 or 0. */
  readonly ua: 0 | 1
  readonly body: string
}

/** A file of fixtures. */
export interface ReportFixture {
  readonly browser: string
  readonly version: string
  readonly requests: readonly CapturedRequest[]
}

/** What stays the same from run to run of one browser. */
export interface ReportShape {
  /** Each different request but for its body. */
  readonly requests: readonly string[]
  /** Whether a request holds an array of reports, one report, or nothing. */
  readonly containers: readonly string[]
  /** Whether some request holds several reports. */
  readonly hasBatches: boolean
  /** By effective directive: the keys of its report, each with its value's type. */
  readonly reports: Readonly<Record<string, readonly string[]>>
}

type ReportRequest = Site['reports']['requests'][number]
type Json = Readonly<Record<string, unknown>>

/** Keeps a request, with ports and nonces that are the same each time. */
export function capture(
  request: ReportRequest,
  site: Site,
  srv: 'same' | 'cross',
): CapturedRequest {
  const steady = (text: string): string =>
    text
      .replaceAll(site.page.origin, `${new URL(site.page.origin).protocol}//localhost:58200`)
      .replaceAll(site.other.origin, `${new URL(site.page.origin).protocol}//localhost:58201`)
      .replaceAll(/nonce-[\w+/=-]+/g, 'nonce-AAAAAAAAAAAAAAAAAAAAAA')
      .replaceAll(/page-\d+/g, 'page')
  return {
    srv,
    m: request.method,
    url: request.path,
    ct: request.contentType ?? null,
    origin: request.origin === undefined ? null : steady(request.origin),
    sfd: request.fetchDest ?? null,
    sfm: request.fetchMode ?? null,
    ua: request.userAgent === undefined ? 0 : 1,
    body: steady(request.body),
  }
}

/** Takes from requests what stays the same; a report that comes twice counts once. */
export function shapeOf(requests: readonly CapturedRequest[]): ReportShape {
  const bodies = requests
    .filter(({ body }) => body !== '')
    .map(({ body }) => JSON.parse(body) as unknown)
  const reports = bodies.flat() as readonly Json[]
  const shapes = new Map<string, Set<string>>()
  for (const report of reports) {
    const directive = directiveOf(report)
    const shape = shapes.get(directive) ?? new Set()
    for (const key of keysOf(report)) shape.add(key)
    shapes.set(directive, shape)
  }
  return {
    requests: distinct(
      requests.map(({ srv, m, ct, origin, sfd, sfm, ua }) =>
        JSON.stringify({ srv, m, ct, origin, sfd, sfm, ua }),
      ),
    ),
    containers: distinct(bodies.map((body) => (Array.isArray(body) ? 'an array' : 'one report'))),
    hasBatches: bodies.some((body) => Array.isArray(body) && body.length > 1),
    reports: Object.fromEntries(
      [...shapes].map(([directive, keys]) => [directive, distinct([...keys])] as const),
    ),
  }
}

/** The effective directive of a report in either format. */
export function directiveOf(report: object): string {
  const { 'csp-report': legacy, body: modern } = report as Json
  const body = (legacy ?? modern ?? {}) as Json
  return String(body['effective-directive'] ?? body['effectiveDirective'])
}

/** The keys of an object and of those in it, as `body.lineNumber: number`. */
function keysOf(value: Json, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([key, member]) =>
    typeof member === 'object' && member !== null
      ? keysOf(member as Json, `${prefix}${key}.`)
      : [`${prefix}${key}: ${member === null ? 'null' : typeof member}`],
  )
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted((a, b) => (a < b ? -1 : 1))
}
