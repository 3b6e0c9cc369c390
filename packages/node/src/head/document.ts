/** Whether a response is a document or a worker, for each has a policy of its own. */

import type { SentHead } from './head-arguments.ts'
import { sentHeader } from './head-arguments.ts'

/** HTML and XML, SVG with it. */
const DOCUMENT = /^\s*(?:text\/html|(?:application|text)\/xml|[^\s;]+\+xml)\s*(?:;|$)/i
/** A script may run as a worker. */
const SCRIPT = /^\s*(?:text|application)\/(?:x-)?(?:java|ecma)script\s*(?:;|$)/i
const WORKERS = new Set(['worker', 'sharedworker', 'serviceworker'])

/**
 * Whether the response is a document, or a script that may run as a worker; in doubt it is.
 *
 * @see https://html.spec.whatwg.org/multipage/browsers.html#policy-containers
 */
export function isDocument(head: SentHead): boolean {
  const type = sentHeader(head, 'content-type')
  if (type === undefined || DOCUMENT.test(type)) return true
  const destination = head.res.req.headers['sec-fetch-dest']
  return SCRIPT.test(type) && (destination === undefined || WORKERS.has(String(destination)))
}
