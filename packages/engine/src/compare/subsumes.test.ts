import { csp } from '@cusp/core'
import { describe, expect, it, test } from 'vitest'
import type { DialectName } from '../dialects/differences.ts'
import { subsumes } from './subsumes.ts'

type Row = readonly [a: string, b: string, expected: boolean]

const HASH = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"

const rows: readonly Row[] = [
  // the specification's examples, https://w3c.github.io/webappsec-cspee/#subsume-source-list
  [`script-src http://example.com ${HASH}`, 'script-src http://example.com', true],
  ['script-src http://example.com', `script-src http://example.com ${HASH}`, false],
  [`script-src https://example.com ${HASH}`, 'script-src http://example.com', false],
  [`script-src http://example.com ${HASH}`, "script-src http://example.com 'unsafe-inline'", false],
  [
    `script-src http://example.com ${HASH} 'strict-dynamic'`,
    "script-src http://example.com 'unsafe-inline' 'strict-dynamic'",
    true,
  ],
  // #intersection-policy: a list of policies is met by what it means together
  [
    "default-src 'self' http://example.com http://example.net; connect-src 'none'",
    "default-src 'self' http://example.com http://example.net; connect-src 'none', connect-src http://example.com/; script-src http://example.com/",
    true,
  ],
  // nothing required, nothing returned
  ['', '', true],
  ['', "default-src 'none'", true],
  ["default-src 'none'", '', false],
  ["img-src 'self'", "script-src 'self'", false],
  ['report-uri /r; report-to csp', '', true],
  // fallback
  ["img-src 'self'", "default-src 'self'", true],
  ["default-src 'self'", "img-src 'self'", false],
  ["worker-src 'self'", "script-src 'self'", true],
  ["frame-src 'self'", "child-src 'self'", true],
  // lists
  ["img-src 'self'", "img-src 'none'", true],
  ["img-src 'none'", "img-src 'self'", false],
  ['img-src', 'img-src', true],
  ['img-src *', 'img-src http://a.example https: wss://b.example', true],
  ['img-src *', 'img-src data:', false],
  ['img-src https: http: ws: wss: ftp:', 'img-src *', true],
  ['img-src https:', 'img-src *', false],
  ['img-src http:', 'img-src https:', true],
  ['img-src https:', 'img-src http:', false],
  ['img-src https:', 'img-src a.example', true],
  ['img-src https://a.example', 'img-src https:', false],
  ['img-src https:', "img-src 'self'", false],
  ["img-src 'self' wss:", "img-src 'self'", true],
  ["img-src 'self'", 'img-src https://site.example', true],
  ["img-src 'self'", 'img-src https://site.example:8443', false],
  ["img-src 'self'", 'img-src *.example', false],
  ['img-src wss://site.example', "img-src 'self'", true],
  ['img-src https://site.example', "img-src 'self'", false],
  ['img-src *.a.example', 'img-src b.a.example', true],
  ['img-src *.a.example', 'img-src *.b.a.example', true],
  ['img-src *.a.example', 'img-src a.example', false],
  ['img-src *.b.a.example', 'img-src *.a.example', false],
  ['img-src https://*', 'img-src https://*.a.example', true],
  ['img-src a.example:*', 'img-src a.example:8443', true],
  ['img-src a.example:8443', 'img-src a.example:*', false],
  ['img-src a.example:443', 'img-src a.example', true],
  ['img-src a.example:80', 'img-src a.example:443', false],
  ['img-src a.example/x/', 'img-src a.example/x/y', true],
  ['img-src a.example/x/', 'img-src a.example/x', false],
  ['img-src a.example/x', 'img-src a.example', false],
  ['img-src a.example/', 'img-src a.example', true],
  ['img-src a.example', 'img-src a.example/x', true],
  ['img-src a.example', "img-src 'self", true],
  // scripts
  ["script-src 'nonce-a'", "script-src 'nonce-a'", true],
  ["script-src 'nonce-a'", "script-src 'nonce-b'", false],
  ["script-src 'unsafe-inline' 'self'", `script-src ${HASH}`, false],
  ["script-src 'self' 'strict-dynamic'", "script-src 'self'", false],
  ["script-src 'strict-dynamic'", "script-src 'none'", true],
  ["script-src 'self'", "script-src 'self' 'strict-dynamic'", false],
  ["script-src 'self'", "script-src 'self' 'unsafe-eval'", false],
  ["script-src 'self' 'unsafe-eval'", "script-src 'self' 'wasm-unsafe-eval'", true],
  ["script-src 'wasm-unsafe-eval'", "script-src 'unsafe-eval'", false],
  ["script-src 'trusted-types-eval'", "script-src 'trusted-types-eval'", true],
  [
    "script-src 'trusted-types-eval'",
    "script-src 'trusted-types-eval'; require-trusted-types-for 'script'",
    false,
  ],
  [`script-src ${HASH}`, `script-src ${HASH} 'unsafe-hashes'`, false],
  [`script-src ${HASH} 'unsafe-hashes'`, `script-src ${HASH} 'unsafe-hashes'`, true],
  ["style-src 'self' 'unsafe-inline'", "style-src 'self'", true],
  ["style-src 'self'", "style-src 'unsafe-inline'", false],
  ["style-src 'self'", "style-src 'nonce-a'", false],
  ["connect-src 'self'", "connect-src 'self' 'unsafe-webtransport-hashes'", true],
  // the others
  ["base-uri 'self'", "base-uri 'none'", true],
  ["form-action 'self'", "default-src 'none'", false],
  ['frame-ancestors https:', 'frame-ancestors https://a.example', true],
  ['sandbox allow-forms', 'sandbox', true],
  ['sandbox', 'sandbox allow-forms', false],
  ['sandbox', '', false],
  ['trusted-types one two', 'trusted-types one', true],
  ['trusted-types one', 'trusted-types two', false],
  ['trusted-types *', 'trusted-types one', true],
  ['trusted-types one', 'trusted-types *', false],
  ['trusted-types one', "trusted-types 'none'", true],
  ['trusted-types one', "trusted-types one 'allow-duplicates'", false],
  ["trusted-types one 'allow-duplicates'", "trusted-types 'allow-duplicates'", true],
  ["require-trusted-types-for 'script'", '', false],
  ["require-trusted-types-for 'script'", "require-trusted-types-for 'script'", true],
  ["webrtc 'block'", '', true],
  ["webrtc 'block'", "webrtc 'block'", true],
  ["webrtc 'allow'", '', true],
  // hints may go where any list allows
  ["default-src 'none'; img-src a.example", "default-src 'none'; img-src a.example", true],
  ['upgrade-insecure-requests', '', false],
  ['upgrade-insecure-requests', "upgrade-insecure-requests; default-src 'none'", true],
  // the upgrade makes other URLs of them
  ['img-src https:', 'img-src https:; upgrade-insecure-requests', false],
  ['img-src *', 'img-src https:; upgrade-insecure-requests', true],
  ['img-src http:; upgrade-insecure-requests', 'img-src http:; upgrade-insecure-requests', true],
  ['default-src *', 'default-src https:; upgrade-insecure-requests', true],
]

/**
 * Answers that depend on the dialect: what one engine does otherwise makes the other side the
 * stricter one.
 */
const byDialect: readonly (readonly [DialectName, ...Row])[] = [
  ['engines', "worker-src 'none'", "default-src 'strict-dynamic'", false],
  ['spec', "webrtc 'block'", '', false],
  ['spec', "connect-src 'self'", "connect-src 'self' 'unsafe-webtransport-hashes'", false],
  ['spec', "worker-src 'none'", "default-src 'strict-dynamic'", true],
  ['chromium', "worker-src 'self'", "worker-src 'self' 'strict-dynamic'", false],
  ['firefox', "worker-src 'self'", "worker-src 'self' 'strict-dynamic'", false],
  ['webkit', "worker-src 'self'", "worker-src 'self' 'strict-dynamic'", true],
  [
    'webkit',
    "script-src-attr 'strict-dynamic'",
    "script-src-attr 'strict-dynamic' 'unsafe-inline'",
    false,
  ],
  [
    'engines',
    "script-src-attr 'strict-dynamic'",
    "script-src-attr 'strict-dynamic' 'unsafe-inline'",
    true,
  ],
  ['webkit', 'frame-src https:', "frame-src https: 'self'", false],
  ['engines', 'frame-src https:', 'frame-src https: https://site.example', true],
  [
    'chromium',
    "default-src 'unsafe-inline' 'strict-dynamic'",
    "style-src 'unsafe-inline'; default-src 'none'",
    false,
  ],
  [
    'webkit',
    "default-src 'unsafe-inline' 'strict-dynamic'",
    "style-src 'unsafe-inline'; default-src 'none'",
    false,
  ],
  // what several returned policies mean together
  ['engines', "script-src 'none'", 'script-src http://*.one.com, script-src https://two.com', true],
  ['engines', "script-src 'none'", 'script-src http://*.one.com, script-src https:', false],
  ['engines', 'img-src a.test:8443/x', 'img-src a.test:8443, img-src a.test:*/x', true],
  ['engines', 'img-src a.test:8443', 'img-src *.test:*, img-src a.test:*/x', false],
]

describe('subsumes', () => {
  test.each(byDialect)('%s: %s ⊇ %s: %s', (dialect, a, b, expected) => {
    expect(subsumes({ value: a }, { value: b }, { dialect })).toBe(expected)
  })

  test.each(rows)('%s ⊇ %s: %s', (a, b, expected) => {
    expect(subsumes({ value: a }, { value: b })).toBe(expected)
  })

  it('reads schemeless hosts and self for the page that it is given', () => {
    const [a, b] = [{ value: 'img-src https:' }, { value: 'img-src a.example' }]
    expect(subsumes(a, b, { self: 'http://site.example' })).toBe(false)
    expect(subsumes({ value: "img-src 'none'" }, b, { self: null })).toBe(true)
    expect(subsumes({ value: "img-src 'none'" }, { value: "img-src 'self'" }, { self: null })).toBe(
      true,
    )
    const file = { self: 'file:///', dialect: 'chromium' } as const
    expect(subsumes({ value: "img-src 'self'" }, { value: "img-src 'self'" }, file)).toBe(true)
    expect(subsumes({ value: 'img-src file:' }, { value: "img-src 'self'" }, file)).toBe(true)
    const [all, own] = [{ value: 'frame-src *' }, { value: "frame-src 'self'" }]
    const page = { self: 'https://a.test:8080' } as const
    expect(subsumes(all, own, page)).toBe(true)
    expect(subsumes(all, own, { ...page, dialect: 'webkit' })).toBe(false)
    expect(subsumes(own, own, { ...page, dialect: 'webkit' })).toBe(true)
  })

  it('asks every required policy, and takes values', () => {
    const required = [csp().imgSrc("'self'"), csp().fontSrc("'self'")]
    expect(subsumes(required, csp().imgSrc("'self'"))).toBe(false)
    expect(subsumes(required, csp().defaultSrc("'self'"))).toBe(true)
    expect(subsumes({ reportOnly: csp().defaultSrc("'none'") }, [])).toBe(true)
  })
})
