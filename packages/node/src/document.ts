/** Whether a response is a document or a worker: what has a policy of its own. */

import type { Response } from './exchange.ts'
import { sentHeader } from './sent-header.ts'

/** HTML and XML, SVG with it. */
const DOCUMENT = /^\s*(?:text\/html|(?:application|text)\/xml|[^\s;]+\+xml)\s*(?:;|$)/i
/** A script may be a worker, which is governed by its own policy. */
const SCRIPT = /^\s*(?:text|application)\/(?:x-)?(?:java|ecma)script\s*(?:;|$)/i
const WORKERS = new Set(['worker', 'sharedworker', 'serviceworker'])

/**
 * Whether the response is a document, or a script that may run as a worker; in doubt it is. `headers` are those given to
 * writeHead.
 *
 * @see https://html.spec.whatwg.org/multipage/browsers.html#policy-containers
 */
export function isDocument(res: Response, headers: unknown): boolean {
  const type = sentHeader(res, headers, 'content-type')
  if (type === undefined || DOCUMENT.test(type)) return true
  const destination = res.req.headers['sec-fetch-dest']
  return SCRIPT.test(type) && (destination === undefined || WORKERS.has(String(destination)))
}
