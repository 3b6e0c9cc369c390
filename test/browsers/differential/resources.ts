/** What our servers answer: one small resource of each kind, whatever its path. */

import { createHash } from 'node:crypto'

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** A WAV without a sample. */
const SILENCE = Buffer.from(
  'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=',
  'base64',
)

const RESOURCES: ReadonlyMap<string, readonly [type: string, body: string | Buffer]> = new Map([
  ['text', ['text/plain', 'x']],
  ['script', ['text/javascript', '0']],
  [
    'worker',
    [
      'text/javascript',
      'self.postMessage?.(0); self.onconnect = ({ ports }) => ports[0].postMessage(0)',
    ],
  ],
  ['style', ['text/css', ':root { color: black }']],
  ['image', ['image/png', PIXEL]],
  ['audio', ['audio/wav', SILENCE]],
  ['track', ['text/vtt', 'WEBVTT\n']],
  ['font', ['font/woff2', '']],
  ['frame', ['text/html', '<!doctype html><title>frame</title>']],
  ['svg', ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>']],
  ['events', ['text/event-stream', 'data: x\n\n']],
])

/** The body of the resource of a kind. */
export function bodyOf(kind: string): string | Buffer {
  return RESOURCES.get(kind)?.[1] ?? 'x'
}

/** The media type of the resource of a kind. */
export function typeOf(kind: string): string {
  return RESOURCES.get(kind)?.[0] ?? 'text/plain'
}

/** The integrity metadata of the resource of a kind, such as `sha256-…`. */
export function integrityOf(kind: string, algorithm: string): string {
  return `${algorithm}-${createHash(algorithm).update(bodyOf(kind)).digest('base64')}`
}
