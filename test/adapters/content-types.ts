/**
 * Values of Content-Type, and whether `only: 'documents'` keeps the policy. The browsers are asked
 * the same.
 */

/** One value, or several of one response. */
export interface ContentType {
  readonly value: string | readonly string[]
  /** Whether the response keeps its policy. */
  readonly keeps: boolean
}

/** What may be a document or a worker, and what is written so that a browser may read it as one. */
const KEEPS: readonly ContentType['value'][] = [
  'text/html',
  'TEXT/HTML',
  'text/html; charset=utf-8',
  'text/html;charset=utf-8',
  'text/html charset=utf-8',
  'text/html, charset=utf-8',
  'text/html/',
  'text/html,',
  'html',
  '',
  ' ',
  ';',
  '/',
  '*',
  '*/*',
  'text/*',
  'image/*',
  'unknown/unknown',
  'application/unknown',
  'foo/bar',
  'text/foo',
  'image/foo',
  'text/plain text/html',
  'text/plain, text/html',
  'text/html, text/plain',
  'text/plain; a, text/html',
  'text/plain; a=",", text/html',
  'application/json, text/html',
  'application/json text/html',
  'image/png, text/html',
  'image/png charset=utf-8',
  'text/css, */*',
  'text/xml; charset=utf-8',
  'text/xsl',
  'application/xml',
  'application/xhtml+xml',
  'application/rss+xml',
  'application/mathml+xml',
  'application/vnd.wap.xhtml+xml',
  'image/svg+xml',
  'IMAGE/SVG+XML',
  'image/svg+xml charset=utf-8',
  'image/svg+xml, image/png',
  'image/svg',
  'multipart/x-mixed-replace',
  'multipart/x-mixed-replace; boundary=x',
  'multipart/related',
  'message/rfc822',
  'text/html-sandboxed',
  'text/javascript',
  'text/javascript; charset=utf-8',
  'application/javascript',
  'application/ecmascript',
  'application/x-javascript',
  'application/pdf',
  ['text/plain', 'text/html'],
  ['text/html', 'text/plain'],
  ['application/json', ''],
  ['image/png', 'image/png'],
]

/** What surely is not one. */
const LOSES: readonly string[] = [
  'application/json',
  'APPLICATION/JSON',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8;a=b',
  'application/json;',
  'application/ld+json',
  'application/problem+json; charset=utf-8',
  'text/html+json',
  'application/octet-stream',
  'application/wasm',
  'application/zip',
  'application/gzip',
  'application/font-woff',
  'text/css',
  'text/css; charset=utf-8',
  'text/plain',
  'text/plain; charset=utf-8',
  'text/plain; text/html',
  'text/csv',
  'text/event-stream',
  'image/png',
  'image/png; text/html',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/x-icon',
  'image/vnd.microsoft.icon',
  'font/woff',
  'font/woff2',
  'font/ttf',
  'font/otf',
  'font/collection',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'audio/aac',
  'audio/flac',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/mpeg',
  'video/quicktime',
]

export const contentTypes: readonly ContentType[] = [
  ...KEEPS.map((value) => ({ value, keeps: true })),
  ...LOSES.map((value) => ({ value, keeps: false })),
]

/** Those that both protocols can send: HTTP/2 has one Content-Type. */
export const singleTypes: readonly (ContentType & { readonly value: string })[] =
  contentTypes.flatMap(({ value, keeps }) => (typeof value === 'string' ? [{ value, keeps }] : []))
