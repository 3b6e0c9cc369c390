/** The grammar of source expressions, as tables. */

import { isSourceExpression } from '@cusp/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DialectName } from '../dialects/differences.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { SourceExpression } from './source-expression.ts'
import { parseSourceExpression } from './source-expression.ts'
import * as any from '../../test/arbitraries.ts'

function read(text: string, name: DialectName = 'spec'): SourceExpression {
  return parseSourceExpression(text, { position: 0, dialect: getDialect(name) })
}

test.each<[string, object]>([
  ['*', { kind: 'star' }],
  ['https:', { kind: 'scheme', scheme: 'https' }],
  ['Custom+1.x-:', { kind: 'scheme', scheme: 'custom+1.x-' }],
  ['a.test', { kind: 'host', scheme: null, host: 'a.test', port: null, path: '' }],
  [
    'HTTPS://A.test:0443/P',
    { kind: 'host', scheme: 'https', host: 'a.test', port: 443, path: '/P' },
  ],
  ['*.a.test:*', { kind: 'host', host: '*.a.test', port: '*' }],
  ['*:80', { kind: 'host', host: '*', port: 80 }],
  ['*/p', { kind: 'host', host: '*', path: '/p' }],
  ['a.', { kind: 'host', host: 'a.' }],
  ['self', { kind: 'host', host: 'self' }],
  ['a/b://c', { kind: 'host', host: 'a', path: '/b://c' }],
  ["'self'", { kind: 'self' }],
  ["'STRICT-dynamic'", { kind: 'keyword', keyword: "'strict-dynamic'" }],
  ["'Nonce-aB+/_-=='", { kind: 'nonce', nonce: 'aB+/_-==' }],
  ["'SHA256-aB='", { kind: 'hash', algorithm: 'sha256', value: 'aB=' }],
  ["'sha384-x'", { kind: 'hash', algorithm: 'sha384' }],
  ...[
    "'nonce-'",
    "'nonce-a b'",
    "'sha1-abc'!",
    "'self",
    '"self"',
    '*.*',
    'a.*',
    '*a',
    'a..b',
    '.a',
    '*.',
    'http://h:',
    'h:x',
    'http://',
    '//h',
    'h//p',
    'h/a?b',
    'h/a#b',
    'h/%zz',
    'h/"',
    'u@h',
    '[::1]',
    'h_h',
    '',
    'é',
  ].map((text): [string, object] => [text, { kind: 'invalid' }]),
])('%s', (text, expected) => {
  expect(read(text)).toMatchObject(expected)
})

describe('by dialect', () => {
  test.each<[string, DialectName, object]>([
    ['h/a?b', 'chromium', { kind: 'host', path: '/a' }],
    ['h#b', 'firefox', { kind: 'host', host: 'h', path: '' }],
    ['*/p', 'firefox', { kind: 'invalid' }],
    ["'sha-256-abc='", 'chromium', { kind: 'hash', algorithm: 'sha256', value: 'abc=' }],
    ["'sha-256-abc='", 'engines', { kind: 'invalid' }],
    ["'sha256-ABCDE'", 'chromium', { kind: 'invalid' }],
    ["'sha256-ABC='", 'chromium', { kind: 'hash' }],
    ["'sha256-ABC'", 'chromium', { kind: 'hash' }],
    ["'sha256-AB='", 'chromium', { kind: 'hash' }],
    ["'sha256-ABCD='", 'chromium', { kind: 'invalid' }],
    ["'sha256-ABC=='", 'chromium', { kind: 'invalid' }],
  ])('%s in %s', (text, dialect, expected) => {
    expect(read(text, dialect)).toMatchObject(expected)
  })
})

test('core and engine read one grammar', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        any.source,
        fc.string({ unit: fc.constantFrom('a', '1', '.', '*', ':', '/', '-', '%') }),
      ),
      (text) => {
        const { kind } = read(text)
        // Core knows the words of keywords; here they are asked where they matter.
        fc.pre(kind !== 'keyword')
        expect(kind === 'invalid').toBe(!isSourceExpression(text))
      },
    ),
    { numRuns: 5000 },
  )
})
