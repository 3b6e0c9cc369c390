import { NONCE, csp } from '@cusp/core'
import { describe, expect, it, test } from 'vitest'
import { compare } from './compare.ts'
import type { Decision } from '../decide/decision.ts'
import type { DialectName } from '../dialects/differences.ts'
import { explain } from '../explain/explain.ts'
import type { ChangeKind } from '../rules/rule.ts'

const HASH = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"
const DOING = 'doSomething();'

type Change = readonly [
  change: 'narrower' | 'wider',
  kind: ChangeKind,
  directive: string,
  ...values: readonly string[],
]

interface Row {
  readonly before: string
  readonly after: string
  readonly changes: readonly Change[]
  /** `engines` unless told. */
  readonly dialect?: DialectName
}

const rows: readonly Row[] = [
  { before: "img-src 'self'", after: "img-src 'self' ; ", changes: [] },
  { before: 'img-src a.example b.example', after: 'img-src B.example a.example', changes: [] },
  { before: 'img-src *', after: 'img-src * https:', changes: [] },
  { before: 'img-src https:', after: 'img-src https: a.example/x', changes: [] },
  { before: "default-src 'self'", after: "default-src 'self'; img-src 'self'", changes: [] },
  {
    before: "img-src 'self'",
    after: "img-src 'self' cdn.example",
    changes: [['wider', 'url', 'img-src', 'cdn.example']],
  },
  {
    before: 'img-src a.example',
    after: 'img-src b.example',
    changes: [
      ['wider', 'url', 'img-src', 'b.example'],
      ['narrower', 'url', 'img-src', 'a.example'],
    ],
  },
  {
    before: 'img-src http://a.example',
    after: 'img-src https://a.example',
    changes: [['narrower', 'url', 'img-src', 'http://a.example']],
  },
  {
    before: 'img-src a.example/x/',
    after: 'img-src a.example/x/y',
    changes: [['narrower', 'url', 'img-src', 'a.example/x/']],
  },
  {
    before: 'img-src a.example',
    after: 'img-src a.example:*',
    changes: [['wider', 'url', 'img-src', 'a.example:*']],
  },
  {
    before: 'img-src *.a.example',
    after: 'img-src a.example',
    changes: [
      ['wider', 'url', 'img-src', 'a.example'],
      ['narrower', 'url', 'img-src', '*.a.example'],
    ],
  },
  {
    before: 'img-src *',
    after: 'img-src https: http: ws: wss:',
    changes: [],
  },
  {
    before: "default-src 'self'",
    after: "default-src 'self' https://api.example; connect-src 'none'",
    changes: [
      ['wider', 'url', 'default-src', 'https://api.example'],
      ['narrower', 'url', 'default-src', "'self'"],
    ],
  },
  { before: "img-src 'self'", after: '', changes: [['wider', 'url', 'img-src']] },
  { before: "base-uri 'none'", after: '', changes: [['wider', 'url', 'base-uri']] },
  { before: '', after: "form-action 'self'", changes: [['narrower', 'url', 'form-action']] },
  {
    before: "frame-ancestors 'none'",
    after: 'frame-ancestors https://a.example',
    changes: [['wider', 'url', 'frame-ancestors', 'https://a.example']],
  },
  {
    before: "script-src 'self'",
    after: "script-src 'self' 'unsafe-inline'",
    changes: [['wider', 'inline', 'script-src', "'unsafe-inline'"]],
  },
  {
    before: "script-src 'unsafe-inline'",
    after: "script-src 'unsafe-inline' 'nonce-abc'",
    changes: [
      ['wider', 'nonce', 'script-src', "'nonce-abc'"],
      ['narrower', 'inline', 'script-src', "'unsafe-inline'"],
    ],
  },
  {
    before: "script-src 'self'",
    after: "script-src 'self' 'unsafe-eval'",
    changes: [
      ['wider', 'eval', 'script-src', "'unsafe-eval'"],
      ['wider', 'wasm', 'script-src', "'unsafe-eval'"],
    ],
  },
  {
    before: "script-src 'unsafe-eval'",
    after: "script-src 'wasm-unsafe-eval'",
    changes: [['narrower', 'eval', 'script-src', "'unsafe-eval'"]],
  },
  {
    before: "script-src 'nonce-abc'",
    after: "script-src 'nonce-abc' 'strict-dynamic'",
    changes: [['wider', 'strict-dynamic', 'script-src', "'strict-dynamic'"]],
  },
  {
    before: "script-src 'self'",
    after: `script-src 'self' ${HASH}`,
    changes: [['wider', 'hash', 'script-src', HASH]],
  },
  {
    before: "style-src 'self'",
    after: `style-src 'self' ${HASH}`,
    changes: [['wider', 'hash', 'style-src', HASH]],
  },
  {
    before: `script-src-attr ${HASH}`,
    after: `script-src-attr ${HASH} 'unsafe-hashes'`,
    changes: [['wider', 'hash', 'script-src-attr', HASH]],
  },
  {
    before: "connect-src 'self'",
    after: "connect-src 'self' 'unsafe-webtransport-hashes'",
    dialect: 'spec',
    changes: [['wider', 'certificate-hashes', 'connect-src', "'unsafe-webtransport-hashes'"]],
  },
  // no engine knows them
  {
    before: "connect-src 'self'",
    after: "connect-src 'self' 'unsafe-webtransport-hashes'",
    changes: [],
  },
  { before: "webrtc 'block'", after: '', changes: [] },
  {
    before: 'sandbox',
    after: 'sandbox allow-forms',
    changes: [['wider', 'sandbox', 'sandbox', 'forms']],
  },
  {
    before: '',
    after: 'sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-top-navigation',
    changes: [
      [
        'narrower',
        'sandbox',
        'sandbox',
        'navigation',
        'document-domain',
        'pointer-lock',
        'popups-escape-sandbox',
        'modals',
        'orientation-lock',
        'presentation',
        'downloads',
        'storage-access-by-user-activation',
      ],
    ],
  },
  {
    before: 'trusted-types one',
    after: 'trusted-types two',
    changes: [
      ['wider', 'trusted-types', 'trusted-types', 'two'],
      ['narrower', 'trusted-types', 'trusted-types', 'one'],
    ],
  },
  {
    before: 'trusted-types one',
    after: "trusted-types one 'allow-duplicates'",
    changes: [['wider', 'trusted-types', 'trusted-types', 'one']],
  },
  {
    before: '',
    after: "require-trusted-types-for 'script'",
    changes: [['narrower', 'trusted-types', 'require-trusted-types-for']],
  },
  {
    before: "webrtc 'block'",
    after: '',
    dialect: 'spec',
    changes: [['wider', 'webrtc', 'webrtc']],
  },
  {
    before: '',
    after: 'upgrade-insecure-requests',
    changes: [['narrower', 'upgrade', 'upgrade-insecure-requests']],
  },
  {
    before: 'upgrade-insecure-requests; img-src http:',
    after: 'upgrade-insecure-requests; img-src https:',
    // loopback hosts are not upgraded
    changes: [['narrower', 'url', 'img-src', 'http:']],
  },
  {
    before: 'upgrade-insecure-requests',
    after: '',
    changes: [['wider', 'upgrade', 'upgrade-insecure-requests']],
  },
  // hints follow every list: they are named where nothing else is
  {
    before: "default-src 'none'; img-src *; font-src *",
    after: "default-src 'none'; img-src *; font-src *; unknown x",
    changes: [],
  },
  // a second policy only tightens
  {
    before: 'img-src *',
    after: 'img-src *, img-src a.example',
    changes: [['narrower', 'url', 'img-src', '*']],
  },
  {
    before: 'script-src a.example, script-src a.example/x',
    after: 'script-src a.example/x',
    changes: [],
  },
]

describe('compare', () => {
  test.each(rows)('$before → $after', ({ before, after, changes, dialect }) => {
    const found = compare({ value: before }, { value: after }, { dialect })
    expect(
      found.map(({ change, kind, directive, values }) => [change, kind, directive, ...values]),
    ).toEqual(changes)
    for (const { message, effectiveDirectives } of found) {
      expect(message).not.toMatch(/undefined|null|\bby $/)
      expect(effectiveDirectives).not.toEqual([])
    }
  })

  it('gives decisions that can be explained', () => {
    const [change] = compare(
      csp().defaultSrc("'self'"),
      csp().defaultSrc("'self'").imgSrc("'self'", 'https://cdn.example'),
    )
    expect(change).toMatchObject({
      change: 'wider',
      directive: 'img-src',
      effectiveDirectives: ['img-src'],
      witness: { type: 'request', destination: 'image', url: 'https://cdn.example/' },
      before: { allowed: false },
      after: { allowed: true },
      message: 'img-src now allows the image https://cdn.example/ by https://cdn.example',
    })
    expect(change?.before && explain(change.before).join(' ')).toContain('default-src')
  })

  it('groups what one directive decides for several', () => {
    const [change, ...others] = compare(
      { value: "default-src 'none'" },
      { value: 'default-src a.example' },
    )
    expect(others).toEqual([])
    expect(change).toMatchObject({ directive: 'default-src', values: ['a.example'] })
    expect(change?.effectiveDirectives).toContain('worker-src')
    expect(change?.effectiveDirectives.length).toBeGreaterThan(8)
  })

  it('names hints where nothing else changes', () => {
    const before = {
      value:
        "default-src 'none'; child-src https:; frame-src 'none'; worker-src 'none'; fenced-frame-src 'none'",
    }
    const after = { value: before.value.replace('https:', 'a.example') }
    expect(compare(before, after)).toEqual([
      expect.objectContaining({
        change: 'narrower',
        kind: 'hint',
        witness: expect.objectContaining({ initiator: 'prefetch' }),
      }),
    ])
  })

  it('shows a hash by its text where that is given', () => {
    const [before, after] = [{ value: "style-src 'self'" }, { value: `style-src 'self' ${HASH}` }]
    expect(compare(before, after)).toMatchObject([
      { kind: 'hash', witness: null, before: null, after: null },
    ])
    expect(compare(before, after)[0]?.message).toBe(
      `style-src now allows a text with that hash by ${HASH}`,
    )
    expect(compare(before, after, { sources: [DOING] })).toMatchObject([
      { kind: 'hash', witness: { type: 'inline', inline: 'style', source: DOING } },
    ])
  })

  it('knows the nonce of the response', () => {
    const [change] = compare(csp().scriptSrc("'self'"), csp().scriptSrc("'self'", NONCE))
    expect(change).toMatchObject({ kind: 'nonce', witness: { nonce: NONCE } })
  })

  it('looks at enforced policies only', () => {
    const report = { value: "default-src 'none'", disposition: 'report' } as const
    expect(compare([], report)).toEqual([])
  })

  it('counts the values that it does not name', () => {
    const [change] = compare(
      { value: 'img-src' },
      { value: 'img-src a.example b.example c.example d.example' },
    )
    expect(change?.message).toMatch(/ by a\.example, b\.example, c\.example and 1 more$/)
  })

  it.each<[before: string, after: string, witness: string]>([
    ["style-src 'self'", '', 'the stylesheet https://elsewhere.example/'],
    ['style-src a.example/x/', '', 'the stylesheet https://elsewhere.example/'],
    ["script-src https: 'self'", "script-src 'self'", 'the script https://elsewhere.example/'],
    ['font-src https:', "font-src https: 'self'", 'nothing'],
    ['connect-src https:', "connect-src https: 'self'", 'the connection to wss://site.example/'],
    ['connect-src https:', 'connect-src https: wss:', 'the connection to wss://elsewhere.example/'],
    ['connect-src https:', 'connect-src *', 'the connection to wss://elsewhere.example/'],
    ['img-src https:', 'img-src https: http:', 'the image http://elsewhere.example/'],
    ['img-src https:', 'img-src https: data:', 'the image data:cusp-probe'],
    ['img-src *.example', 'img-src *.example *.test', 'the image https://www.test/'],
    ['img-src a.test/', 'img-src a.test:8443 a.test/', 'the image https://a.test:8443/'],
    ['img-src a.test', 'img-src a.test:*', 'the image https://a.test:80/'],
    ['img-src a.test/x/', 'img-src a.test/x/ a.test/y/', 'the image https://a.test/y/'],
    ['form-action a.test', 'form-action', "the form's target https://a.test/"],
    ['frame-ancestors https:', 'frame-ancestors a.test', 'embedding https://elsewhere.example/'],
    ["worker-src 'self'", '', 'the worker https://elsewhere.example/'],
    ["connect-src 'self' *", '', 'the connection to data:cusp-probe'],
  ])('%s, then %s: shows %s', (before, after, witness) => {
    const [change] = compare({ value: before }, { value: after })
    const message = change === undefined ? 'allows nothing' : change.message
    const shown = message
      .replace('embedding by', 'embedding')
      .replace('no longer forbids', 'now allows')
    expect(`${shown} `).toContain(`allows ${witness} `)
  })

  it('says that certificate hashes are asked about', () => {
    const changes = compare({ value: "connect-src 'self'" }, [], { dialect: 'spec' })
    expect(changes.map(({ message }) => message)).toContain(
      'connect-src no longer forbids WebTransport with certificate hashes to https://elsewhere.example/',
    )
  })

  it.each([
    ["base-uri 'none'", '', 'base-uri no longer forbids the base URL https://elsewhere.example/'],
    ['', "base-uri 'self'", 'base-uri now forbids the base URL https://elsewhere.example/'],
  ])('%j, then %j: says forbid, for no directive allows', (before, after, message) => {
    const changes = compare({ value: before }, { value: after })
    expect(changes.map((change) => change.message)).toEqual([message])
  })

  it('guesses at no text of inline code', () => {
    const [change] = compare(
      { value: "script-src 'nonce-abc'" },
      { value: "script-src 'unsafe-inline'" },
    )
    expect(change?.witness).toEqual({ type: 'inline', inline: 'script' })
    expect(explain(change?.before as Decision).join(' ')).not.toContain('sha256')
  })

  it('takes bounded time for long lists', () => {
    const hosts = Array.from({ length: 300 }, (_, index) => `h${index}.example`).join(' ')
    const started = performance.now()
    const changes = compare(
      { value: `default-src ${hosts}` },
      { value: `default-src ${hosts} x.example` },
    )
    expect(changes).toMatchObject([{ values: ['x.example'] }])
    expect(performance.now() - started).toBeLessThan(20_000)
  }, 60_000)
})
