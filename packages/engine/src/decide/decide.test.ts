/**
 * Decisions that the conformance cases do not pin: inputs, every kind of check, reasons, delivery,
 * dialects.
 */

import { createHash } from 'node:crypto'
import { csp, deliver, NONCE, parsePolicy, SELF } from '@cusp/core'
import { describe, expect, test } from 'vitest'
import type { Check, InlineCheck, RequestCheck } from '../check/check.ts'
import { audit } from '../audit/audit.ts'
import { compare } from '../compare/compare.ts'
import { subsumes } from '../compare/subsumes.ts'
import { compile, decide } from './decide.ts'
import type { PolicyResult } from './decision.ts'
import type { DialectName } from '../dialects/differences.ts'
import { isElementNonceable } from '../rules/inline.ts'
import type { PolicyInput } from '../policy/policy-input.ts'

const self = 'https://shop.example'
const image = { type: 'request', destination: 'image', url: 'https://evil.example/x.png' } as const
const own = { ...image, url: 'https://shop.example/x.png' } as const

function first(value: string, check: Check, dialect?: DialectName): PolicyResult | undefined {
  return decide({ value }, check, { self, dialect }).results[0]
}

describe('policies', () => {
  const policy = csp().imgSrc(SELF)
  const wide = csp().imgSrc('*')
  test.each<[string, PolicyInput, boolean, string]>([
    ['a policy', policy, false, 'enforce'],
    ['a list', [wide, policy], false, 'enforce enforce'],
    ['the empty policy', csp(), true, 'enforce'],
    ['nothing', [], true, ''],
    ['a delivery', deliver(policy), false, 'enforce'],
    ['a report-only delivery', deliver({ reportOnly: policy }), true, 'report'],
    ['both', deliver({ enforce: wide, reportOnly: policy }), true, 'enforce report'],
    ['policies by disposition', { enforce: [wide], reportOnly: policy }, true, 'enforce report'],
    ['only reportOnly', { reportOnly: policy }, true, 'report'],
    ['a parsed policy', parsePolicy("img-src 'self'"), false, 'enforce'],
    ['a record', { value: "img-src 'self'" }, false, 'enforce'],
    [
      'a header of two',
      { value: "img-src *, img-src 'self'", disposition: 'report' },
      true,
      'report report',
    ],
    ['a header of nothing', { value: ' , ;' }, true, ''],
    [
      'a meta element is one',
      { value: "img-src *, img-src 'self'", source: 'meta' },
      false,
      'enforce',
    ],
    ['a mix', [policy, { value: 'img-src *' }, deliver(wide)], false, 'enforce enforce enforce'],
  ])('%s', (_, input, allowed, dispositions) => {
    const decision = decide(input, image, { self })
    expect(decision.allowed).toBe(allowed)
    expect(decision.results.map(({ disposition }) => disposition).join(' ')).toBe(dispositions)
    expect(decision.results.map((result) => result.policy)).toEqual(
      decision.results.map((_result, index) => index),
    )
    expect(compile(input, { self }).decide(image)).toEqual(decision)
  })

  test.each<[string, unknown]>([
    ['text', "img-src 'self'"],
    ['null', null],
    ['undefined', undefined],
    ['a number', 1],
    ['an empty object', {}],
    ['an array in a list', [[]]],
    ['a value that is no text', { value: 1 }],
    ['an unknown disposition', { value: '', disposition: 'reportOnly' }],
    ['an unknown source', { value: '', source: 'Meta' }],
    ['a record as enforce', { enforce: { value: '' } }],
    ['a function', () => csp()],
  ])('refuses %s', (_, input) => {
    const refusal = expect.objectContaining({ name: 'CspError', code: 'ERR_CSP_INPUT' })
    expect(() => decide(input as PolicyInput, image)).toThrow(refusal)
  })
})

describe('options and checks', () => {
  test.each<[string, unknown]>([
    ['a host', 'shop.example'],
    ['a number', 1],
    ['nothing', ''],
  ])('refuses self: %s', (_, bad) => {
    const refusal = expect.objectContaining({ code: 'ERR_CSP_CHECK', value: bad })
    expect(() => decide(csp(), image, { self: bad as string })).toThrow(refusal)
    expect(() => compile(csp(), { self: bad as string })).toThrow(refusal)
  })

  test.each([null, undefined, 'null', 'data:,x', 'about:blank', 'blob:data:x'])(
    'self %s is opaque',
    (opaque) => {
      expect(decide({ value: "img-src 'self'" }, own, { self: opaque }).allowed).toBe(false)
    },
  )

  test.each([
    'https://shop.example/',
    'https://shop.example:443/page?x',
    'blob:https://shop.example/1',
  ])('self %s is its origin', (page) => {
    expect(decide({ value: "img-src 'self'" }, own, { self: page }).allowed).toBe(true)
  })

  test.each([undefined, null, 'request', {}, { type: 'fetch' }, { type: undefined }])(
    'refuses the check %j',
    (bad) => {
      expect(() => decide(csp(), bad as Check)).toThrow(
        expect.objectContaining({ code: 'ERR_CSP_CHECK' }),
      )
    },
  )

  test('refuses an unknown type of inline check and an unknown dialect', () => {
    const bad = { type: 'inline', inline: 'handler' } as unknown as InlineCheck
    expect(() => decide(csp(), bad)).toThrow(
      'Cannot decide: inline is "handler", which is not a kind of inline code',
    )
    const dialect = 'opera' as DialectName
    expect(() => decide(csp(), image, { dialect })).toThrow('the dialect "opera" is not known')
  })

  test('takes URL objects and parsed policies of any dialect once', () => {
    const policy = csp().imgSrc(SELF)
    const check = { ...image, url: new URL(own.url) }
    for (const dialect of ['engines', 'spec', 'engines'] as const) {
      expect(decide(policy, check, { self, dialect }).allowed).toBe(true)
    }
  })

  test('a decision is plain data to JSON', () => {
    const decision = decide({ value: 'img-src data: *' }, image, { self })
    expect(JSON.parse(JSON.stringify(decision))).toEqual({
      allowed: true,
      check: image,
      results: [
        {
          policy: 0,
          disposition: 'enforce',
          source: 'header',
          violated: false,
          reason: 'url-matches',
          effectiveDirective: 'img-src',
          directive: 'img-src',
          chain: ['img-src', 'default-src'],
          expression: '*',
        },
      ],
    })
  })
})

describe('effective directives', () => {
  test.each([
    ['', 'connect-src'],
    ['json', 'connect-src'],
    ['text', 'connect-src'],
    ['webidentity', 'connect-src'],
    ['script', 'script-src-elem'],
    ['xslt', 'script-src-elem'],
    ['audioworklet', 'script-src-elem'],
    ['paintworklet', 'script-src-elem'],
    ['worker', 'worker-src'],
    ['sharedworker', 'worker-src'],
    ['serviceworker', 'worker-src'],
    ['style', 'style-src-elem'],
    ['image', 'img-src'],
    ['font', 'font-src'],
    ['audio', 'media-src'],
    ['video', 'media-src'],
    ['track', 'media-src'],
    ['manifest', 'manifest-src'],
    ['object', 'object-src'],
    ['embed', 'object-src'],
    ['frame', 'frame-src'],
    ['iframe', 'frame-src'],
    ['fencedframe', 'fenced-frame-src'],
    ['something-new', 'connect-src'],
    ['constructor', 'connect-src'],
  ])('%s is %s', (destination, expected) => {
    const check: RequestCheck = { type: 'request', destination, url: 'https://evil.example/' }
    expect(first("default-src 'none'", check)).toMatchObject({
      violated: true,
      effectiveDirective: expected,
      directive: 'default-src',
      reason: 'nothing-allowed',
    })
    expect(first(`${expected} https://evil.example`, check)?.violated).toBe(false)
    expect(first("base-uri 'none'", check)).toMatchObject({
      reason: 'no-directive',
      directive: null,
      expression: null,
    })
  })

  test.each<[string, Partial<RequestCheck>]>([
    ['a report', { destination: 'report' }],
    ['a download', { destination: '', initiator: 'download' }],
    ['a top-level navigation', { destination: 'document' }],
    ['an about:blank frame', { destination: 'iframe', url: 'about:blank' }],
    ['an about:blank frame with a fragment', { destination: 'frame', url: 'about:blank#x' }],
  ])('nobody asks about %s', (_, facts) => {
    expect(first("default-src 'none'", { ...image, ...facts })).toMatchObject({
      reason: 'not-applicable',
      effectiveDirective: null,
      chain: [],
    })
  })

  test.each<[string, Partial<RequestCheck>, string]>([
    ['a top-level navigation by the draft', { destination: 'document' }, 'connect-src'],
    [
      'an about:blank frame by the draft',
      { destination: 'iframe', url: 'about:blank' },
      'frame-src',
    ],
  ])('%s', (_, facts, effectiveDirective) => {
    expect(first("default-src 'none'", { ...image, ...facts }, 'spec')).toMatchObject({
      violated: true,
      effectiveDirective,
    })
  })

  test.each(['about:legacy-compat', 'data:text/html,x', 'nothing'])(
    'a frame of %s is asked about',
    (url) => {
      expect(first('frame-src https:', { ...image, destination: 'iframe', url })?.violated).toBe(
        true,
      )
    },
  )
})

describe('requests', () => {
  const script = {
    type: 'request',
    destination: 'script',
    url: 'https://evil.example/x.js',
  } as const
  const worker = { ...script, destination: 'worker' } as const
  const hash = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
  const other = 'sha384-BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB'
  test.each<[string, Check, string, string | null]>([
    ["script-src 'nonce-abc'", { ...script, nonce: 'abc' }, 'nonce-matches', "'nonce-abc'"],
    ["script-src 'nonce-abc'", { ...script, nonce: 'ABC' }, 'url-mismatch', null],
    ["script-src 'nonce-abc'", { ...script, nonce: 'abc', nonceable: false }, 'url-mismatch', null],
    ["default-src 'nonce-abc'", { ...script, nonce: 'abc' }, 'nonce-matches', "'nonce-abc'"],
    ["default-src 'nonce-abc'", { ...worker, nonce: 'abc' }, 'url-mismatch', null],
    ["worker-src 'nonce-abc'", { ...worker, nonce: 'abc' }, 'url-mismatch', null],
    ["script-src 'nonce-abc'", { ...worker, nonce: 'abc' }, 'nonce-matches', "'nonce-abc'"],
    ["script-src 'strict-dynamic'", worker, 'keyword-allows', "'strict-dynamic'"],
    ["default-src 'strict-dynamic'", worker, 'keyword-allows', "'strict-dynamic'"],
    ["default-src 'strict-dynamic'", { ...worker, parserInserted: true }, 'url-mismatch', null],
    ["worker-src 'strict-dynamic'", worker, 'url-mismatch', null],
    ["script-src-elem 'strict-dynamic' https:", script, 'parser-inserted', "'strict-dynamic'"],
    [
      "script-src 'strict-dynamic' https:",
      { ...script, parserInserted: false },
      'keyword-allows',
      "'strict-dynamic'",
    ],
    ["img-src 'strict-dynamic' https:", image, 'url-matches', 'https:'],
    [
      "style-src 'nonce-abc'",
      { ...script, destination: 'style', nonce: 'abc' },
      'nonce-matches',
      "'nonce-abc'",
    ],
    ["style-src 'nonce-abc'", { ...script, destination: 'style' }, 'url-mismatch', null],
    ["img-src 'nonce-abc'", { ...image, nonce: 'abc' }, 'url-mismatch', null],
    [`script-src '${hash}'`, { ...script, integrity: hash }, 'integrity-matches', `'${hash}'`],
    [
      `script-src '${hash}'`,
      { ...script, integrity: `${hash}?x` },
      'integrity-matches',
      `'${hash}'`,
    ],
    [
      `script-src '${hash}'`,
      { ...script, integrity: `\n md5-x ${hash.replace('sha', 'SHA')} ` },
      'integrity-matches',
      `'${hash}'`,
    ],
    [`script-src '${hash}'`, { ...script, integrity: `${hash} ${other}` }, 'url-mismatch', null],
    [
      `script-src '${other}' '${hash}'`,
      { ...script, integrity: `${hash} ${other}` },
      'integrity-matches',
      `'${hash}'`,
    ],
    [`script-src '${hash}'`, { ...script, integrity: 'md5-x' }, 'url-mismatch', null],
    [`script-src '${hash}'`, { ...script, integrity: ' ' }, 'url-mismatch', null],
    [
      "script-src 'sha256-a-b'",
      { ...script, integrity: 'sha256-a+b' },
      'integrity-matches',
      "'sha256-a-b'",
    ],
    [
      "script-src 'sha256-a-b'",
      { ...script, integrity: 'sha256-a-b' },
      'integrity-matches',
      "'sha256-a-b'",
    ],
    ["script-src 'none' https:", script, 'url-matches', 'https:'],
    ["script-src 'none' 'none'", script, 'url-mismatch', null],
    ["script-src 'NONE'", script, 'nothing-allowed', null],
    ['script-src', script, 'nothing-allowed', null],
    ["connect-src 'self'", { type: 'request', url: 'nothing' }, 'invalid-url', null],
    ["img-src 'self'", { type: 'request', url: 'nothing' }, 'no-directive', null],
    ['img-src https:', { ...image, serverCertificateHashes: true }, 'url-matches', 'https:'],
    [
      'img-src http: https: https://evil.example *.example https://*',
      image,
      'url-matches',
      'https://evil.example',
    ],
    ['img-src http: *.example', image, 'url-matches', '*.example'],
    ['img-src http://* http:', image, 'url-matches', 'http:'],
    ['img-src ws://*', image, 'url-matches', 'ws://*'],
    [
      'img-src https://evil.example/y/ https://evil.example/x.png',
      image,
      'url-matches',
      'https://evil.example/x.png',
    ],
    [
      'img-src https://evil.example/y',
      { ...image, redirectCount: 1 },
      'url-matches',
      'https://evil.example/y',
    ],
  ])('%s · %j', (value, check, reason, expression) => {
    expect(first(value, check)).toMatchObject({ reason, expression })
  })

  test.each<[string, RequestCheck, boolean]>([
    ["default-src 'self'", { ...own, initiator: 'prefetch' }, true],
    ["default-src 'none'; img-src 'self'", { ...own, initiator: 'prerender' }, true],
    [
      "default-src 'none'; base-uri 'self'; script-src-attr 'self'",
      { ...own, initiator: 'prefetch' },
      false,
    ],
    ["img-src 'none'", { ...own, initiator: 'prefetch' }, true],
    [
      "default-src 'nonce-abc' 'strict-dynamic'",
      { ...own, initiator: 'prefetch', nonce: 'abc' },
      false,
    ],
  ])('a hint: %s · %j', (value, check, allowed) => {
    expect(first(value, check)).toMatchObject({
      violated: !allowed,
      effectiveDirective: 'default-src',
    })
  })
})

describe('inline', () => {
  const text = 'alert(1)'
  const digest = createHash('sha512').update(text).digest('base64')
  const url = digest.replaceAll('+', '-').replaceAll('/', '_')
  const inline = (kind: InlineCheck['inline'], facts: Partial<InlineCheck> = {}): InlineCheck => ({
    type: 'inline',
    inline: kind,
    source: text,
    ...facts,
  })
  test.each<[string, InlineCheck, string, string | null]>([
    ["script-src 'unsafe-inline'", inline('script'), 'keyword-allows', "'unsafe-inline'"],
    ["script-src 'unsafe-inline' 'nonce-x'", inline('script'), 'inline-blocked', null],
    ["style-src 'unsafe-inline' 'sha256-x'", inline('style attribute'), 'inline-blocked', null],
    [
      "script-src 'unsafe-inline' 'strict-dynamic'",
      inline('script attribute'),
      'inline-blocked',
      null,
    ],
    [
      "default-src 'unsafe-inline' 'strict-dynamic'",
      inline('style'),
      'keyword-allows',
      "'unsafe-inline'",
    ],
    ["script-src 'nonce-abc'", inline('script', { nonce: 'abc' }), 'nonce-matches', "'nonce-abc'"],
    ["style-src 'nonce-abc'", inline('style', { nonce: 'abc' }), 'nonce-matches', "'nonce-abc'"],
    [
      "script-src 'nonce-abc'",
      inline('script attribute', { nonce: 'abc' }),
      'inline-blocked',
      null,
    ],
    ["script-src 'nonce-abc'", inline('navigation', { nonce: 'abc' }), 'inline-blocked', null],
    [
      "script-src 'nonce-abc'",
      inline('script', { nonce: 'abc', nonceable: false }),
      'inline-blocked',
      null,
    ],
    [`script-src 'sha512-${digest}'`, inline('script'), 'hash-matches', `'sha512-${digest}'`],
    [`script-src 'sha512-${url}'`, inline('script'), 'hash-matches', `'sha512-${url}'`],
    [
      `script-src 'sha256-x' 'SHA512-${digest}'`,
      inline('script'),
      'hash-matches',
      `'SHA512-${digest}'`,
    ],
    [
      `script-src 'sha512-${digest}'`,
      inline('script', { source: `${text} ` }),
      'inline-blocked',
      null,
    ],
    [
      `script-src 'sha512-${digest}'`,
      inline('script', { source: undefined }),
      'inline-blocked',
      null,
    ],
    [`script-src 'sha512-${digest}'`, inline('script attribute'), 'inline-blocked', null],
    [
      `script-src 'unsafe-hashes' 'sha512-${digest}'`,
      inline('script attribute'),
      'hash-matches',
      `'sha512-${digest}'`,
    ],
    [
      `style-src-attr 'unsafe-hashes' 'sha512-${digest}'`,
      inline('style attribute'),
      'hash-matches',
      `'sha512-${digest}'`,
    ],
    [
      "script-src 'strict-dynamic'",
      inline('script', { parserInserted: false }),
      'keyword-allows',
      "'strict-dynamic'",
    ],
    ["script-src 'strict-dynamic'", inline('script'), 'inline-blocked', null],
    [
      "script-src 'strict-dynamic' 'unsafe-hashes'",
      inline('script attribute', { parserInserted: false }),
      'inline-blocked',
      null,
    ],
    [
      "style-src 'strict-dynamic'",
      inline('style', { parserInserted: false }),
      'inline-blocked',
      null,
    ],
    ["script-src 'none'", inline('script'), 'nothing-allowed', null],
    ['img-src *', inline('script'), 'no-directive', null],
  ])('%s · %j', (value, check, reason, expression) => {
    expect(first(value, check)).toMatchObject({ reason, expression })
  })

  test.each<[string, readonly (readonly [string, string])[], object, boolean]>([
    ['with a nonce', [['nonce', 'x']], {}, true],
    ['without one', [['src', 'x']], {}, false],
    ['with a duplicate attribute', [['nonce', 'x']], { hasDuplicateAttribute: true }, false],
    [
      'with <script in a name',
      [
        ['a<SCRIPT', ''],
        ['nonce', 'x'],
      ],
      {},
      false,
    ],
    [
      'with <style in a value',
      [
        ['a', 'b<style'],
        ['nonce', 'x'],
      ],
      {},
      false,
    ],
    [
      'that is no script',
      [
        ['a', 'b<style'],
        ['nonce', 'x'],
      ],
      { isScript: false },
      true,
    ],
  ])('an element %s', (_, attributes, facts, expected) => {
    const how = { isScript: true, hasDuplicateAttribute: false, ...facts }
    expect(isElementNonceable(attributes, how)).toBe(expected)
  })
})

describe('code, documents, navigation', () => {
  const required = "require-trusted-types-for 'script'"
  const trustedEval = { type: 'eval', trusted: true } as const
  const worker = { ...image, destination: 'worker' } as const
  const redirected = {
    type: 'request',
    destination: 'script',
    url: 'https://a.example/',
    redirectCount: 1,
  } as const
  const hint = { ...image, initiator: 'prefetch' } as const
  const style = { type: 'inline', inline: 'style attribute', source: '' } as const
  const handler = { type: 'inline', inline: 'script attribute', source: '' } as const
  test.each<[string, Check, boolean, string]>([
    ["script-src 'trusted-types-eval'", { type: 'eval' }, true, 'eval-blocked'],
    [`script-src 'trusted-types-eval'; ${required}`, trustedEval, false, 'keyword-allows'],
    [`script-src 'self'; ${required}`, trustedEval, true, 'eval-blocked'],
    [`script-src 'unsafe-eval'; ${required}`, { type: 'eval' }, true, 'trusted-type-required'],
    [
      `script-src 'trusted-types-eval'; ${required}`,
      { type: 'eval' },
      true,
      'trusted-type-required',
    ],
    ["script-src-elem 'none'", { type: 'eval' }, false, 'no-directive'],
    ["default-src 'wasm-unsafe-eval'", { type: 'wasm' }, false, 'keyword-allows'],
    ["default-src 'wasm-unsafe-eval'", { type: 'eval' }, true, 'eval-blocked'],
    ["script-src 'self'", { type: 'wasm' }, true, 'wasm-blocked'],
    ["default-src 'none'", { type: 'base-uri', url: 'https://a.example/' }, false, 'no-directive'],
    ["base-uri 'none'", { type: 'base-uri', url: 'https://a.example/' }, true, 'nothing-allowed'],
    ["base-uri 'self'", { type: 'base-uri', url: 'data:x' }, false, 'not-applicable'],
    ["base-uri 'self'", { type: 'base-uri', url: 'javascript:x' }, false, 'not-applicable'],
    ["base-uri 'self'", { type: 'base-uri', url: '/x' }, true, 'invalid-url'],
    ["form-action 'self'", { type: 'form-action', url: 'javascript:x' }, true, 'url-mismatch'],
    [
      'form-action a.example/x',
      { type: 'form-action', url: 'https://a.example/y', redirectCount: 1 },
      false,
      'url-matches',
    ],
    ["frame-ancestors 'none'", { type: 'frame-ancestors', ancestors: [] }, false, 'top-level'],
    [
      "frame-ancestors 'none'",
      { type: 'frame-ancestors', ancestors: [null], url: 'data:x' },
      false,
      'not-applicable',
    ],
    [
      "frame-ancestors 'none'",
      { type: 'frame-ancestors', ancestors: [null], url: 'https://a.example' },
      true,
      'nothing-allowed',
    ],
    ['frame-ancestors *', { type: 'frame-ancestors', ancestors: [null] }, true, 'opaque-ancestor'],
    ['frame-ancestors *', { type: 'frame-ancestors', ancestors: ['x'] }, true, 'opaque-ancestor'],
    [
      'frame-ancestors *',
      { type: 'frame-ancestors', ancestors: ['data:x'] },
      true,
      'opaque-ancestor',
    ],
    [
      'frame-ancestors https:',
      { type: 'frame-ancestors', ancestors: ['https://a.example/page', 'https://b.example'] },
      false,
      'ancestors-match',
    ],
    [
      'frame-ancestors https:',
      { type: 'frame-ancestors', ancestors: ['https://a.example', 'http://b.example'] },
      true,
      'ancestor-mismatch',
    ],
    ["default-src 'none'", { type: 'frame-ancestors', ancestors: [null] }, false, 'no-directive'],
    ['trusted-types', { type: 'trusted-types-policy', name: 'a' }, true, 'nothing-allowed'],
    ["trusted-types 'NONE'", { type: 'trusted-types-policy', name: 'a' }, true, 'nothing-allowed'],
    ["trusted-types a 'none'", { type: 'trusted-types-policy', name: 'a' }, false, 'name-matches'],
    [
      'trusted-types a',
      { type: 'trusted-types-policy', name: 'a', created: ['a'] },
      true,
      'duplicate-name',
    ],
    [
      "trusted-types a 'Allow-Duplicates'",
      { type: 'trusted-types-policy', name: 'a', created: ['a'] },
      false,
      'name-matches',
    ],
    [
      "trusted-types 'allow-duplicates'",
      { type: 'trusted-types-policy', name: 'a' },
      true,
      'name-mismatch',
    ],
    ['trusted-types a?', { type: 'trusted-types-policy', name: 'a?' }, true, 'name-mismatch'],
    ['trusted-types *', { type: 'trusted-types-policy', name: 'a?' }, false, 'name-matches'],
    [required, { type: 'trusted-types-sink', sink: 'eval' }, true, 'trusted-type-required'],
    [
      "require-trusted-types-for 'style'",
      { type: 'trusted-types-sink', sink: 'eval' },
      false,
      'not-applicable',
    ],
    ["default-src 'none'", { type: 'trusted-types-sink', sink: 'eval' }, false, 'no-directive'],
    ["webrtc 'block'", { type: 'webrtc' }, false, 'not-applicable'],
  ])('%s · %j', (value, check, violated, reason) => {
    expect(first(value, check)).toMatchObject({ violated, reason })
  })

  const transport = {
    type: 'request',
    url: 'https://a.example/',
    serverCertificateHashes: true,
  } as const
  test.each<[string, Check, boolean, string]>([
    ["webrtc 'ALLOW'", { type: 'webrtc' }, false, 'keyword-allows'],
    ["webrtc 'allow' 'allow'", { type: 'webrtc' }, true, 'webrtc-blocked'],
    ['webrtc', { type: 'webrtc' }, true, 'webrtc-blocked'],
    ["default-src 'none'", { type: 'webrtc' }, false, 'no-directive'],
    ['connect-src https:', transport, true, 'certificate-hashes-blocked'],
    ["default-src 'unsafe-webtransport-hashes'", transport, false, 'keyword-allows'],
  ])('%s · %j in the draft, and in no engine', (value, check, violated, reason) => {
    expect(first(value, check, 'spec')).toMatchObject({ violated, reason })
  })

  test("'trusted-types-eval' counts for every policy once an enforced one requires trusted types", () => {
    const evals = { value: "script-src 'trusted-types-eval'" }
    expect(decide([evals, { value: required }], trustedEval).allowed).toBe(true)
    const report = { value: required, disposition: 'report' } as const
    expect(decide([evals, report], trustedEval).allowed).toBe(false)
  })

  test('a plain string that is refused is not compiled, so that script-src is not asked', () => {
    const policies = [{ value: "script-src 'self'" }, { value: required }]
    const { results } = decide(policies, { type: 'eval' })
    expect(results.map(({ reason }) => reason)).toEqual(['no-directive', 'trusted-type-required'])
    const reported = { value: required, disposition: 'report' } as const
    const both = decide([{ value: "script-src 'self'" }, reported], { type: 'eval' })
    expect(both.results.map(({ reason }) => reason)).toEqual([
      'eval-blocked',
      'trusted-type-required',
    ])
  })

  const script = { ...own, destination: 'script' } as const
  const object = { ...own, destination: 'object' } as const
  const srcdoc = { type: 'request', destination: 'iframe', url: 'about:srcdoc' } as const
  test.each<[string, Check, string]>([
    [
      "form-action 'none'",
      { type: 'form-action', url: 'https://a.example/', redirectCount: 1 },
      'firefox',
    ],
    [
      'frame-ancestors https://a.example/x',
      { type: 'frame-ancestors', ancestors: ['https://a.example'] },
      'firefox',
    ],
    ['trusted-types *', { type: 'trusted-types-policy', name: 'a?' }, 'spec engines firefox'],
    [
      'trusted-types *',
      { type: 'trusted-types-policy', name: '' },
      'spec engines chromium firefox webkit',
    ],
    ["script-src https: 'url-sha256-abcd'", script, 'spec engines firefox webkit'],
    ["script-src 'sha256-abcd'", { ...script, integrity: 'SHA256-abcd' }, 'spec engines webkit'],
    [
      "script-src 'sha256-abcd'",
      { ...script, integrity: 'sha256-abcd sha256-' },
      'engines chromium firefox webkit',
    ],
    [
      "script-src 'sha256-abcd'",
      { ...script, initiator: 'preload', integrity: 'sha256-abcd' },
      'spec engines chromium firefox',
    ],
    ["script-src 'strict-dynamic'", { ...script, initiator: 'preload' }, 'firefox webkit'],
    ['trusted-types *x', { type: 'trusted-types-policy', name: 'a' }, 'webkit'],
    [
      "require-trusted-types-for 'SCRIPT'",
      { type: 'trusted-types-sink', sink: 'eval' },
      'spec engines chromium firefox',
    ],
    [`script-src 'trusted-types-eval'; ${required}`, { type: 'eval' }, 'chromium'],
    [`script-src 'unsafe-eval' 'trusted-types-eval'; ${required}`, { type: 'eval' }, ''],
    ["object-src 'self'; frame-src 'none'", object, 'spec engines firefox webkit'],
    ["object-src 'none'; frame-src 'self'", object, ''],
    [
      "object-src 'self'; frame-src 'none'",
      { ...object, mimeType: 'image/png' },
      'spec engines chromium firefox webkit',
    ],
    [
      "object-src 'self'; frame-src 'none'",
      { ...object, mimeType: 'image/svg+xml' },
      'spec engines firefox webkit',
    ],
    ["object-src 'none'", { ...object, mimeType: 'image/png', redirectCount: 1 }, ''],
    ["object-src 'none'", { ...object, redirectCount: 1 }, 'chromium'],
    ["frame-src 'none'", { ...object, redirectCount: 1 }, 'spec engines firefox webkit'],
    [
      "script-src 'nonce-abc'",
      { type: 'inline', inline: 'script', nonce: ' abc\t' },
      'chromium webkit',
    ],
    ['connect-src https:', transport, 'engines chromium firefox webkit'],
    ["connect-src 'unsafe-webtransport-hashes'", transport, 'spec'],
    ["webrtc 'block'", { type: 'webrtc' }, 'engines chromium firefox webkit'],
    ["frame-src 'none'", srcdoc, 'engines chromium firefox webkit'],
    ['frame-ancestors *', { type: 'frame-ancestors', ancestors: [null] }, 'firefox'],
    ['frame-ancestors https:', { type: 'frame-ancestors', ancestors: [null] }, ''],
    ['img-src https://shop.example/{id}/', { ...own, url: `${self}/{id}/x` }, 'chromium webkit'],
    ['img-src https://shop.example/[x]', { ...own, url: `${self}/[x]` }, 'chromium webkit'],
    ['img-src https://shop.example/[x]', { ...own, url: `${self}/y` }, ''],
    ['img-src */[x]', { ...own, url: `${self}/[x]` }, 'chromium'],
    ['img-src x@y/[x]', { ...own, url: `${self}/[x]` }, ''],
    ["default-src 'strict-dynamic'", worker, 'engines chromium firefox webkit'],
    ["worker-src 'strict-dynamic'", worker, 'chromium firefox'],
    ["default-src 'strict-dynamic' 'self'", own, 'spec engines chromium firefox'],
    ["default-src 'self' 'strict-dynamic'", own, 'spec engines chromium firefox'],
    ["default-src 'strict-dynamic' https:", own, 'spec engines chromium firefox'],
    ["default-src https: 'strict-dynamic'", own, 'spec engines chromium firefox webkit'],
    ["default-src 'strict-dynamic' *", own, 'spec engines chromium firefox webkit'],
    ["img-src 'strict-dynamic' 'self'", own, 'spec engines chromium firefox webkit'],
    ["default-src 'unsafe-inline' 'strict-dynamic'", style, 'spec engines firefox'],
    ["style-src 'unsafe-inline' 'strict-dynamic'", style, 'spec engines chromium firefox webkit'],
    ["script-src-attr 'unsafe-inline' 'strict-dynamic'", handler, 'webkit'],
    ["script-src 'unsafe-inline' 'strict-dynamic'", handler, ''],
    ["script-src 'strict-dynamic' https:", redirected, 'webkit'],
    ['script-src https://b.example', redirected, ''],
    ['img-src https://shop.example:0443', own, 'spec engines chromium webkit'],
    [
      'img-src https://shop.example:0',
      { ...own, url: 'https://shop.example:0/' },
      'spec engines chromium firefox webkit',
    ],
    ["child-src 'strict-dynamic'", worker, 'chromium firefox'],
    ["default-src 'none'; img-src *", hint, 'spec engines chromium webkit'],
    ["default-src 'strict-dynamic'", hint, 'chromium'],
    ["default-src 'none'; worker-src 'strict-dynamic'", hint, 'chromium'],
    ["default-src 'none'; child-src 'strict-dynamic'", hint, 'chromium'],
    ["default-src 'none'; script-src 'strict-dynamic'", hint, 'chromium'],
    ["default-src 'none'; script-src-elem 'strict-dynamic'", hint, ''],
    ["default-src 'none'; script-src 'strict-dynamic'; worker-src 'none'", hint, ''],
    ["default-src 'none'; script-src 'strict-dynamic'; child-src", hint, ''],
    ["default-src 'none'; img-src 'strict-dynamic'", hint, ''],
    [
      "script-src 'unsafe-inline' 'sha256-ABCDE'",
      { type: 'inline', inline: 'script', source: '' },
      'chromium webkit',
    ],
    ["img-src 'none'\u0001", image, 'engines chromium firefox webkit'],
    [
      "script-src 'sha256-47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'",
      { type: 'inline', inline: 'script', source: '' },
      'chromium webkit',
    ],
    [
      "script-src 'sha256-47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'",
      {
        type: 'request',
        destination: 'script',
        url: 'https://a.example/',
        integrity: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      },
      'chromium webkit',
    ],
    [
      "script-src 'sha256-47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU='",
      {
        type: 'request',
        destination: 'script',
        url: 'https://a.example/',
        integrity: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      },
      'engines chromium firefox webkit',
    ],
  ])('%s · %j by dialect', (value, check, expected) => {
    const names = (['spec', 'engines', 'chromium', 'firefox', 'webkit'] as const).filter(
      (dialect) => decide({ value }, check, { self, dialect }).allowed,
    )
    expect(names.join(' ')).toBe(expected)
  })

  test('Chromium and WebKit split a meta element at commas', () => {
    const record = { value: "img-src *, img-src 'none'", source: 'meta' } as const
    const splitting = (['spec', 'engines', 'chromium', 'firefox', 'webkit'] as const).filter(
      (dialect) => decide(record, image, { dialect }).results.length === 2,
    )
    expect(splitting).toEqual(['chromium', 'webkit'])
    expect(decide(record, image, { dialect: 'webkit' })).toMatchObject({ allowed: false })
  })

  test('a nonce placeholder is no text', () => {
    const policy = csp().scriptSrc(NONCE)
    const check = { type: 'inline', inline: 'script', nonce: NONCE } as const
    expect(decide(policy, check, { dialect: 'chromium' }).allowed).toBe(true)
  })
})

describe('delivery', () => {
  test.each<[string, Check]>([
    ["frame-ancestors 'none'", { type: 'frame-ancestors', ancestors: [null] }],
  ])('meta ignores %s', (value, check) => {
    expect(decide({ value, source: 'meta' }, check)).toMatchObject({
      allowed: true,
      results: [{ source: 'meta', reason: 'no-directive' }],
    })
    expect(decide({ value }, check).allowed).toBe(false)
  })

  test('every violated policy is in the results, and only the enforced ones block', () => {
    const decision = decide(
      [{ value: 'img-src *' }, { value: "img-src 'none'", disposition: 'report' }],
      image,
    )
    expect(decision.allowed).toBe(true)
    expect(decision.results.map(({ violated }) => violated)).toEqual([false, true])
  })
})

describe('arguments that would do nothing', () => {
  const request = { type: 'request', url: 'https://a.example/' } as const
  test.each<[check: object, advice: string]>([
    [{ ...request, redirects: 1 }, '"redirects" is not a fact of a request check. Use url, '],
    [{ ...request, redirectcount: 1 }, '. Use redirectCount.'],
    [{ ...request, destination: 'img' }, '. Use "image".'],
    [{ ...request, destination: 'img-src' }, '. Use "image".'],
    [{ ...request, destination: 'stylesheet' }, '. Use "style".'],
    [{ ...request, destination: 'js' }, '. Use "script".'],
    [{ ...request, destination: 'Script' }, '. Use "script".'],
    [{ ...request, destination: 'iframes' }, '. Use "iframe".'],
    [
      { ...request, destination: 'fetch' },
      '. Use "", the empty text, for what scripts connect to.',
    ],
    [{ ...request, initiator: 'pre-fetch' }, '. Use "prefetch".'],
    [{ ...request, context: 'src-doc' }, '. Use "srcdoc".'],
    [{ ...request, context: 'iframe' }, '. Use "blob", "blob-worker", "data", '],
    [
      { type: 'form-action', url: 'https://a.example/', context: 'sandbox' },
      'context "sandbox" is not a document or worker that browsers know. Use "sandboxed".',
    ],
    [{ type: 'request' }, 'url is undefined in a request check'],
    [{ type: 'request', url: 7 }, 'url is 7 in a request check'],
    [{ type: 'eval', code: 'x' }, '"code" is not a fact of an eval check. Use source or trusted.'],
    [{ type: 'wasm', source: 'x' }, 'Such a check has no facts.'],
    [{ type: 'inline', inline: 'script', hash: 'x' }, '"hash" is not a fact'],
    [
      { type: 'frame-ancestors', ancestors: 'https://a.example' },
      'ancestors is "https://a.example"',
    ],
    [{ type: 'trusted-types-policy', name: 'a', created: 'a' }, 'created is "a"'],
    [{ type: 'base-uri', url: null }, 'url is null in a base-uri check'],
  ])('%j', (check, advice) => {
    const refusal = { code: 'ERR_CSP_CHECK', message: expect.stringContaining(advice) as string }
    expect(() => decide(csp(), check as Check)).toThrow(expect.objectContaining(refusal))
  })

  test('a new kind of request is asked about', () => {
    const check = { ...request, destination: 'hologram' }
    expect(decide({ value: "connect-src 'none'" }, check).allowed).toBe(false)
  })

  test.each<[options: object, advice: string]>([
    [{ dialekt: 'spec' }, 'the option "dialekt" is not known. Use dialect.'],
    [{ origin: 'https://a.example' }, 'the option "origin" is not known. Use self or dialect.'],
  ])('options %j', (options, advice) => {
    const refusal = { code: 'ERR_CSP_CHECK', message: expect.stringContaining(advice) as string }
    for (const call of [
      () => decide(csp(), request, options),
      () => compile(csp(), options),
      () => audit(csp(), options),
      () => subsumes(csp(), csp(), options),
    ]) {
      expect(call).toThrow(expect.objectContaining(refusal))
    }
    expect(() => compare(csp(), csp(), options)).toThrow('is not known. Use ')
  })
})
