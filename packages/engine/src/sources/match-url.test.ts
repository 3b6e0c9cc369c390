/** Matching, part by part, as tables; and the fast ways against the slow ones. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Check } from '../check/check.ts'
import { decide } from '../decide/decide.ts'
import type { DialectName } from '../dialects/differences.ts'
import { getDialect } from '../dialects/dialect.ts'
import { hostPartMatches } from './match-host.ts'
import type { Mismatch } from './match-url.ts'
import { findMismatch } from './match-url.ts'
import { pathPartMatches } from './match-path.ts'
import { readOpaqueScheme, readPlainPath, readPlainURL } from '../url/plain-url.ts'
import { portPartMatches } from './match-port.ts'
import { schemePartMatches } from './match-scheme.ts'
import { parseSourceExpression } from './source-expression.ts'
import * as any from '../../test/arbitraries.ts'
import type { CheckedURL } from '../url/url.ts'
import { readSelf, readURL } from '../url/url.ts'

const spec = { dialect: getDialect('spec') }
const every: readonly DialectName[] = ['spec', 'engines', 'chromium', 'firefox', 'webkit']

/** The dialects in which something holds. */
function dialectsOf(holds: (dialect: DialectName) => boolean): string {
  const names = every.filter(holds)
  return names.length === every.length ? 'all' : names.join(' ')
}

function urlOf(text: string): CheckedURL {
  return readURL(text) as CheckedURL
}

describe('scheme-part', () => {
  test.each([
    ['https', 'https', 'all'],
    ['http', 'http', 'all'],
    ['http', 'https', 'all'],
    ['https', 'http', ''],
    ['ws', 'ws', 'all'],
    ['ws', 'wss', 'all'],
    ['wss', 'ws', ''],
    ['ws', 'http', 'spec engines webkit'],
    ['ws', 'https', 'spec engines webkit'],
    ['wss', 'https', 'spec engines webkit'],
    ['wss', 'http', ''],
    ['http', 'ws', ''],
    ['https', 'wss', ''],
    ['custom', 'custom', 'all'],
    ['custom', 'https', ''],
  ])('%s matches %s', (a, b, expected) => {
    expect(dialectsOf((name) => schemePartMatches(a, b, { dialect: getDialect(name) }))).toBe(
      expected,
    )
  })
})

describe('host-part', () => {
  const engines = 'engines chromium firefox webkit'
  test.each([
    ['a.test', 'https://a.test/', 'all'],
    ['a.test', 'https://A.TEST/', 'all'],
    ['a.test', 'https://b.a.test/', ''],
    ['a.test', 'https://a.test./', ''],
    ['a.test.', 'https://a.test./', 'all'],
    ['*', 'https://a.test/', 'all'],
    ['*.a.test', 'https://b.a.test/', 'all'],
    ['*.a.test', 'https://c.b.a.test/', 'all'],
    ['*.a.test', 'https://a.test/', ''],
    ['*.a.test', 'https://ba.test/', ''],
    ['xn--bcher-kva.test', 'https://bücher.test/', 'all'],
    ['127.0.0.1', 'http://127.0.0.1/', engines],
    ['127.0.0.1', 'http://0x7f.1/', engines],
    ['127.1', 'http://127.0.0.1/', ''],
    ['*', 'http://127.0.0.1/', engines],
    ['*', 'http://[::1]/', engines],
    ['example.com', 'custom://example.com/', ''],
    ['*', 'data:x', ''],
  ])('%s matches %s', (pattern, url, expected) => {
    const holds = (name: DialectName): boolean =>
      hostPartMatches(pattern, urlOf(url), { dialect: getDialect(name) })
    expect(dialectsOf(holds)).toBe(expected)
  })
})

describe('port-part', () => {
  test.each<[number | '*' | null, string, string, string]>([
    [null, 'https', 'https://a.test/', 'all'],
    [null, 'https', 'https://a.test:8443/', ''],
    [null, 'http', 'https://a.test/', 'all'],
    ['*', 'https', 'https://a.test:8443/', 'all'],
    [443, 'https', 'https://a.test/', 'all'],
    [443, 'https', 'https://a.test:443/', 'all'],
    [8443, 'https', 'https://a.test:8443/', 'all'],
    [8443, 'https', 'https://a.test/', ''],
    [null, 'http', 'http://a.test:443/', 'firefox webkit'],
    [null, 'http', 'https://a.test:80/', 'firefox'],
    [null, 'https', 'https://a.test:80/', ''],
    [null, 'ws', 'ws://a.test:443/', 'firefox'],
    [null, 'ws', 'wss://a.test:80/', 'firefox'],
    [null, 'custom', 'custom://a.test:80/', ''],
    [null, 'custom', 'custom://a.test/', 'all'],
    [80, 'http', 'https://a.test/', 'engines chromium firefox webkit'],
    [80, 'ws', 'wss://a.test/', 'engines chromium firefox webkit'],
    [80, 'https', 'https://a.test/', 'firefox webkit'],
    [80, 'http', 'http://a.test:443/', 'firefox webkit'],
    [80, 'http', 'https://a.test:8443/', ''],
    [8000, 'http', 'https://a.test:8000/', 'spec engines firefox webkit'],
    [80, 'http', 'https://a.test:80/', 'spec engines firefox webkit'],
    [443, 'http', 'https://a.test/', 'all'],
    [443, 'ws', 'wss://a.test/', 'spec engines firefox webkit'],
  ])('%s of %s matches %s', (input, scheme, url, expected) => {
    const holds = (name: DialectName): boolean =>
      portPartMatches(input, urlOf(url), { scheme, dialect: getDialect(name) })
    expect(dialectsOf(holds)).toBe(expected)
  })

  const image = 'http://a.test:443/'
  test.each([
    ['img-src a.test', 'image', image, 'firefox'],
    ['img-src http://*', 'image', image, 'firefox webkit'],
    ["frame-src 'self'", 'iframe', 'blob:http://self.test/1', 'webkit'],
    ["frame-src 'self'", 'iframe', 'blob:http://a.test/1', ''],
    ["frame-src 'self'", 'iframe', 'blob:null/1', ''],
    ["child-src 'self'", 'iframe', 'blob:http://self.test/1', ''],
    ["img-src 'self'", 'image', 'blob:http://self.test/1', ''],
  ])('on an http page %s matches the %s %s', (value, destination, url, expected) => {
    const check = { type: 'request', destination, url } as const
    const holds = (dialect: DialectName): boolean =>
      decide({ value }, check, { self: 'http://self.test', dialect }).allowed
    expect(dialectsOf(holds)).toBe(expected)
  })
})

describe('path-part', () => {
  const browsers = 'chromium firefox webkit'
  test.each([
    ['', '/x', 'all'],
    ['/', '', 'all'],
    ['/', '/x', 'all'],
    ['/a', '/a', 'all'],
    ['/a', '/A', ''],
    ['/a', '/a/', ''],
    ['/a', '/a/b', ''],
    ['/a', '/ab', ''],
    ['/a/', '/a', ''],
    ['/a/', '/a/', 'all'],
    ['/a/', '/a/b/c', 'all'],
    ['/a//b', '/a//b', 'all'],
    ['/%61', '/a', 'all'],
    ['/a', '/%61', 'all'],
    ['/a%2fb', '/a%2Fb', 'all'],
    ['/a/b', '/a%2Fb', browsers],
    ['/a/', '/a%2Fb', browsers],
    ['/a%2F', '/a/b', browsers],
    ['/%zz', '/%zz', 'all'],
    ['/%', '/%', 'all'],
    ['/%25', '/%', 'all'],
    ['/%C3%A9', '/%c3%a9', 'all'],
  ])('%s matches %s', (a, b, expected) => {
    expect(dialectsOf((name) => pathPartMatches(a, b, { dialect: getDialect(name) }))).toBe(
      expected,
    )
  })

  test('walks as the specification splits', () => {
    const piece = fc.constantFrom('a', 'b', '%61', '%2F', '%', '%6', 'ab', '/', '//', '.', 'é')
    const path = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('')}`)
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(pathPartMatches(a, b, spec)).toBe(splitMatches(a, b))
      }),
      { numRuns: 20_000 },
    )
  })
})

/**
 * The algorithm as the specification writes it. @see
 * https://w3c.github.io/webappsec-csp/#match-paths
 */
function splitMatches(pathA: string, pathB: string): boolean {
  if (pathA === '' || (pathA === '/' && pathB === '')) return true
  const isExact = !pathA.endsWith('/')
  const listA = pathA.split('/')
  const listB = pathB.split('/')
  if (listA.length > listB.length) return false
  if (isExact && listA.length !== listB.length) return false
  if (!isExact) listA.pop()
  return listA.every((one, index) => decode(one) === decode(listB[index] as string))
}

function decode(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

describe('a URL against an expression', () => {
  test.each<[string, string, string | null, Mismatch | null]>([
    ['*', 'https://a.test/', null, null],
    ['*', 'ws://a.test/', null, null],
    ['*', 'data:x', null, 'scheme'],
    ['*', 'custom://a', 'custom://b', null],
    ['*', 'ftp://a.test/', 'https://a.test', 'scheme'],
    ['https:', 'https://[::1]:8/', null, null],
    ['HTTP:', 'https://a.test/', null, null],
    ['data:', 'data:x', null, null],
    ['https:', 'http://a.test/', null, 'scheme'],
    ['a.test', 'https://a.test/', 'https://b.test', null],
    ['a.test', 'http://a.test/', 'https://b.test', 'scheme'],
    ['a.test', 'https://a.test/', 'http://b.test', null],
    ['a.test', 'https://a.test/', null, 'opaque-self'],
    ['a.test', 'data:x', 'https://b.test', 'no-host'],
    ['https://a.test', 'https://a.test/', null, null],
    ['https://a.test', 'https://b.test/', null, 'host'],
    ['https://a.test', 'https://a.test:8/', null, 'port'],
    ['https://a.test/x', 'https://a.test/y', null, 'path'],
    ['https://a.test/x?y', 'https://a.test/x?y', null, 'invalid'],
    ["'self'", 'https://a.test/', 'https://a.test', null],
    ["'SELF'", 'wss://a.test/', 'https://a.test', null],
    ["'self'", 'https://a.test/', 'http://a.test', null],
    ["'self'", 'wss://a.test/', 'http://a.test', null],
    ["'self'", 'ws://a.test/', 'http://a.test', null],
    ["'self'", 'ws://a.test/', 'https://a.test', 'self'],
    ["'self'", 'http://a.test/', 'https://a.test', 'self'],
    ["'self'", 'https://a.test:8000/', 'http://a.test:8000', null],
    ["'self'", 'https://a.test:8000/', 'http://a.test', 'self'],
    ["'self'", 'https://a.test/', 'https://b.test', 'self'],
    ["'self'", 'blob:https://a.test/1', 'https://a.test', 'self'],
    ["'self'", 'https://a.test/', null, 'opaque-self'],
    ["'self'", 'https://a.test/', 'data:x', 'opaque-self'],
    ["'self'", 'https://a.test/', 'blob:https://a.test/1', null],
    ["'self'", 'https://a.test/', 'blob:null/1', 'opaque-self'],
    ["'self'", 'file:///x', 'file:///', 'self'],
    ["'self'", 'custom://a', 'custom://a', null],
    ["'unsafe-inline'", 'https://a.test/', null, 'no-url-source'],
    ["'nonce-abc'", 'https://a.test/', null, 'no-url-source'],
    ["'sha256-abc'", 'https://a.test/', null, 'no-url-source'],
    ["'odd!'", 'https://a.test/', null, 'invalid'],
    ['a_b', 'https://a.test/', null, 'invalid'],
  ])('%s · %s · self %s', (source, url, self, expected) => {
    const expression = parseSourceExpression(source, { position: 0, ...spec })
    const context = { self: readSelf(self), redirectCount: 0, directive: 'img-src', ...spec }
    expect(findMismatch(urlOf(url), expression, context)).toBe(expected)
  })

  const file = { type: 'request', destination: 'image', url: 'file:///x.png' } as const
  const image = { type: 'request', destination: 'image', url: 'data:image/png,' } as const
  const frame = { type: 'request', destination: 'iframe' } as const
  const others = 'spec engines chromium webkit'
  const browsers = 'engines chromium firefox webkit'
  const video = { type: 'request', destination: 'video', url: 'blob:https://a.test/1' } as const
  test.each<[string, Check, string]>([
    ["img-src 'self'", file, 'chromium firefox'],
    ['img-src *', image, 'webkit'],
    ['media-src *', { ...image, destination: 'video' }, 'webkit'],
    ['media-src *', video, 'webkit'],
    ['img-src *', { ...video, destination: 'image' }, ''],
    ['default-src *', image, ''],
    ['img-src http://a.test:443', { ...file, url: 'https://a.test/' }, 'all'],
    ['img-src a.test/x%3By/', { ...file, url: 'file://a.test/x;y/z' }, 'all'],
    ['frame-src a.test/x%3By/', { ...frame, url: 'file://a.test/x;y/z' }, others],
    ['frame-src a.test/x%3By/', { ...frame, url: 'file://a.test/x' }, 'firefox'],
    ['frame-src a.test/x%2Cy', { ...frame, url: 'file://a.test/x,y' }, others],
    ['frame-src a.test/x%2Cy a.test', { ...frame, url: 'file://a.test/x' }, 'all'],
    ['frame-src a.test/x%7Fy; img-src b.test', { ...frame, url: 'file://a.test/x' }, 'firefox'],
    ['font-src a.test/x%3Bframe-src%20b.test', { ...frame, url: 'file://a.test/x' }, others],
    [
      'font-src a.test/%3Bframe-src%20a.test; child-src b.test',
      { ...frame, url: 'file://a.test/x' },
      'firefox',
    ],
    ['frame-src a.test/x%20y/', { ...frame, url: 'file://a.test/x' }, 'firefox'],
    ['frame-src a.test/%C3%A9', { ...frame, url: 'file://b.test/' }, 'firefox'],
    ['frame-src a.test:0443/%C3%A9', { ...frame, url: 'file://b.test/' }, 'firefox'],
    ['frame-src a.test/x%3Bdefault-src', { ...frame, url: 'file://a.test/x' }, 'firefox'],
    ["frame-src a.test/%61 'nonce-%61'", { ...frame, url: 'file://a.test/a' }, 'all'],
    [
      'worker-src a.test/x%3By/',
      { ...frame, url: 'file://a.test/x;y/', destination: 'worker' },
      'all',
    ],
    [
      'frame-src http://a.test:443',
      { ...file, url: 'https://a.test/', destination: 'iframe' },
      'spec engines firefox webkit',
    ],
    [
      'form-action http://a.test:443',
      { type: 'form-action', url: 'https://a.test/' },
      'spec engines firefox webkit',
    ],
    ['form-action https://a.test:443', { type: 'form-action', url: 'https://a.test/' }, 'all'],
    ['default-src *', { ...image, destination: 'font' }, ''],
    ['img-src file://a.test/x?q', { ...file, url: 'file://a.test/x' }, browsers],
    ['img-src a.test/x#q', { ...file, url: 'file://a.test/x' }, browsers],
    ['img-src file://a.test?q', { ...file, url: 'file://a.test/x' }, 'firefox'],
    ['img-src file://*?q', { ...file, url: 'file://a.test/x' }, ''],
    ['img-src file://*:*?q', { ...file, url: 'file://a.test/x' }, 'firefox'],
    ['connect-src ws://a.test/x%3By', { type: 'request', url: 'ws://a.test/x;y' }, others],
    ['connect-src ws://a.test/x%3By', { type: 'request', url: 'ws://a.test/x' }, ''],
    ["script-src a.test/%3B'unsafe-inline'", { type: 'inline', inline: 'navigation' }, ''],
    ["script-src 'unsafe-inline' a.test/%C3%A9", { type: 'inline', inline: 'navigation' }, 'all'],
    [
      "script-src-elem a.test/%C3%A9; script-src 'unsafe-inline'",
      { type: 'inline', inline: 'navigation' },
      '',
    ],
    ['img-src */x', { ...file, url: 'file://a.test/x' }, 'spec engines chromium'],
    ['img-src *:*', { ...file, url: 'file://a.test/x' }, 'spec engines chromium firefox'],
    ['img-src *:*/x', { ...file, url: 'file://a.test/x' }, 'spec engines chromium firefox'],
    ['img-src file://*:*', { ...file, url: 'file://a.test/x' }, 'all'],
    ['img-src file://*/x', { ...file, url: 'file://a.test/x' }, 'spec engines chromium webkit'],
    [
      'img-src file://a.test.',
      { ...file, url: 'file://a.test./x' },
      'spec engines chromium webkit',
    ],
    ['img-src */x', { ...file, url: 'file://a.test/y', redirectCount: 1 }, 'spec engines chromium'],
  ])('%s by dialect', (value, check, expected) => {
    const holds = (dialect: DialectName): boolean =>
      decide({ value }, check, { self: 'file:///page', dialect }).allowed
    expect(dialectsOf(holds)).toBe(expected)
  })
})

describe('plain URLs', () => {
  const label = fc.constantFrom(
    'a',
    'b-c',
    'xn--a',
    'xn--bcher-kva',
    '1',
    '0x1',
    '-',
    '',
    'x',
    'A',
    'é',
    '%61',
    '_',
  )
  const number = fc.constantFrom('0', '1', '01', '127', '249', '255', '256', '0x1')
  const host = fc
    .oneof(
      { weight: 3, arbitrary: fc.array(label, { minLength: 1, maxLength: 4 }) },
      fc.array(number, { minLength: 3, maxLength: 5 }),
    )
    .map((labels) => labels.join('.'))
  const text = fc
    .tuple(
      fc.constantFrom(
        'https://',
        'http://',
        'ws://',
        'wss://',
        'HTTPS://',
        'https:/',
        'ftp://',
        ' https://',
      ),
      host,
      fc.constantFrom(
        '',
        ':',
        ':1',
        ':443',
        ':80',
        ':0080',
        ':65535',
        ':65536',
        ':123456',
        ':1x',
        '@b',
        '\\x',
      ),
      fc.constantFrom(
        '',
        '/',
        '/a',
        '/a/../b',
        '/a/./b',
        '/.',
        '/a.b',
        '/%2e/x',
        '/é',
        '/a b',
        '/a\tb',
        '/"',
        '\\..',
        '/a/b;c,d',
      ),
      fc.constantFrom('', '?', '?a=/b', '#', '#/b', '?é#"'),
    )
    .map((parts) => parts.join(''))

  test('are read as the parser reads them', () => {
    fc.assert(
      fc.property(text, (url) => {
        const parsed = URL.canParse(url) ? new URL(url) : undefined
        const parts = parsed && {
          scheme: parsed.protocol.slice(0, -1),
          host: parsed.hostname,
          port: parsed.port === '' ? null : Number(parsed.port),
        }
        const plain = readPlainURL(url)
        const read = plain && { scheme: plain.scheme, host: plain.host, port: plain.port }
        expect(read ?? parts).toEqual(parts)
        const path = plain === undefined ? undefined : readPlainPath(url, plain.startOfPath)
        expect(path ?? parsed?.pathname).toBe(parsed?.pathname)
      }),
      { numRuns: 20_000 },
    )
  })

  test('are most URLs', () => {
    expect(readPlainURL('https://cdn.example.com:8443/lib.js?v=1')).toEqual({
      scheme: 'https',
      host: 'cdn.example.com',
      port: 8443,
      isSpecial: true,
      startOfPath: 'https://cdn.example.com:8443'.length,
    })
    expect(readPlainPath('https://a.test/a/lib.min.js?v=1', 14)).toBe('/a/lib.min.js')
    expect(readPlainURL('http://127.0.0.1:3000/')).toMatchObject({ host: '127.0.0.1', port: 3000 })
  })

  test.each([
    ['data:image/png;base64,AA==', 'data'],
    ['data:1\u0000é\t%', 'data'],
    ['blob:https://a.test/1', 'blob'],
    ['blob:null/1', 'blob'],
    ['data:', undefined],
    ['data:,x', undefined],
    ['data:\t//a.test/', undefined],
    ['data://a.test/', undefined],
    ['blob:/a', undefined],
    ['DATA:x', undefined],
    ['datas:x', undefined],
    ['https:a.test', undefined],
  ])('%j has neither host nor port that need the parser: %s', (url, expected) => {
    expect(readOpaqueScheme(url)).toBe(expected)
    const parsed = new URL(url)
    const read = readURL(url)
    expect([`${read?.scheme}:`, read?.host ?? '']).toEqual([parsed.protocol, parsed.host])
    expect(read?.path).toBe(parsed.pathname)
  })

  test('and any other URL is read by the parser', () => {
    fc.assert(
      fc.property(any.url, (url) => {
        const read = readURL(url)
        const parsed = URL.canParse(url) ? new URL(url) : null
        expect(read?.scheme).toBe(parsed?.protocol.slice(0, -1))
        expect(read?.host ?? '').toBe(parsed?.hostname ?? '')
      }),
    )
  })
})
