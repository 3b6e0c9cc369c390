import { describe, expect, it, test } from 'vitest'
import type { CspErrorCode } from '../vocabulary/errors.ts'
import { KEYWORDS, NONCE } from '../vocabulary/keywords.ts'
import { csp } from '../policy/policy-value.ts'
import {
  directivesOf,
  examineSource,
  hasKeyword,
  isNonceOrHash,
  isSourceExpression,
  isURLSource,
} from './source-expression.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

const STRONG = 'r4nd0mr4nd0mr4nd0mr4nd'
const SHA256 = 'RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='
const SHA384 = 'H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO'
const SHA512 = `${'a'.repeat(86)}==`

// The grammar of the specification (framework-directive-source-list), straight.
const valid: readonly string[] = [
  // seeds: hosts by name or address, scheme, wildcard subdomain, port, wildcard port
  'example.com',
  'http://*.example.com',
  'mail.example.com:443',
  'https://store.example.com',
  '127.0.0.1',
  'http://127.0.0.1:8080',
  '*',
  '*.example.com',
  'example.com:*',
  'localhost',
  'localhost:3000',
  // seeds: schemes
  'http:',
  'https:',
  'data:',
  'mediastream:',
  'blob:',
  'filesystem:',
  'ws:',
  'wss:',
  'custom+scheme-1.0:',
  // seeds: keywords, nonces, hashes
  ...[...KEYWORDS.keys()].filter((keyword) => keyword !== "'none'"),
  "'SELF'",
  "'nonce-2726c7f26c'",
  "'NONCE-abc+/-_=='",
  `'sha256-${SHA256}'`,
  `'SHA384-${SHA384}'`,
  `'sha512-${SHA512}'`,
  "'sha256-ABCDE'",
  // consequences of the host grammar
  'a.',
  '*:*',
  '*:80',
  'http://*',
  '*/p',
  'http://*/p',
  'example.com:0080',
  '*.a.',
  '-',
  'a-.-b',
  'xn--bcher-kva.example',
  'EXAMPLE.com',
  'https://example.com/',
  'https://example.com/a//b',
  "https://example.com/a~b!$&'()*+=:@/%3B%2C",
  'sha256-looking.example',
]

const invalid: readonly string[] = [
  '',
  "'none'",
  'http://h:',
  '*.*',
  'a.*',
  '*a',
  '*.',
  '**',
  'a..b',
  '.a',
  'a_b.example',
  'https://',
  'https:/example.com',
  '//example.com',
  'https://example.com//p',
  'https://example.com/?q',
  'https://example.com?q',
  'https://example.com#f',
  'https://example.com/a;b',
  'https://example.com/a,b',
  'https://example.com/%zz',
  'https://example.com/a b',
  'https://user@example.com',
  'https://user:password@example.com',
  '[::1]',
  'http://[2001:db8::1]:80',
  'example.com:80:80',
  'example.com:8o',
  'bücher.example',
  '1scheme:',
  "'self",
  'self\u00a0',
  '"self"',
  '\u2018self\u2019',
  "'nonce-'",
  "'nonce-a===b'",
  "'nonce-a==='",
  "'nonce-ä'",
  "'sha1-abc'",
  "'sha-256-abc'",
  "'sha256-'",
  "'unknown'",
  'a b',
  'a\u000bb',
]

describe('isSourceExpression', () => {
  test.each(valid)('%j is one', (text) => {
    expect(isSourceExpression(text)).toBe(true)
  })
  test.each(invalid)('%j is not one', (text) => {
    expect(isSourceExpression(text)).toBe(false)
  })
})

describe('accepted and put right', () => {
  const cases: readonly (readonly [written: string, expected: string])[] = [
    ['HTTPS://Example.COM:443/Path', 'https://example.com:443/Path'],
    ['HTTPS:', 'https:'],
    ["'Self'", "'self'"],
    ["'NONCE-aBc'", "'nonce-aBc'"],
    [`'SHA256-${SHA256}'`, `'sha256-${SHA256}'`],
    [`'sha384-${SHA384}'`, `'sha384-${SHA384}'`],
    [`'sha512-${SHA512}'`, `'sha512-${SHA512}'`],
    // IDN
    ['bücher.example', 'xn--bcher-kva.example'],
    ['https://BÜCHER.example:8443/p', 'https://xn--bcher-kva.example:8443/p'],
    ['*.bücher.example:*', '*.xn--bcher-kva.example:*'],
    ['https://例え.jp', 'https://xn--r8jz45g.jp'],
    ['пример。рф', 'xn--e1afmkfd.xn--p1ai'],
    // separators in a path
    ['https://example.com/a;b,c', 'https://example.com/a%3Bb%2Cc'],
    ['*/;', '*/%3B'],
    ["a.example/rock'n'", "a.example/rock'n'"],
    ["a.example/'", "a.example/'"],
    ['example.com:0080', 'example.com:0080'],
    ['example.com:65535', 'example.com:65535'],
    ['a.', 'a.'],
    ['shared.cdn.com', 'shared.cdn.com'],
    ['nonce-cdn.example', 'nonce-cdn.example'],
    ['sha256-cdn.example', 'sha256-cdn.example'],
  ]
  test.each(cases)('%j becomes %j', (written, expected) => {
    expect(examineSource(written)).toEqual({ text: expected })
    expect(isSourceExpression(expected)).toBe(true)
  })

  const short = new Set(["'sha256-ABCDE'", "'nonce-2726c7f26c'", "'NONCE-abc+/-_=='"])
  test.each(valid.filter((text) => !short.has(text)))('%j is accepted', (text) => {
    expect(csp().scriptSrc(text).get('script-src')).toHaveLength(1)
  })
})

type Slip = readonly [written: string, code: CspErrorCode, fix: string]

const slips: readonly Slip[] = [
  // quotes
  ['self', 'ERR_CSP_KEYWORD_UNQUOTED', `"'self'"`],
  ['usafe-inline', 'ERR_CSP_KEYWORD_UNQUOTED', `"'unsafe-inline'"`],
  ['strict-dynamik', 'ERR_CSP_KEYWORD_UNQUOTED', `"'strict-dynamic'"`],
  ["'unsafe-dynamic'", 'ERR_CSP_KEYWORD_UNKNOWN', `"'strict-dynamic'"`],
  ['https//cdn.example', 'ERR_CSP_SOURCE', '"https://cdn.example"'],
  ['[YOUR_DOMAINS]', 'ERR_CSP_SOURCE', 'the host that is meant'],
  ['https://{{host}}/', 'ERR_CSP_SOURCE', 'the host that is meant'],
  ['[::1]', 'ERR_CSP_SOURCE', 'a host name'],
  ['None', 'ERR_CSP_KEYWORD_UNQUOTED', `"'none'"`],
  ['"self"', 'ERR_CSP_KEYWORD_UNQUOTED', `"'self'"`],
  ["'self", 'ERR_CSP_KEYWORD_UNQUOTED', `"'self'"`],
  ["'none", 'ERR_CSP_KEYWORD_UNQUOTED', `"'none'"`],
  ['`unsafe-eval`', 'ERR_CSP_KEYWORD_UNQUOTED', `"'unsafe-eval'"`],
  ['\u2018self\u2019', 'ERR_CSP_KEYWORD_UNQUOTED', `"'self'"`],
  ['\u201cself\u201d', 'ERR_CSP_KEYWORD_UNQUOTED', `"'self'"`],
  [`"'self'"`, 'ERR_CSP_KEYWORD_UNQUOTED', `"'self'"`],
  ['trusted-types-eval', 'ERR_CSP_KEYWORD_UNQUOTED', `"'trusted-types-eval'"`],
  ['unsafe-inline', 'ERR_CSP_KEYWORD_UNQUOTED', `"'unsafe-inline'"`],
  ['strict-dynamic', 'ERR_CSP_KEYWORD_UNQUOTED', `"'strict-dynamic'"`],
  ['nonce-2726c7f26c', 'ERR_CSP_KEYWORD_UNQUOTED', 'the constant NONCE'],
  ['nonce-undefined', 'ERR_CSP_KEYWORD_UNQUOTED', 'the constant NONCE'],
  [`nonce-${STRONG}`, 'ERR_CSP_KEYWORD_UNQUOTED', `"'nonce-${STRONG}'"`],
  [`sha256-${SHA256}`, 'ERR_CSP_KEYWORD_UNQUOTED', `"'sha256-${SHA256}'"`],
  [`"sha256-${SHA256}"`, 'ERR_CSP_KEYWORD_UNQUOTED', `"'sha256-${SHA256}'"`],
  ["'https://example.com'", 'ERR_CSP_KEYWORD_UNKNOWN', '"https://example.com"'],
  ['"example.com"', 'ERR_CSP_KEYWORD_UNKNOWN', '"example.com"'],
  // keywords
  ["'sefl'", 'ERR_CSP_KEYWORD_UNKNOWN', `"'self'"`],
  ["'unsafe-inlin'", 'ERR_CSP_KEYWORD_UNKNOWN', `"'unsafe-inline'"`],
  ["'strict-dynamik'", 'ERR_CSP_KEYWORD_UNKNOWN', `"'strict-dynamic'"`],
  ["'wasm-eval-please'", 'ERR_CSP_KEYWORD_UNKNOWN', "'wasm-unsafe-eval'"],
  ["'wasm-eval'", 'ERR_CSP_KEYWORD_UNKNOWN', `"'wasm-unsafe-eval'"`],
  ["'unsafe-hashed-attributes'", 'ERR_CSP_KEYWORD_UNKNOWN', `"'unsafe-hashes'"`],
  ["'inline'", 'ERR_CSP_KEYWORD_UNKNOWN', `"'unsafe-inline'"`],
  ["'localhost'", 'ERR_CSP_KEYWORD_UNKNOWN', '"localhost"'],
  ["'what is this?'", 'ERR_CSP_CHARACTER', 'one argument for each'],
  ["'???'", 'ERR_CSP_KEYWORD_UNKNOWN', "'none', 'self',"],
  // nonces
  ['nonce', 'ERR_CSP_NONCE', 'NONCE'],
  ["'nonce'", 'ERR_CSP_NONCE', 'NONCE'],
  ["'nonce-'", 'ERR_CSP_NONCE', 'NONCE'],
  ["'nonce-a b'", 'ERR_CSP_CHARACTER', 'one argument for each'],
  ["'nonce-${nonce}'", 'ERR_CSP_NONCE', 'NONCE'],
  ["'nonce-abc'", 'ERR_CSP_NONCE', 'the constant NONCE'],
  ["'nonce-undefined'", 'ERR_CSP_NONCE', 'the constant NONCE'],
  [`'nonce-${STRONG.slice(1)}=='`, 'ERR_CSP_NONCE', 'the constant NONCE'],
  // hashes
  ["'sha256-abc'", 'ERR_CSP_HASH', 'hashSource(content, "sha256")'],
  [`'sha384-${SHA256}'`, 'ERR_CSP_HASH', 'hashSource(content, "sha384")'],
  [`'sha512-${SHA256}'`, 'ERR_CSP_HASH', 'hashSource(content, "sha512")'],
  ["'sha256-'", 'ERR_CSP_HASH', 'base64'],
  ["'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk='", 'ERR_CSP_HASH', "'sha256-'"],
  [`'sha-256-${SHA256}'`, 'ERR_CSP_HASH', "'sha256-'"],
  // what belongs elsewhere
  ['allow-scripts', 'ERR_CSP_SOURCE', 'sandbox("allow-scripts")'],
  ['https', 'ERR_CSP_SOURCE', '"https:"'],
  ['data', 'ERR_CSP_SOURCE', '"data:"'],
  ['WSS', 'ERR_CSP_SOURCE', '"wss:"'],
  // hosts
  ['https://', 'ERR_CSP_SOURCE', 'a host'],
  ['https:/example.com', 'ERR_CSP_SOURCE', '"https://example.com"'],
  ['HTTPS:example.com/p', 'ERR_CSP_SOURCE', '"https://example.com/p"'],
  ['ws//host:6001', 'ERR_CSP_SOURCE', '"ws://host:6001"'],
  ['wss:///host:6001', 'ERR_CSP_SOURCE', '"wss://host:6001"'],
  ['ws//[::1]', 'ERR_CSP_SOURCE', 'a host name'],
  ['//example.com', 'ERR_CSP_SOURCE', 'a host'],
  ['http://h:', 'ERR_CSP_SOURCE', 'a host'],
  ['a..b', 'ERR_CSP_SOURCE', 'a host'],
  ['*.*', 'ERR_CSP_SOURCE', '"*.example.com"'],
  ['a.*', 'ERR_CSP_SOURCE', '"*.example.com"'],
  ['*a', 'ERR_CSP_SOURCE', '"*.example.com"'],
  ['my_cdn.example.com', 'ERR_CSP_SOURCE', '"*." and the parent domain'],
  ['example.com:65536', 'ERR_CSP_SOURCE', 'a lower port'],
  ['https://user:password@example.com/p', 'ERR_CSP_SOURCE', '"https://example.com/p"'],
  ['[::1]', 'ERR_CSP_SOURCE', 'a host name'],
  ['http://[2001:db8::1]:80/', 'ERR_CSP_SOURCE', 'a host name'],
  ['self\u00a0', 'ERR_CSP_SOURCE', 'a host'],
  ['\u200bself', 'ERR_CSP_KEYWORD_UNQUOTED', `"'self'"`],
  ['\uff4eone', 'ERR_CSP_KEYWORD_UNQUOTED', `"'none'"`],
  ['http\u00ads', 'ERR_CSP_SOURCE', '"https:"'],
  ['ü\\evil.example', 'ERR_CSP_SOURCE', 'a host'],
  ['ü%2eexample', 'ERR_CSP_SOURCE', 'a host'],
  ['\ud800.example', 'ERR_CSP_SOURCE', 'a host'],
  // paths
  ['https://example.com/?q=1', 'ERR_CSP_SOURCE', '"https://example.com/"'],
  ['https://example.com?q=1', 'ERR_CSP_SOURCE', '"https://example.com"'],
  ['example.com/p#f', 'ERR_CSP_SOURCE', '"example.com/p"'],
  [
    'https://example.com//p',
    'ERR_CSP_SOURCE',
    '"https://example.com/p", or "https://example.com/"',
  ],
  ['https://example.com/%zz', 'ERR_CSP_SOURCE', '"https://example.com/%25zz"'],
  ['https://example.com/<b>', 'ERR_CSP_SOURCE', '"https://example.com/%3Cb%3E"'],
  ['https://example.com/é', 'ERR_CSP_CHARACTER', '"https://example.com/%C3%A9"'],
  // characters
  ['', 'ERR_CSP_SOURCE', 'a value'],
  [' ', 'ERR_CSP_CHARACTER', 'a value'],
  [' example.com', 'ERR_CSP_CHARACTER', '"example.com"'],
  ['self example.com', 'ERR_CSP_CHARACTER', '"self", "example.com"'],
  ['a.example\tb.example', 'ERR_CSP_CHARACTER', '"a.example", "b.example"'],
  ['a.example; script-src *', 'ERR_CSP_CHARACTER', 'one argument for each'],
  ['a.example;script-src', 'ERR_CSP_CHARACTER', 'one argument for each source'],
  ['a.example,b.example', 'ERR_CSP_CHARACTER', 'one argument for each source'],
  ['a.example\r\nSet-Cookie:x=1', 'ERR_CSP_CHARACTER', '"a.example", "Set-Cookie:x=1"'],
  ['a.example\u0000', 'ERR_CSP_CHARACTER', 'printable ASCII'],
  ['a\u000bb', 'ERR_CSP_CHARACTER', 'printable ASCII'],
  ['a\u007fb', 'ERR_CSP_CHARACTER', 'printable ASCII'],
]

describe('slips', () => {
  test.each(slips)('%j: %s', (written, code, fix) => {
    const error = catchCspError(() => csp().connectSrc(written))
    expect(error).toMatchObject({ code, directive: 'connect-src', value: written })
    expect(error.message).toMatch(/^Cannot write connect-src: /)
    const expected = error.message.slice(error.message.indexOf('. Use '))
    expect(expected).toContain(fix)
  })

  it('takes a host and its port for what they are', () => {
    expect(String(csp().connectSrc('https:8080'))).toBe('connect-src https:8080')
  })

  it('names a fix that is accepted, where the fix is one source', () => {
    for (const [written] of slips) {
      const { message } = catchCspError(() => csp().connectSrc(written))
      const fix = / Use ("(?:[^"\\]|\\.)*") instead\.$/.exec(message)?.[1]
      if (fix === undefined) continue
      const source = JSON.parse(fix) as string
      const policy = csp().connectSrc(source)
      expect(String(policy)).toBe(`connect-src ${source}`)
      expect(policy.issues().map(({ code }) => code)).not.toContain('keyword-as-host')
    }
  })
})

describe('kinds of sources', () => {
  it('knows where a source has an effect, and that what is no source has none', () => {
    expect(directivesOf("'report-sample'")).toContain('style-src')
    expect(directivesOf("'unknown'")).toBeUndefined()
    expect(directivesOf('a.example')).toBeUndefined()
  })

  it('knows nonces and hashes', () => {
    expect(isNonceOrHash(NONCE)).toBe(true)
    expect(isNonceOrHash("'NONCE-a'")).toBe(true)
    expect(isNonceOrHash("'sha256-a'")).toBe(true)
    expect(isNonceOrHash("'self'")).toBe(false)
  })

  it('knows URL sources', () => {
    for (const text of ["'SELF'", 'https:', 'a.example', '*']) expect(isURLSource(text)).toBe(true)
    for (const text of ["'none'", "'unsafe-inline'", "'nonce-a'", '?']) {
      expect(isURLSource(text)).toBe(false)
    }
  })

  it('finds keywords in any case, beside the placeholder too', () => {
    expect(hasKeyword([NONCE, "'Strict-Dynamic'"], "'strict-dynamic'")).toBe(true)
    expect(hasKeyword([NONCE], "'strict-dynamic'")).toBe(false)
  })
})
