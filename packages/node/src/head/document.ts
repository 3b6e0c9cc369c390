/**
 * Which responses need no policy: those that no browser runs scripts of, as a document or as a
 * worker.
 */

import type { SentHead } from './head-arguments.ts'
import { sentHeader, setSentHeader } from './head-arguments.ts'

/**
 * Types that no browser runs (test/browsers/documents.test.ts asks them). Browsers read an unknown
 * or malformed type, and one of several, in ways of their own: what is not written exactly so keeps
 * its policy.
 */
const MEDIA =
  /^(?:audio\/(?:aac|flac|mp4|mpeg|ogg|wav|webm)|image\/(?:avif|bmp|gif|jpeg|png|vnd\.microsoft\.icon|webp|x-icon)|text\/csv|video\/(?:mp4|mpeg|ogg|quicktime|webm))(?:;[^,]*)?$/i
/** Types that no browser runs as a document. Chromium runs them as a worker, though. */
const DATA =
  /^(?:application\/(?:font-woff|gzip|json|octet-stream|wasm|zip)|font\/(?:collection|otf|ttf|woff|woff2)|text\/(?:css|event-stream|plain)|(?:application|text)\/[\w.-]+\+json)(?:;[^,]*)?$/i
const WORKERS = new Set(['worker', 'sharedworker', 'serviceworker'])

/**
 * Whether no browser runs the response as a document or a worker; in doubt it may. Where that
 * depends on what the request is for, a cache is told so: it must not give the response to a worker
 * later.
 *
 * @see https://html.spec.whatwg.org/multipage/browsers.html#policy-containers
 */
export function needsNoPolicy(head: SentHead): boolean {
  const type = sentHeader(head, 'content-type')
  if (type === undefined) return false
  if (MEDIA.test(type)) return true
  if (!DATA.test(type)) return false
  varyByDestination(head)
  return !WORKERS.has(String(head.res.req.headers['sec-fetch-dest']))
}

function varyByDestination(head: SentHead): void {
  const vary = sentHeader(head, 'vary')?.trim() ?? ''
  if (vary === '*' || /(?:^|[\s,])sec-fetch-dest(?:[\s,]|$)/i.test(vary)) return
  setSentHeader(head, 'Vary', vary === '' ? 'Sec-Fetch-Dest' : `${vary}, Sec-Fetch-Dest`)
}
