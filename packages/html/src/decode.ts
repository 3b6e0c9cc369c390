/**
 * The text of an HTML document from its bytes.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
 */

import { checkOptions, refusal, show } from '@cusp/core/internal'
import { legacyHookDecode } from '@exodus/bytes/encoding.js'
import sniffEncoding from 'html-encoding-sniffer'

/** How a document is read. */
export interface DecodeOptions {
  /** Its Content-Type header: the charset comes before what the document says of itself. */
  readonly contentType?: string | undefined
}

// The attribute of a media type, quoted or not
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i

/**
 * Decodes the bytes as browsers do. Without a byte order mark, a charset and a meta element they
 * are UTF-8: there browsers guess, each in its own way.
 *
 * @throws CspError `ERR_CSP_INPUT`
 */
export function decodeHtml(html: unknown, options: DecodeOptions): string {
  checkOptions(options, { action: 'read the page', known: ['contentType'] })
  const { contentType } = options
  checkContentType(contentType)
  if (typeof html === 'string') return html.startsWith('\uFEFF') ? html.slice(1) : html
  const bytes = checkBytes(html)
  return legacyHookDecode(bytes, encodingOf(bytes, contentType))
}

/** The name of the encoding of a document, such as `UTF-8` or `windows-1252`. */
export function encodingOf(bytes: Uint8Array, contentType?: string): string {
  const label = CHARSET.exec(contentType ?? '')?.[1]
  return sniffEncoding(bytes, {
    defaultEncoding: 'UTF-8',
    ...(label === undefined ? {} : { transportLayerEncodingLabel: label }),
  })
}

function checkContentType(contentType: string | undefined): void {
  if (contentType === undefined) return
  const isText = typeof contentType === 'string'
  const essence = isText ? (contentType.split(';', 1)[0] ?? '').trim().toLowerCase() : ''
  if (essence === 'text/html') return
  const isXML = /^(?:[\w.-]+\/[\w.-]+\+xml|(?:text|application)\/xml)$/.test(essence)
  throw refusal('ERR_CSP_INPUT', {
    action: 'read the page',
    problem: isXML
      ? `browsers parse ${show(essence)} as XML, which has other rules for what is inline`
      : `${show(contentType)} is not the type of an HTML document`,
    fix: 'a page of type "text/html"',
    value: contentType,
  })
}

function checkBytes(html: unknown): Uint8Array {
  if (html instanceof Uint8Array) return html
  throw refusal('ERR_CSP_INPUT', {
    action: 'read the page',
    problem: `${show(html)} is neither text nor bytes`,
    fix: 'the text of an HTML document or the bytes of its file',
    value: html,
  })
}
