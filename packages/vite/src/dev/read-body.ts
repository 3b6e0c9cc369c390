/** The body of a request, up to a size. */

import type { IncomingMessage } from 'node:http'

/** A browser sends less. */
const LIMIT = 256 * 1024

/** Reads a body; undefined for one that is too large or is cut off. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > LIMIT) return undefined
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch {
    return undefined
  }
}
