/** What the frameworks have in common. */

import type { Answer } from '../intake/answer.ts'
import type { Parsed } from '../intake/read-request.ts'
import type { Request } from '../intake/read-body.ts'

/**
 * What a body parser has made of the body. Undefined where none has read it: some put `{}` there
 * without reading.
 */
export function readParsed(request: Request, body: unknown): Parsed | undefined {
  return request.readableEnded ? { value: body } : undefined
}

/** The path as the client sent it: Express and Connect take off what a handler is mounted on. */
export function urlOf(request: Request): string {
  const { originalUrl = request.url } = request as { readonly originalUrl?: string } & Request
  return String(originalUrl)
}

/** The headers of an answer to this request. */
export function headersFor(
  { headers, closes }: Answer,
  { httpVersionMajor }: Request,
): Readonly<Record<string, string>> {
  return closes && httpVersionMajor < 2 ? { ...headers, Connection: 'close' } : headers
}
