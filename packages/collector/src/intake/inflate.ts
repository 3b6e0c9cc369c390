/** A body as it was before it was packed. What it unpacks to is bounded while it is unpacked. */

import { promisify } from 'node:util'
import { brotliDecompress, inflateRaw, unzip } from 'node:zlib'
import { asciiLowerCase } from '@cusp/core/internal'

/** Why a body was not unpacked: no such packing is known; it is damaged; it would be too large. */
export type InflateFault = 'damaged' | 'too-large' | 'unknown-encoding'

/** The packings that are known, as `Accept-Encoding` lists them. */
export const ENCODINGS = 'gzip, deflate, br'

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const unpackZip: Unpack = promisify(unzip)
const unpackRaw: Unpack = promisify(inflateRaw)
const unpackBrotli: Unpack = promisify(brotliDecompress)
const UNPACK: ReadonlyMap<string, Unpack> = new Map([
  ['gzip', unpackZip],
  ['x-gzip', unpackZip],
  // RFC 9110 wants zlib's format, and some clients send the bare one.
  ['deflate', (bytes, options) => (isZlib(bytes) ? unpackZip : unpackRaw)(bytes, options)],
  ['br', unpackBrotli],
])

/**
 * Unpacks a body. `encoding` is its Content-Encoding: a body that is not packed comes back as it
 * is.
 */
export async function inflate(
  bytes: Buffer,
  { encoding, most }: { readonly encoding: string; readonly most: number },
): Promise<Buffer | InflateFault> {
  const name = asciiLowerCase(encoding.trim())
  if (name === '' || name === 'identity') return bytes
  const unpack = UNPACK.get(name)
  if (unpack === undefined) return 'unknown-encoding'
  try {
    return await unpack(bytes, { maxOutputLength: most })
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
      ? 'too-large'
      : 'damaged'
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc1950#section-2.2 */
function isZlib(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8
}
