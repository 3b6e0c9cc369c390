/** Explanations, sentence by sentence. */

import { createHash } from 'node:crypto'
import { csp, NONCE, SELF } from '@cusp/core'
import { describe, expect, test } from 'vitest'
import type { Check, InlineCheck, RequestCheck } from '../check/check.ts'
import { decide } from '../decide/decide.ts'
import type { PolicyRecord } from '../policy/policy-input.ts'
import type { DialectName } from '../dialects/differences.ts'
import { explain } from './explain.ts'

const self = 'https://shop.example'

function why(value: string, check: Check, dialect?: DialectName): string {
  return explain(decide({ value }, check, { self, dialect }))
    .slice(1)
    .join(' ')
}

function connect(url: string, facts: Partial<RequestCheck> = {}): RequestCheck {
  return { type: 'request', url, ...facts }
}

function request(facts: Partial<RequestCheck>): RequestCheck {
  return connect('https://a.example/', facts)
}

function script(facts: Partial<RequestCheck> = {}): RequestCheck {
  return request({ destination: 'script', ...facts })
}

describe('the answer', () => {
  const long = `https://a.example/${'x'.repeat(200)}`
  test.each<[Check, string]>([
    [request({}), 'the connection to https://a.example/'],
    [request({ destination: 'script' }), 'the script https://a.example/'],
    [request({ destination: 'new' }), 'the request (new) for https://a.example/'],
    [request({ redirectCount: 1 }), 'the connection to https://a.example/ (after a redirect)'],
    [request({ redirectCount: 2 }), 'the connection to https://a.example/ (after 2 redirects)'],
    [request({ context: 'srcdoc' }), 'the connection to https://a.example/ in a srcdoc document'],
    [request({ initiator: 'prefetch' }), 'the prefetch hint for https://a.example/'],
    [request({ initiator: 'download' }), 'the download of https://a.example/'],
    [request({ url: long }), `the connection to ${long.slice(0, 120)}…`],
    [{ type: 'inline', inline: 'navigation' }, 'the javascript: URL'],
    [{ type: 'eval' }, 'eval'],
    [{ type: 'wasm' }, 'WebAssembly'],
    [{ type: 'webrtc' }, 'WebRTC'],
    [{ type: 'base-uri', url: 'https://a.example/' }, 'the base URL https://a.example/'],
    [{ type: 'form-action', url: 'https://a.example/' }, "the form's target https://a.example/"],
    [{ type: 'frame-ancestors', ancestors: [] }, 'the top-level document'],
    [
      { type: 'frame-ancestors', ancestors: ['https://a.example', null] },
      'embedding by https://a.example in an opaque origin',
    ],
    [{ type: 'trusted-types-policy', name: 'a' }, 'the Trusted Types policy "a"'],
    [{ type: 'trusted-types-sink', sink: 'eval' }, 'a plain string for eval'],
  ])('%j', (check, subject) => {
    expect(explain(decide(csp(), check))[0]).toBe(`Allowed: ${subject}.`)
  })
})

describe('a directive that is written and does not count', () => {
  test.each<[policy: PolicyRecord, check: Check, sentence: string]>([
    [
      { value: "script-src 'self'\u0001; default-src 'none'" },
      script(),
      'script-src-elem is absent',
    ],
    [
      { value: "script-src 'self'\u0001; default-src 'none'" },
      script(),
      'script-src does not count (browsers drop it: it holds a control character)',
    ],
    [
      { value: "frame-ancestors 'none'; img-src 'self'", source: 'meta' },
      { type: 'frame-ancestors', ancestors: ['https://evil.example'] },
      'frame-ancestors does not count (it stands in a meta tag and needs a header), so nothing restricts it.',
    ],
  ])('%j', (policy, check, sentence) => {
    const explained = explain(decide(policy, check, { self, dialect: 'chromium' })).join(' ')
    expect(explained).toContain(sentence)
  })
})

describe("'self' where a browser forgets the origin", () => {
  const frame = connect(self, { destination: 'iframe', context: 'srcdoc' })
  test.each<[check: Check, dialect: DialectName, sentence: string]>([
    [
      frame,
      'firefox',
      "frame-src decides; 'self' does not match because the browser forgets the origin of a policy that another document takes over.",
    ],
    [
      connect(self, { context: 'data' }),
      'webkit',
      "connect-src decides; 'self' does not match because the page's origin is opaque.",
    ],
    [
      { type: 'form-action', url: self, context: 'sandboxed' },
      'webkit',
      "form-action decides; 'self' does not match because the page's origin is opaque.",
    ],
  ])('%j in %s', (check, dialect, sentence) => {
    const value = "frame-src 'self'; connect-src 'self'; form-action 'self'"
    expect(why(value, check, dialect)).toContain(sentence)
    expect(decide({ value }, check, { self }).allowed).toBe(true)
  })
})

describe('URLs', () => {
  test.each<[string, Check, string, DialectName?]>([
    [
      "default-src 'self'",
      connect('https://shop.example:8443/'),
      "connect-src is absent, so default-src decides; 'self' does not match because the port differs.",
    ],
    [
      "img-src 'self'",
      connect('https://a.example/'),
      'connect-src and default-src are absent, so nothing restricts it.',
    ],
    [
      "connect-src 'self'",
      connect('https://shop.example/'),
      "connect-src decides; 'self' matches.",
    ],
    [
      "connect-src 'self'",
      connect('http://shop.example/'),
      "connect-src decides; 'self' does not match because the scheme differs (http).",
    ],
    [
      "connect-src 'self'",
      connect('https://a.example/'),
      "connect-src decides; 'self' does not match because the host differs.",
    ],
    [
      "connect-src 'self'",
      connect('data:x'),
      "connect-src decides; 'self' does not match because the scheme differs (data).",
    ],
    [
      "connect-src 'self'",
      connect('blob:https://shop.example/1'),
      "connect-src decides; 'self' does not match because it never matches a blob: URL.",
    ],
    [
      "connect-src 'none'",
      connect('https://a.example/'),
      'connect-src decides; the list allows nothing.',
    ],
    [
      "connect-src 'self'",
      connect('nothing'),
      'connect-src decides; what is asked about is not a URL, so nothing matches.',
    ],
    [
      "connect-src 'unsafe-inline'",
      connect('https://a.example/'),
      'connect-src decides; the list names no URLs.',
    ],
    [
      'connect-src *',
      connect('data:x'),
      'connect-src decides; * does not match because it does not include data: URLs.',
    ],
    [
      'connect-src http:',
      connect('data:x'),
      'connect-src decides; http: does not match because the scheme differs (data).',
    ],
    [
      'connect-src a.example',
      connect('data:x'),
      'connect-src decides; a.example does not match because the URL has no host.',
    ],
    [
      'connect-src a.example/x/',
      connect('https://a.example/y'),
      'connect-src decides; a.example/x/ does not match because the path differs.',
    ],
    [
      'connect-src a.example/v1',
      connect('https://a.example/v1/users'),
      'connect-src decides; a.example/v1 does not match because the path differs ("/" at the end of the source allows what is below it).',
    ],
    [
      'connect-src a.example/v1/*',
      connect('https://a.example/v1/users'),
      'connect-src decides; a.example/v1/* does not match because the path differs (a path has no wildcards: "/" at its end allows what is below it).',
    ],
    [
      'connect-src self b.test c.test d.test e.test',
      connect('https://a.example/'),
      "connect-src decides; self is a host here: the keyword is 'self', with quotes; 4 other sources differ.",
    ],
    [
      'connect-src a..example',
      connect('https://a.example/y'),
      'connect-src decides; a..example is not a valid source and matches nothing.',
    ],
    [
      'connect-src b.test c.test https://cdn.example:8 http://cdn.example d.test https://api.example/v1 e.test',
      connect('http://cdn.example:9/x'),
      'connect-src decides; http://cdn.example does not match because the port differs; https://cdn.example:8 does not match because the scheme differs (http); 5 other sources differ.',
    ],
    [
      'connect-src www.a.test b.test c.test d.test',
      connect('https://api.a.test/x'),
      'connect-src decides; www.a.test does not match because the host differs; 3 other sources differ.',
    ],
    [
      'connect-src https://*:8 b.test c.test https://x.a.test:9 https://a.test:7',
      connect('https://a.test/x'),
      'connect-src decides; https://*:8 does not match because the port differs; https://a.test:7 does not match because the port differs; https://x.a.test:9 does not match because the host differs; 2 other sources differ.',
    ],
    [
      'connect-src https://a.b a.b:1 a.b:2 a.b:3',
      connect('https://a.b:9/'),
      'connect-src decides; https://a.b does not match because the port differs; a.b:1 does not match because the port differs; a.b:2 does not match because the port differs; one other source differs.',
    ],
    [
      'connect-src a.test b.test c.test d.test',
      connect('https://e.example/'),
      'connect-src decides; none of its 4 sources names this place.',
    ],
    [
      'upgrade-insecure-requests; connect-src https://b.example',
      connect('http://a.example/'),
      'connect-src decides; upgrade-insecure-requests makes the URL https://a.example/; https://b.example does not match because the host differs.',
    ],
    [
      'upgrade-insecure-requests; connect-src https:',
      connect('http://a.example/'),
      'connect-src decides; upgrade-insecure-requests makes the URL https://a.example/; https: matches.',
    ],
    [
      "upgrade-insecure-requests; form-action 'self'",
      { type: 'form-action', url: 'http://shop.example/' },
      "form-action decides; upgrade-insecure-requests makes the URL https://shop.example/; 'self' matches.",
    ],
    [
      "upgrade-insecure-requests; base-uri 'self'",
      { type: 'base-uri', url: 'http://shop.example/' },
      "base-uri decides; 'self' does not match because the scheme differs (http).",
    ],
    [
      "form-action 'nonce-abc'",
      { type: 'form-action', url: 'http://a.test' },
      'form-action decides; the list names no URLs.',
    ],
    [
      "upgrade-insecure-requests; form-action 'sha256-abc'",
      { type: 'form-action', url: 'http://a.test' },
      'form-action decides; upgrade-insecure-requests makes the URL https://a.test/; the list names no URLs.',
    ],
    [
      "base-uri 'unsafe-inline'",
      { type: 'base-uri', url: 'http://a.test' },
      'base-uri decides; the list names no URLs.',
    ],
    [
      'connect-src https:',
      connect('https://a.example/', { serverCertificateHashes: true }),
      "connect-src decides; certificate hashes need 'unsafe-webtransport-hashes', and the URL is not looked at.",
      'spec',
    ],
    [
      "default-src 'self'",
      connect('https://a.example/', { destination: 'document' }),
      'no directive is asked about this.',
    ],
  ])('%s · %j', (value, check, expected, dialect) => {
    expect(why(value, check, dialect)).toBe(expected)
  })

  test.each([
    [
      "img-src 'self'",
      "img-src decides; 'self' does not match because the page's origin is opaque.",
    ],
    [
      'img-src a.example',
      "img-src decides; a.example does not match because it has no scheme and the page's origin is opaque.",
    ],
  ])('%s on an opaque page', (value, expected) => {
    const check = connect('https://a.example/', { destination: 'image' })
    expect(explain(decide({ value }, check))[1]).toBe(expected)
  })
})

describe('what single engines do', () => {
  const frame = { type: 'request', destination: 'iframe', url: 'https://a.example/x;y' } as const
  test.each<[DialectName, string, Check, string]>([
    [
      'webkit',
      "frame-src 'self'",
      { ...frame, url: 'blob:https://a.example/1' },
      "frame-src decides; 'self' does not match because the origin differs.",
    ],
    [
      'firefox',
      'frame-src a.example/x%3By',
      frame,
      'frame-src decides; a.example/x does not match because the path differs.',
    ],
    [
      'firefox',
      'font-src a.example/%3Bframe-src%20b.example',
      frame,
      'frame-src decides; b.example does not match because the host differs.',
    ],
    [
      'firefox',
      'connect-src ws://a.example/x%3By',
      connect('ws://a.example/x;y'),
      'connect-src decides; ws://a.example/x does not match because the path differs.',
    ],
    [
      'firefox',
      'upgrade-insecure-requests; connect-src wss:',
      connect('ws://a.example/'),
      'connect-src decides; upgrade-insecure-requests makes the URL wss://a.example/; https://a.example/ opens it, and is asked about too; wss: does not match because the scheme differs (https).',
    ],
    [
      'firefox',
      'upgrade-insecure-requests; connect-src https:',
      connect('ws://a.example/'),
      'connect-src decides; upgrade-insecure-requests makes the URL wss://a.example/; https: does not match because the scheme differs (wss).',
    ],
    [
      'webkit',
      "script-src 'strict-dynamic' b.example",
      script({ redirectCount: 1 }),
      'no directive is asked about this.',
    ],
  ])('%s: %s', (dialect, value, check, sentence) => {
    const [, ...sentences] = explain(decide({ value }, check, { self, dialect }))
    expect(sentences.join(' ')).toBe(sentence)
  })
})

describe('scripts', () => {
  const absent = 'script-src-elem is absent, so script-src decides; '
  const isVoid =
    "'strict-dynamic' makes hosts, schemes and 'self' void, and the script is parser-inserted: it needs a nonce or a hash"
  test.each<[string, RequestCheck, string]>([
    ["script-src 'nonce-abc'", script(), 'the element has no nonce.'],
    ["script-src 'nonce-abc'", script({ nonce: 'x' }), 'the nonce "x" is not in the list.'],
    [
      "script-src 'nonce-abc'",
      script({ nonce: NONCE }),
      "this response's nonce is not in the list.",
    ],
    [
      "script-src 'nonce-abc'",
      script({ nonce: 'abc', nonceable: false }),
      "the element's nonce does not count: its attributes look injected.",
    ],
    ["script-src 'nonce-abc'", script({ nonce: 'abc' }), "'nonce-abc' matches."],
    ["script-src 'strict-dynamic' https:", script(), `${isVoid}.`],
    [
      "script-src 'strict-dynamic' 'nonce-abc' 'sha256-x'",
      script(),
      `${isVoid}; the element has no nonce; the element has no integrity attribute for a hash to match.`,
    ],
    [
      "script-src 'sha256-x'",
      script({ integrity: 'sha256-y' }),
      'not every hash of the integrity attribute is in the list.',
    ],
    [
      "script-src 'strict-dynamic'",
      script({ parserInserted: false }),
      "'strict-dynamic' allows it.",
    ],
  ])('%s · %j', (value, check, expected) => {
    expect(why(value, check)).toBe(absent + expected)
  })

  const text = 'go()'
  const hash = `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const inline = (kind: InlineCheck['inline'], facts: Partial<InlineCheck> = {}): InlineCheck => ({
    type: 'inline',
    inline: kind,
    source: text,
    ...facts,
  })
  test.each<[string, InlineCheck, string]>([
    [
      "script-src-elem 'self'",
      inline('script'),
      `'unsafe-inline' is absent; ${hash} would allow exactly this text.`,
    ],
    [
      "script-src-elem 'self'",
      inline('script', { source: undefined }),
      "'unsafe-inline' is absent.",
    ],
    [
      "script-src-elem 'unsafe-inline' 'nonce-x'",
      inline('script'),
      `'unsafe-inline' is void beside a nonce or hash; the element has no nonce; ${hash} would allow exactly this text.`,
    ],
    [
      "script-src-elem 'unsafe-inline' 'strict-dynamic'",
      inline('script', { source: undefined }),
      "'unsafe-inline' is void beside 'strict-dynamic'.",
    ],
    [
      "script-src-elem 'nonce-x'",
      inline('navigation'),
      `'unsafe-inline' is absent; nonces count for elements only; 'unsafe-hashes' and ${hash} would allow exactly this text.`,
    ],
    [
      `script-src-elem ${hash}`,
      inline('navigation'),
      "'unsafe-inline' is absent; the hash of this text is in the list, and counts here only with 'unsafe-hashes'.",
    ],
    [
      "script-src-elem 'unsafe-hashes'",
      inline('navigation'),
      `'unsafe-inline' is absent; ${hash} would allow exactly this text.`,
    ],
    ["script-src-elem 'none'", inline('script'), 'the list allows nothing.'],
    [`script-src-elem ${hash}`, inline('script'), `${hash} matches.`],
  ])('%s · %j', (value, check, expected) => {
    expect(why(value, check)).toBe(`script-src-elem decides; ${expected}`)
  })
})

describe('the rest', () => {
  test.each<[string, Check, string, DialectName?]>([
    ["script-src 'self'", { type: 'eval' }, "script-src decides; 'unsafe-eval' is absent."],
    [
      "default-src 'trusted-types-eval'",
      { type: 'eval' },
      "script-src is absent, so default-src decides; 'unsafe-eval' is absent, and 'trusted-types-eval' counts only where trusted types are required.",
    ],
    [
      "script-src 'self'",
      { type: 'wasm' },
      "script-src decides; 'wasm-unsafe-eval' and 'unsafe-eval' are absent.",
    ],
    [
      "frame-ancestors 'self'",
      { type: 'frame-ancestors', ancestors: [self, 'https://a.example'] },
      "frame-ancestors decides; nothing matches the ancestor https://a.example; 'self' does not match because the host differs.",
    ],
    [
      "frame-ancestors 'self'",
      { type: 'frame-ancestors', ancestors: [null] },
      'frame-ancestors decides; an ancestor has an opaque origin, which nothing matches.',
    ],
    [
      "frame-ancestors 'self'",
      { type: 'frame-ancestors', ancestors: [] },
      'frame-ancestors decides; the document is not embedded.',
    ],
    ['form-action', { type: 'webrtc' }, 'webrtc is absent, so nothing restricts it.', 'spec'],
    ['webrtc x', { type: 'webrtc' }, "webrtc decides; only a single 'allow' allows it.", 'spec'],
    ['webrtc x', { type: 'webrtc' }, 'no directive is asked about this.'],
    [
      'trusted-types a',
      { type: 'trusted-types-policy', name: 'b' },
      'trusted-types decides; the name is not in the list.',
    ],
    [
      'trusted-types a',
      { type: 'trusted-types-policy', name: 'a', created: ['a'] },
      "trusted-types decides; the name is taken and 'allow-duplicates' is absent.",
    ],
    [
      "require-trusted-types-for 'script'",
      { type: 'trusted-types-sink', sink: 'eval' },
      'require-trusted-types-for decides; the sink wants a trusted type.',
    ],
  ])('%s · %j', (value, check, expected, dialect) => {
    expect(why(value, check, dialect)).toBe(expected)
  })
})

test('says which policy is meant, violated ones first', () => {
  const records = [
    { value: 'img-src *' },
    { value: 'img-src *', disposition: 'report' },
    { value: "img-src 'none'", disposition: 'report' },
    { value: "img-src 'none'", source: 'meta' },
  ] as const
  const check = connect('https://a.example/', { destination: 'image' })
  expect(explain(decide(records, check))).toEqual([
    'Blocked: the image https://a.example/.',
    'Policy 3 (report-only: it reports and blocks nothing): img-src decides; the list allows nothing.',
    'Policy 4 (meta): img-src decides; the list allows nothing.',
    'Policy 1: img-src decides; * matches.',
    'Policy 2 (report-only): img-src decides; * matches.',
  ])
  expect(explain(decide(records[2], check))[1]).toMatch(/^The policy \(report-only: it/)
})

test('the example in the documentation', () => {
  const check = { type: 'request', url: 'https://shop.example:8443/' } as const
  expect(explain(decide(csp().defaultSrc(SELF), check, { self }))).toEqual([
    'Blocked: the connection to https://shop.example:8443/.',
    "connect-src is absent, so default-src decides; 'self' does not match because the port differs.",
  ])
})

test('refuses what is no decision', () => {
  const decision = decide(csp(), { type: 'eval' })
  const refusal = expect.objectContaining({ code: 'ERR_CSP_CHECK' })
  expect(() => explain(JSON.parse(JSON.stringify(decision)) as typeof decision)).toThrow(refusal)
  expect(() => explain(null as unknown as typeof decision)).toThrow(refusal)
})
