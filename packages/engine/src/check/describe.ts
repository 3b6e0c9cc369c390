/** Checks in words: the subject of an explanation. */

import type { Check, InlineType, RequestCheck } from './check.ts'
import { show } from '../text.ts'

const BY_DESTINATION: ReadonlyMap<string, string> = new Map([
  ['', 'the connection to'],
  ['audio', 'the audio'],
  ['audioworklet', 'the audio worklet'],
  ['document', 'the navigation to'],
  ['embed', 'the embedded content'],
  ['fencedframe', 'the fenced frame'],
  ['font', 'the font'],
  ['frame', 'the frame'],
  ['iframe', 'the frame'],
  ['image', 'the image'],
  ['manifest', 'the manifest'],
  ['object', 'the embedded content'],
  ['paintworklet', 'the paint worklet'],
  ['report', 'the report to'],
  ['script', 'the script'],
  ['serviceworker', 'the service worker'],
  ['sharedworker', 'the shared worker'],
  ['style', 'the stylesheet'],
  ['track', 'the text track'],
  ['video', 'the video'],
  ['worker', 'the worker'],
  ['xslt', 'the XSLT stylesheet'],
])

const BY_INLINE_TYPE: Readonly<Record<InlineType, string>> = {
  navigation: 'the javascript: URL',
  script: 'the inline script',
  'script attribute': 'the event handler',
  style: 'the inline style',
  'style attribute': 'the style attribute',
}

/** Longest text that is shown whole. */
const LENGTH = 120

/** What was asked, as a subject: "the script https://…". */
export function describeCheck(check: Check): string {
  switch (check.type) {
    case 'request':
      return `${describeRequest(check)} ${shorten(String(check.url))}${hops(check.redirectCount)}`
    case 'inline':
      return BY_INLINE_TYPE[check.inline]
    case 'eval':
      return 'eval'
    case 'wasm':
      return 'WebAssembly'
    case 'base-uri':
      return `the base URL ${shorten(String(check.url))}`
    case 'form-action':
      return `the form's target ${shorten(String(check.url))}${hops(check.redirectCount)}`
    case 'frame-ancestors':
      return check.ancestors.length === 0
        ? 'the top-level document'
        : `embedding by ${check.ancestors.map((origin) => shorten(origin ?? 'an opaque origin')).join(' in ')}`
    case 'trusted-types-policy':
      return `the Trusted Types policy ${show(shorten(check.name))}`
    case 'trusted-types-sink':
      return `a plain string for ${shorten(check.sink)}`
    default:
      return 'WebRTC'
  }
}

/** A text short enough for a sentence. */
export function shorten(text: string): string {
  return text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text
}

function describeRequest(check: RequestCheck): string {
  const { destination = '', initiator = '' } = check
  if (check.serverCertificateHashes === true) return 'WebTransport with certificate hashes to'
  if (initiator === 'prefetch' || initiator === 'prerender') return `the ${initiator} hint for`
  if (initiator === 'download') return 'the download of'
  return BY_DESTINATION.get(destination) ?? `the request (${destination}) for`
}

function hops(redirectCount = 0): string {
  if (redirectCount <= 0) return ''
  return redirectCount === 1 ? ' (after a redirect)' : ` (after ${redirectCount} redirects)`
}
