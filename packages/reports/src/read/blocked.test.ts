import { expect, test } from 'vitest'
import { readBlocked } from './blocked.ts'

const page = 'https://shop.example:8443/cart'

test.each([
  // What browsers write today.
  ['inline', 'script-src-elem', '', 'inline', ''],
  ['eval', 'script-src', '', 'eval', ''],
  ['wasm-eval', 'script-src', '', 'wasm', ''],
  ['trusted-types-policy', 'trusted-types', '', 'trusted-types', ''],
  ['trusted-types-sink', 'require-trusted-types-for', '', 'trusted-types', ''],
  ['https://cdn.example/a.js?b', 'script-src-elem', '', 'url', 'https://cdn.example/a.js?b'],
  ['wss://cdn.example/', 'connect-src', '', 'url', 'wss://cdn.example/'],
  ['data', 'img-src', '', 'scheme', 'data'],
  ['chrome-extension://abc/x.js', 'script-src', '', 'scheme', 'chrome-extension://abc/x.js'],
  ['about:blank', 'frame-src', '', 'scheme', 'about:blank'],
  // What browsers of CSP 2 wrote.
  ['', 'script-src', '', 'inline', ''],
  ['self', 'script-src', '', 'inline', ''],
  ['self', 'style-src', '', 'inline', ''],
  ['self', 'default-src', '', 'inline', ''],
  ['self', 'script-src', 'call to eval() or related function blocked by CSP', 'eval', ''],
  ['self', 'img-src', '', 'url', 'https://shop.example:8443'],
  ['', 'img-src', '', 'unknown', ''],
  ['', 'webrtc', '', 'unknown', ''],
  ['cdn.example', 'img-src', '', 'url', 'cdn.example'],
  ['cdn.example:8443', 'img-src', '', 'url', 'cdn.example:8443'],
  // What no browser writes.
  ['foo bar', 'img-src', '', 'unknown', 'foo bar'],
  ['foo. bar', 'img-src', '', 'unknown', 'foo. bar'],
  ['<script>', 'img-src', '', 'unknown', '<script>'],
])('%j of %s, sample %j', (text, directive, sample, kind, url) => {
  expect(readBlocked(text, { directive, page, sample })).toEqual({ kind, url })
})

test('"self" on a page without hosts', () => {
  const surroundings = { directive: 'img-src', page: 'about:blank', sample: '' }
  expect(readBlocked('self', surroundings)).toEqual({ kind: 'unknown', url: 'self' })
})
