/**
 * What `'self'` stands for in the document or worker that asks. By the specification it is the
 * origin of the response that the policies came with, also where another document has taken them
 * over; engines forget it in places.
 *
 * @see https://w3c.github.io/webappsec-csp/#security-inherit-csp
 */

import { CspError } from '@cusp/core'
import { asciiLowerCase, joinWords, show, suggest } from '@cusp/core/internal'
import type { Context } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Page } from '../policy/compiled-policies.ts'
import type { Origin } from '../url/url.ts'

/** The circumstances of one request. */
interface Asking {
  readonly context: Context
  /** The destination of the request, or `form`. */
  readonly destination: string
  readonly isWebSocket: boolean
}

/** Each context with its words, behind those of a check. */
const CONTEXTS: ReadonlyMap<Context, string> = new Map([
  ['', ''],
  ['blob', ' in a blob: document'],
  ['blob-worker', ' in a blob: worker'],
  ['data', ' in a data: document'],
  ['data-worker', ' in a data: worker'],
  ['javascript', ' in the document of a javascript: URL'],
  ['sandboxed', ' in a sandboxed document'],
  ['sandboxed-blob', ' in a sandboxed blob: document'],
  ['sandboxed-srcdoc', ' in a sandboxed srcdoc document'],
  ['srcdoc', ' in a srcdoc document'],
])
/** Documents with the policies of another. */
const INHERITED: ReadonlySet<Context> = new Set<Context>([
  'blob',
  'data',
  'javascript',
  'sandboxed-blob',
  'sandboxed-srcdoc',
  'srcdoc',
])
/** Documents with the policies of another and an origin that is opaque. */
const OPAQUE: ReadonlySet<Context> = new Set<Context>([
  'data',
  'sandboxed-blob',
  'sandboxed-srcdoc',
])
/** Where the origin is forgotten for everything. */
const FORGOTTEN: ReadonlySet<Context> = new Set<Context>(['data-worker', 'sandboxed'])
/** Those of them whose URL has no origin in it. */
const WITHOUT_ORIGIN: ReadonlySet<Context> = new Set<Context>([
  'data',
  'javascript',
  'sandboxed-srcdoc',
  'srcdoc',
])
/** What Gecko's other process loads, besides WebSockets. */
const LOADED_ELSEWHERE: ReadonlySet<string> = new Set(['embed', 'frame', 'iframe', 'object'])

/**
 * Refuses a context that is not one.
 *
 * @throws CspError `ERR_CSP_CHECK`
 */
export function checkContext(context: Context): void {
  if (CONTEXTS.has(context)) return
  const known = [...CONTEXTS.keys()].filter((name) => name !== '')
  const meant = suggest(asciiLowerCase(String(context)), known)
  const advice = meant === undefined ? joinWords(known.map(show), 'or') : show(meant)
  const message = `Cannot decide: context ${show(context)} is not a document or worker that browsers know. Use ${advice}.`
  throw new CspError('ERR_CSP_CHECK', message, { value: context })
}

/** The words for a context, behind those of a check. */
export function describeContext(context: Context = ''): string {
  return CONTEXTS.get(context) ?? ''
}

/** The origin that the sources of a list are matched with; null where WebKit has forgotten it. */
export function selfIn(asking: Asking, { self, policies }: Page): Origin | null {
  if (!policies.dialect.has('self-forgotten-by-opaque-documents')) return self
  if (FORGOTTEN.has(asking.context)) return null
  if (asking.destination !== '' || asking.isWebSocket) return self
  return OPAQUE.has(asking.context) || policies.sandboxesOrigin ? null : self
}

/**
 * Whether `'self'` matches nothing, while sources without a scheme go on taking that of the origin:
 * Gecko hands the policies to the process that loads frames without it.
 */
export function isSelfVoid({ context, destination, isWebSocket }: Asking, page: Page): boolean {
  if (!INHERITED.has(context)) return false
  if (!page.policies.dialect.has('self-void-in-inherited-frames')) return false
  return isWebSocket || LOADED_ELSEWHERE.has(destination)
}

/** Whether a report takes every frame for one of another origin. */
export function hasForgottenOrigin(context: Context, dialect: Dialect): boolean {
  if (WITHOUT_ORIGIN.has(context)) return dialect.has('self-void-in-inherited-frames')
  return FORGOTTEN.has(context) && dialect.has('self-forgotten-by-opaque-documents')
}
