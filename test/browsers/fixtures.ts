/** One small resource of each kind that a policy can speak about, open to every origin. */

import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { answer, corsHeaders } from './content.ts'
import type { RecordedRequest, Responder } from './content.ts'

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A WAV without a sample. */
const SILENCE = Buffer.from(
  'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=',
  'base64',
)

/**
 * Path → media type and body. A script or style that ran can be told by what it leaves on the page.
 */
const FILES: Readonly<Record<string, readonly [type: string, body: string | Buffer]>> = {
  '/json': ['application/json', '{"answer":42}'],
  '/script.js': ['text/javascript', 'globalThis.scriptRuns = (globalThis.scriptRuns ?? 0) + 1'],
  '/module.js': [
    'text/javascript',
    'globalThis.moduleRuns = (globalThis.moduleRuns ?? 0) + 1; export const answer = 42',
  ],
  '/worker.js': ['text/javascript', 'self.postMessage?.("ready")'],
  '/style.css': ['text/css', ':root { --styled: yes }'],
  '/image.png': ['image/png', PIXEL],
  '/image.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'],
  '/frame.html': ['text/html', '<!doctype html><title>frame</title>'],
  '/sound.wav': ['audio/wav', SILENCE],
  '/captions.vtt': ['text/vtt', 'WEBVTT\n'],
  '/font.woff2': ['font/woff2', ''],
  '/manifest.json': ['application/manifest+json', '{"name":"cusp"}'],
}

/**
 * The fixtures: each of `FILES`; `/events`, an event stream that says "hello" and stays open;
 * `/beacon`, a 204 for beacons and pings; `/redirect?to=URL`. Every path accepts a WebSocket, which
 * says "hello" too.
 */
export const FIXTURES: ReadonlyMap<string, Responder> = new Map<string, Responder>([
  ...Object.entries(FILES).map(([path, [type, body]]): [string, Responder] => [
    path,
    open((_, response) => answer(response, { headers: { 'content-type': type }, body })),
  ]),
  ['/events', open(streamEvents)],
  ['/beacon', open((_, response) => answer(response, { status: 204 }))],
  ['/redirect', open(redirect)],
])

/**
 * Accepts an upgrade to WebSocket, says "hello", and closes when the other side does. @see RFC
 * 6455, section 4.2.2
 */
export function upgradeToWebSocket(request: IncomingMessage, socket: Duplex): void {
  const key = request.headers['sec-websocket-key'] ?? ''
  const accept = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  socket.on('error', () => socket.destroy())
  // Whatever a page says is taken for its close frame, which is answered with an empty one.
  socket.once('data', () => socket.end(Buffer.from([0x88, 0])))
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  socket.write(Buffer.from([0x81, 5, ...Buffer.from('hello')]))
}

/** Lets every origin read a responder's answers, and answers its preflights. */
function open(responder: Responder): Responder {
  return (request, response) => {
    for (const [name, value] of Object.entries(corsHeaders(request)))
      response.setHeader(name, value)
    if (request.method === 'OPTIONS') answer(response, { status: 204 })
    else responder(request, response)
  }
}

function streamEvents(_: RecordedRequest, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write('data: hello\n\n')
}

function redirect({ path }: RecordedRequest, response: ServerResponse): void {
  const location = new URL(path, 'http://localhost').searchParams.get('to') ?? '/json'
  answer(response, { status: 302, headers: { location } })
}
