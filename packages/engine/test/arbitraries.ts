/** Policies, checks and origins that meet often: few hosts, few ports, every kind of expression. */

import { createHash } from 'node:crypto'
import type { Policy } from '@cusp/core'
import { parsePolicy } from '@cusp/core'
import fc from 'fast-check'
import type { Check, InlineType } from '../src/check/check.ts'
import type { Dialect } from '../src/dialects/dialect.ts'
import { makeDialect } from '../src/dialects/dialect.ts'
import type { DialectName } from '../src/dialects/differences.ts'
import { DIFFERENCES } from '../src/dialects/differences.ts'

const HOSTS = ['a.test', 'b.a.test', 'c.b.a.test', 'x.test', 'localhost', '127.0.0.1', 'a.test.']
const PORTS = ['', ':80', ':443', ':8000', ':0080']
const SCHEMES = ['http', 'https', 'ws', 'wss', 'ftp', 'custom']
const PATHS = [
  '',
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a%2Fb',
  '/a%3Bframe-src%20x.test',
  '/A',
  '/a/b/c',
  '/%61/',
]
/** Inline texts; their hashes are among the expressions. */
const TEXTS = ['alert(1)', 'color: red', 'javascript:go()', '']
const NONCES = ['abc', 'ABC', 'abcdefghijklmnopqrstuv']

function sha256(text = ''): string {
  return createHash('sha256').update(text).digest('base64')
}

const hashes = TEXTS.flatMap((text) =>
  ['sha256', 'sha384', 'sha512'].flatMap((algorithm) => {
    const base64 = createHash(algorithm).update(text).digest('base64')
    return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')].map(
      (value) => `'${algorithm}-${value}'`,
    )
  }),
)

/** The text of a host-source. */
const hostSource: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', ...SCHEMES.map((scheme) => `${scheme}://`), 'HTTPS://'),
    fc.constantFrom('*', '*.test', '*.a.test', 'A.test', ...HOSTS),
    fc.constantFrom('', ':*', ...PORTS),
    fc.constantFrom(...PATHS),
  )
  .map((parts) => parts.join(''))

/** The text of a source expression that can match a URL. */
const urlSource: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: hostSource },
  { weight: 2, arbitrary: fc.constantFrom("'self'", '*') },
  fc.constantFrom(...SCHEMES.map((scheme) => `${scheme}:`), 'data:', 'blob:'),
)

const credential: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NONCES).map((nonce) => `'nonce-${nonce}'`),
  fc.constantFrom(...hashes),
)

const keyword: fc.Arbitrary<string> = fc.constantFrom(
  "'unsafe-inline'",
  "'unsafe-eval'",
  "'wasm-unsafe-eval'",
  "'strict-dynamic'",
  "'unsafe-hashes'",
  "'trusted-types-eval'",
  "'report-sample'",
  "'none'",
  "'Unsafe-Inline'",
)

const invalid: fc.Arbitrary<string> = fc.constantFrom(
  'a..b',
  '//a.test',
  "'self",
  'http:///a',
  '[::1]',
  'a.test?x',
  'a.test/a?x',
  'http://a.test:80#x',
  '*/a',
  '*?x',
  "'sha256-ABCDE'",
  'a\u0001b',
  `'sha-256-${sha256(TEXTS[0])}'`,
  `'sha256-${sha256(TEXTS[0]).replace('=', '')}'`,
)

/** The text of any source expression, now and then of none. */
export const source: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: urlSource },
  { weight: 2, arbitrary: credential },
  { weight: 3, arbitrary: keyword },
  { weight: 1, arbitrary: invalid },
)

const FETCH_DIRECTIVES = [
  'default-src',
  'script-src',
  'script-src-elem',
  'script-src-attr',
  'style-src',
  'style-src-elem',
  'style-src-attr',
  'connect-src',
  'img-src',
  'media-src',
  'object-src',
  'frame-src',
  'child-src',
  'worker-src',
  'base-uri',
  'form-action',
  'frame-ancestors',
]

const directive: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(fc.constantFrom(...FETCH_DIRECTIVES), fc.array(source, { maxLength: 5 }))
      .map(([name, sources]) => [name, ...sources].join(' ')),
  },
  fc.constant('upgrade-insecure-requests'),
  fc.constantFrom(
    "require-trusted-types-for 'script'",
    'trusted-types one two',
    "trusted-types * 'allow-duplicates'",
    "webrtc 'block'",
    'unknown-thing x',
    'sandbox allow-scripts',
  ),
)

/** The text of a policy. */
export const policyText: fc.Arbitrary<string> = fc
  .array(directive, { minLength: 1, maxLength: 5 })
  .map((directives) => directives.join('; '))

/** A policy. */
export const policy: fc.Arbitrary<Policy> = policyText.map((text) => parsePolicy(text).policy)

/** The name of a list directive. */
export const listDirective: fc.Arbitrary<string> = fc.constantFrom(...FETCH_DIRECTIVES)

/** A URL, or nearly one. */
export const url: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...SCHEMES),
        fc.constantFrom('A.test', '[::1]', ...HOSTS),
        fc.constantFrom(...PORTS),
        fc.constantFrom(...PATHS, '/a?q=/b', '/a#/b', '/../a/./b'),
      )
      .map(([scheme, host, port, path]) => `${scheme}://${host}${port}${path}`),
  },
  fc.constantFrom(
    'data:text/plain,x',
    'blob:https://a.test/1',
    'about:blank',
    'nothing',
    'file:///a',
  ),
)

/** What `'self'` stands for. */
export const self: fc.Arbitrary<string | null> = fc.constantFrom(
  null,
  'http://a.test',
  'https://a.test',
  'http://a.test:8000',
  'https://b.a.test:8443',
  'http://127.0.0.1:8000',
  'file:///',
  'custom://a.test',
)

/** The name of a dialect. */
const dialectName: fc.Arbitrary<DialectName> = fc.constantFrom(
  'engines',
  'spec',
  'chromium',
  'firefox',
  'webkit',
)

/** A dialect with a name, or any set of differences: each must hold beside all others. */
export const dialect: fc.Arbitrary<Dialect | DialectName> = fc.oneof(
  { weight: 3, arbitrary: dialectName },
  {
    weight: 2,
    arbitrary: fc
      .subarray(DIFFERENCES.map(({ tag }) => tag))
      .map((tags) => makeDialect('engines', new Set(tags))),
  },
)

const nonce = fc.constantFrom('', ' abc ', ...NONCES)
const inlineType: fc.Arbitrary<InlineType> = fc.constantFrom(
  'script',
  'script attribute',
  'style',
  'style attribute',
  'navigation',
)
const origin = fc.constantFrom(null, 'https://a.test', 'http://x.test:8000', 'data:,x')

/** A check of any type. */
export const check: fc.Arbitrary<Check> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('request' as const),
      url,
      destination: fc.constantFrom(
        '',
        'script',
        'style',
        'image',
        'iframe',
        'worker',
        'xslt',
        'document',
        'object',
        'sharedworker',
        'video',
      ),
      redirectCount: fc.constantFrom(0, 1),
      nonce,
      integrity: fc.constantFrom('', ...hashes.map((hash) => hash.slice(1, -1))),
      parserInserted: fc.boolean(),
      initiator: fc.constantFrom('', '', '', 'prefetch', 'preload'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('inline' as const),
      inline: inlineType,
      source: fc.constantFrom(...TEXTS),
      nonce,
      parserInserted: fc.boolean(),
      nonceable: fc.boolean(),
    }),
  },
  fc.constantFrom<Check>(
    { type: 'eval' },
    { type: 'wasm' },
    { type: 'webrtc' },
    { type: 'trusted-types-policy', name: 'one', created: ['one'] },
    { type: 'trusted-types-policy', name: 'two' },
    { type: 'trusted-types-policy', name: 'odd?' },
    { type: 'trusted-types-sink', sink: 'Element innerHTML' },
  ),
  fc.record({ type: fc.constant('base-uri' as const), url }),
  fc.record({
    type: fc.constant('form-action' as const),
    url,
    redirectCount: fc.constantFrom(0, 1),
  }),
  fc.record({
    type: fc.constant('frame-ancestors' as const),
    ancestors: fc.array(origin, { maxLength: 3 }),
  }),
)
