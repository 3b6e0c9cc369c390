/** The bytes of a body: as many as are allowed, in the time that is allowed. */

import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Held } from './load.ts'

/** A request of node:http, or of node:http2 in its shape. */
export type Request = Http2ServerRequest | IncomingMessage

/**
 * Why there is no body: all requests together hold too much; it is too large; it is too slow; the
 * client has gone.
 */
export type BodyFault = 'aborted' | 'busy' | 'too-large' | 'too-slow'

/** What a body may take. */
export interface BodyLimits {
  readonly bytes: number
  readonly milliseconds: number
  readonly held: Held
}

// A client that is still sending does not read the answer: a body that is a little too large is
// read to its end, and not kept.
const MOST_DISCARDED = 1_048_576
const DISCARDING = 2000

/** Reads the body of a request. */
export function readBody(request: Request, limits: BodyLimits): Promise<BodyFault | Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limits.bytes + MOST_DISCARDED) return Promise.resolve('too-large')
  return new Promise((resolve) => {
    let chunks: Buffer[] = []
    let size = 0
    let isDiscarding = false
    let timer = setTimeout(settle, limits.milliseconds, 'too-slow')

    function settle(result: BodyFault | Buffer): void {
      clearTimeout(timer)
      request.off('data', takeChunk).off('end', finish).off('close', abort).off('error', abort)
      resolve(result)
    }

    function takeChunk(chunk: Buffer): void {
      size += chunk.length
      if (size > limits.bytes) {
        discard()
      } else if (limits.held.add(chunk.length)) {
        chunks.push(chunk)
      } else {
        settle('busy')
      }
    }

    function discard(): void {
      if (size > limits.bytes + MOST_DISCARDED) {
        settle('too-large')
        return
      }
      if (isDiscarding) return
      isDiscarding = true
      chunks = []
      clearTimeout(timer)
      timer = setTimeout(settle, DISCARDING, 'too-large')
    }

    function finish(): void {
      if (size > limits.bytes) settle('too-large')
      else settle(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size))
    }

    function abort(): void {
      settle('aborted')
    }

    request.on('data', takeChunk).on('end', finish).on('close', abort).on('error', abort)
  })
}
