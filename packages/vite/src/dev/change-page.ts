/** A page on its way out of the dev server: the last moment at which its text is whole. */

import type { ServerResponse } from 'node:http'
import type { Header } from '@cusp/core'

/** A page as it is sent. */
export interface SentPage {
  readonly html: string
  readonly headers: readonly Header[]
}

/**
 * Changes the page that a response will have, if it has one. A page that is sent piece by piece is
 * not whole when its headers go out, and stays as it is.
 */
export function changePage(response: ServerResponse, change: (html: string) => SentPage): void {
  const end = response.end.bind(response) as (...args: readonly unknown[]) => ServerResponse
  response.end = (...args: readonly unknown[]) => {
    const [chunk, ...rest] = args
    const html = readHtml(response, chunk)
    if (html === undefined) return end(...args)
    const page = change(html)
    for (const [name, value] of page.headers) response.setHeader(name, value)
    if (response.hasHeader('content-length')) {
      response.setHeader('Content-Length', Buffer.byteLength(page.html))
    }
    return end(page.html, ...rest)
  }
}

/** The text of the page, if this is one and nothing of it is on its way. */
function readHtml(response: ServerResponse, chunk: unknown): string | undefined {
  const isPage = /^text\/html\b/i.test(String(response.getHeader('content-type')))
  if (!isPage || response.headersSent || response.hasHeader('content-encoding')) return undefined
  if (typeof chunk === 'string') return chunk
  return chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : undefined
}
