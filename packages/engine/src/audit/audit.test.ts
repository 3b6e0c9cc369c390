import { readFileSync } from 'node:fs'
import { NONCE, csp, deliver, parsePolicy } from '@cusp/core'
import { describe, expect, it, test } from 'vitest'
import type { FindingId } from './weaknesses.ts'
import { FINDINGS } from './weaknesses.ts'
import { audit } from './audit.ts'
import type { PolicyInput } from '../policy/policy-input.ts'

const RANDOM = 'EDNnf03nceIOfn39fn3e9h3sdfa'
const STRICT = `script-src 'nonce-${RANDOM}' 'strict-dynamic' 'unsafe-inline' https:; object-src 'none'; base-uri 'none'`
const CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const REPORTED = "require-trusted-types-for 'script'; report-to csp"

type Case = readonly [policy: string, id: FindingId, directive: string, value?: string | undefined]

const found: readonly Case[] = [
  // scripts
  ["frame-ancestors 'none'", 'scripts-unrestricted', 'script-src'],
  ["script-src 'unsafe-inline'", 'inline-script', 'script-src', "'unsafe-inline'"],
  ["default-src 'Unsafe-Inline'", 'inline-script', 'default-src', "'Unsafe-Inline'"],
  ["script-src-attr 'none'", 'inline-script', 'script-src'],
  ["script-src-elem 'self'", 'inline-handler', 'script-src'],
  [
    "script-src 'self'; script-src-attr 'unsafe-inline'",
    'inline-handler',
    'script-src-attr',
    "'unsafe-inline'",
  ],
  ['script-src *', 'any-script-host', 'script-src', '*'],
  ['script-src https:', 'any-script-host', 'script-src', 'https:'],
  ['default-src http:', 'any-script-host', 'default-src', 'http:'],
  ['script-src *:8443', 'any-script-host', 'script-src', '*:8443'],
  ['script-src https://*/js/', 'any-script-host', 'script-src', 'https://*/js/'],
  ['script-src *.com', 'any-script-host', 'script-src', '*.com'],
  ["script-src-attr 'none'", 'any-script-host', 'script-src'],
  ['script-src data:', 'data-script', 'script-src', 'data:'],
  ['script-src blob:', 'blob-script', 'script-src', 'blob:'],
  ['script-src filesystem:', 'filesystem-script', 'script-src', 'filesystem:'],
  ["script-src 'unsafe-inline' 'sha256-ABCDE'", 'undecodable-hash', 'script-src', "'sha256-ABCDE'"],
  ["style-src 'unsafe-inline' 'sha256-ABCDE'", 'undecodable-hash', 'style-src', "'sha256-ABCDE'"],
  // also where scripts are unrestricted
  ["img-src 'self'", 'open-base', 'base-uri'],
  ['script-src www.google.com', 'script-bypass', 'script-src', 'www.google.com'],
  ['script-src *.googleapis.com', 'script-bypass', 'script-src', '*.googleapis.com'],
  [
    'script-src https://ajax.googleapis.com/ajax/libs/angularjs/',
    'script-bypass',
    'script-src',
    'https://ajax.googleapis.com/ajax/libs/angularjs/',
  ],
  [
    "script-src www.google-analytics.com 'unsafe-eval'",
    'script-bypass',
    'script-src',
    'www.google-analytics.com',
  ],
  // where anybody may publish, or have a host
  ['script-src unpkg.com', 'public-script-host', 'script-src', 'unpkg.com'],
  ['script-src https://esm.sh', 'public-script-host', 'script-src', 'https://esm.sh'],
  ['script-src cdn.skypack.dev', 'public-script-host', 'script-src', 'cdn.skypack.dev'],
  ['script-src raw.githack.com', 'public-script-host', 'script-src', 'raw.githack.com'],
  ['script-src cdn.jsdelivr.net', 'public-script-host', 'script-src', 'cdn.jsdelivr.net'],
  [
    'script-src https://cdn.jsdelivr.net/gh/',
    'public-script-host',
    'script-src',
    'https://cdn.jsdelivr.net/gh/',
  ],
  ['script-src *.vercel.app', 'public-script-host', 'script-src', '*.vercel.app'],
  ['script-src https://*.github.io', 'public-script-host', 'script-src', 'https://*.github.io'],
  ['script-src *.co.uk', 'public-script-host', 'script-src', '*.co.uk'],
  ['script-src *.amazonaws.com', 'public-script-host', 'script-src', '*.amazonaws.com'],
  ['script-src *.googleapis.com', 'public-script-host', 'script-src', '*.googleapis.com'],
  ["default-src 'none'; connect-src *.vercel.app", 'public-host', 'connect-src', '*.vercel.app'],
  ["default-src 'none'; form-action *.co.uk", 'public-host', 'form-action', '*.co.uk'],
  ['frame-ancestors *.netlify.app', 'public-host', 'frame-ancestors', '*.netlify.app'],
  [`script-src 'nonce-${RANDOM}'`, 'movable-base', 'base-uri'],
  [`script-src 'nonce-${RANDOM}'; base-uri *`, 'movable-base', 'base-uri', '*'],
  [
    "script-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=' 'strict-dynamic'",
    'movable-base',
    'base-uri',
  ],
  ["script-src 'self'", 'open-base', 'base-uri'],
  ["script-src 'self'; base-uri https:", 'open-base', 'base-uri', 'https:'],
  ["script-src 'unsafe-eval'", 'eval', 'script-src', "'unsafe-eval'"],
  ["script-src-elem 'none'", 'eval', 'script-src'],
  ["script-src 'wasm-unsafe-eval'", 'wasm', 'script-src', "'wasm-unsafe-eval'"],
  ["script-src 'self' a.example", 'script-allow-list', 'script-src', "'self'"],
  ["script-src 'unsafe-hashes'", 'unsafe-hashes', 'script-src', "'unsafe-hashes'"],
  ["script-src 'strict-dynamic'", 'strict-dynamic-alone', 'script-src', "'strict-dynamic'"],
  [`script-src 'nonce-${RANDOM}'`, 'no-inline-fallback', 'script-src'],
  [`script-src 'nonce-${RANDOM}' 'strict-dynamic' 'self'`, 'no-host-fallback', 'script-src'],
  // what else loads, is sent or frames
  ["script-src 'none'", 'any-object', 'object-src'],
  ['object-src data:', 'any-object', 'object-src', 'data:'],
  ["default-src 'none'; object-src 'self'", 'allowed-objects', 'object-src', "'self'"],
  ["default-src 'none'", 'any-ancestor', 'frame-ancestors'],
  ['frame-ancestors https:', 'any-ancestor', 'frame-ancestors', 'https:'],
  ["default-src 'none'", 'any-form-target', 'form-action'],
  ['form-action *', 'any-form-target', 'form-action', '*'],
  ["default-src 'none'; connect-src wss:", 'any-connection', 'connect-src', 'wss:'],
  ["script-src 'self'", 'any-connection', 'connect-src'],
  ['child-src *', 'any-frame', 'child-src', '*'],
  ["default-src 'none'; style-src https:", 'any-style', 'style-src', 'https:'],
  ["script-src 'self'; child-src blob:", 'any-worker', 'child-src', 'blob:'],
  ["script-src-elem 'self'", 'any-worker', 'worker-src'],
  ["script-src 'self'; worker-src data:", 'any-worker', 'worker-src', 'data:'],
  ["style-src 'unsafe-inline'", 'inline-style', 'style-src', "'unsafe-inline'"],
  [
    "style-src 'self'; style-src-attr 'unsafe-inline'",
    'inline-style',
    'style-src-attr',
    "'unsafe-inline'",
  ],
  // values
  ['img-src http://a.example', 'insecure-source', 'img-src', 'http://a.example'],
  ['connect-src ws:', 'insecure-source', 'connect-src', 'ws:'],
  ['default-src http://a.example', 'insecure-source', 'default-src', 'http://a.example'],
  ['base-uri http://a.example', 'insecure-source', 'base-uri', 'http://a.example'],
  ['frame-ancestors http://a.example', 'insecure-source', 'frame-ancestors', 'http://a.example'],
  [
    'frame-ancestors http://a.example; upgrade-insecure-requests',
    'insecure-source',
    'frame-ancestors',
    'http://a.example',
  ],
  [
    'img-src http://a.example; upgrade-insecure-requests',
    'upgraded-source',
    'img-src',
    'http://a.example',
  ],
  [
    'form-action http://a.example; upgrade-insecure-requests',
    'upgraded-source',
    'form-action',
    'http://a.example',
  ],
  ['img-src 192.0.2.1', 'ip-host', 'img-src', '192.0.2.1'],
  ['connect-src api.example/v1', 'narrow-path', 'connect-src', 'api.example/v1'],
  ['img-src cdn.example/*', 'narrow-path', 'img-src', 'cdn.example/*'],
  ['script-src eval', 'keyword-as-host', 'script-src', 'eval'],
  ['sandbox allow-anything', 'no-effect', 'sandbox', 'allow-anything'],
  ["script-src 'nonce-short'", 'short-nonce', 'script-src', "'nonce-short'"],
  ["style-src 'nonce-short'", 'short-nonce', 'style-src', "'nonce-short'"],
  ["script-src 'self' object-src 'none'", 'missing-semicolon', 'script-src', 'object-src'],
  ['script-scr a.example', 'unknown-directive', 'script-scr'],
  ['new-thing a.example', 'unknown-directive', 'new-thing'],
  ['script-src “self”', 'dropped-directive', 'script-src'],
  ["script-src 'self'; script-src *", 'dropped-directive', 'script-src'],
  ["img-src 'self", 'invalid-value', 'img-src', "'self"],
  ["img-src 'none' a.example", 'no-effect', 'img-src'],
  ["img-src 'unsafe-eval'", 'no-effect', 'img-src', "'unsafe-eval'"],
  ['block-all-mixed-content', 'deprecated-directive', 'block-all-mixed-content'],
  ['plugin-types a/b', 'deprecated-directive', 'plugin-types'],
  ['report-uri http://a.example/r', 'insecure-report-endpoint', 'report-uri', 'http://a.example/r'],
  ["default-src 'self'", 'no-trusted-types', 'require-trusted-types-for'],
  ["default-src 'self'", 'no-reporting', 'report-to'],
]

/** What only scripts show, or forms. */
const SANDBOXED: readonly FindingId[] = [
  'scripts-unrestricted',
  'inline-script',
  'inline-handler',
  'any-script-host',
  'data-script',
  'blob-script',
  'script-bypass',
  'movable-base',
  'eval',
  'wasm',
  'any-connection',
  'any-worker',
  'no-trusted-types',
]

const notFound: readonly (readonly [policy: string, id: FindingId])[] = [
  [STRICT, 'inline-script'],
  [STRICT, 'any-script-host'],
  [STRICT, 'movable-base'],
  [STRICT, 'no-inline-fallback'],
  [STRICT, 'no-host-fallback'],
  [STRICT, 'short-nonce'],
  [STRICT, 'static-nonce'],
  [STRICT, 'script-allow-list'],
  ["script-src 'self' *.example.com", 'any-script-host'],
  ['script-src www.google.com/recaptcha/', 'script-bypass'],
  ['script-src https://unpkg.com/react@19.0.0/index.js', 'public-script-host'],
  ['script-src https://cdn.jsdelivr.net/npm/react@19.0.0/', 'public-script-host'],
  // one customer of many
  ['script-src shop.vercel.app', 'public-script-host'],
  ['script-src *.shop.co.uk', 'public-script-host'],
  ['script-src *.example.com', 'public-script-host'],
  ["script-src 'nonce-abc' 'strict-dynamic' unpkg.com", 'public-script-host'],
  ["script-src unpkg.com, script-src 'self'", 'public-script-host'],
  ['img-src *.vercel.app', 'public-host'],
  ['script-src www.google-analytics.com', 'script-bypass'],
  ['script-src http://www.google.com:8080', 'script-bypass'],
  ["script-src 'unsafe-inline' 'strict-dynamic'", 'inline-script'],
  ["script-src 'self'; worker-src 'none'", 'any-worker'],
  // HTML forbids workers of another origin
  ["script-src 'self'; child-src *", 'any-worker'],
  [STRICT, 'any-worker'],
  ...SANDBOXED.map(
    (id) => [`sandbox; script-src * 'unsafe-inline' 'unsafe-eval' data: blob:`, id] as const,
  ),
  ...SANDBOXED.map((id) => ['sandbox allow-forms; img-src *', id] as const),
  ['sandbox allow-scripts', 'any-form-target'],
  ['sandbox allow-scripts; sandbox', 'any-form-target'],
  // browsers take no plain strings there
  [`script-src 'unsafe-eval'; ${REPORTED}`, 'eval'],
  [`script-src 'self'; worker-src data:; ${REPORTED}`, 'any-worker'],
  // a worker that scripts may be loaded from anyway says nothing new
  [
    "script-src 'unsafe-inline' 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='",
    'undecodable-hash',
  ],
  ['script-src *; worker-src *', 'any-worker'],
  ["script-src 'none'; frame-src 'self'; child-src *", 'any-frame'],
  ["script-src 'unsafe-eval' 'wasm-unsafe-eval'", 'wasm'],
  ['report-uri http://localhost:3000/r', 'insecure-report-endpoint'],
  ['img-src https://a.example', 'insecure-source'],
  // a path matches no ancestor
  ['frame-ancestors http://a.example/x', 'insecure-source'],
  // the mixture is blocked, not loaded
  ["img-src http://a.example, img-src 'none'", 'insecure-source'],
  ["object-src *, object-src 'none'", 'any-object'],
  ["script-src *, script-src 'self'", 'any-script-host'],
  [`${CLOSED}; ${REPORTED}`, 'open-base'],
]

function isStatic(input: PolicyInput): boolean {
  return audit(input).some(({ id, witness }) => id === 'static-nonce' && witness !== null)
}

describe('audit', () => {
  const rows = found.map(([value, id, directive, text]) => ({ value, id, directive, text }))
  test.each(rows)('$value: $id', ({ value, id, directive, text }) => {
    const finding = audit({ value }).find((one) => one.id === id && one.directive === directive)
    expect(finding).toMatchObject({ id, severity: FINDINGS.get(id)?.severity, directive })
    expect(finding?.value).toBe(text)
    expect(finding?.message).not.toMatch(/undefined|null/)
  })

  test.each(notFound)('%s: no %s', (value, id) => {
    expect(audit({ value }).map((finding) => finding.id)).not.toContain(id)
  })

  test.each<[policy: string, message: string]>([
    ["img-src 'self", 'browsers ignore it'],
    ['img-src self', 'browsers take it for the host self'],
    ['img-src https://a.example/x?y=1', 'browsers take it for the host https://a.example/x'],
    [
      'img-src https://a.example?y=1',
      'Chromium and Safari ignore it; Firefox takes it for the host https://a.example',
    ],
    [
      "script-src 'unsafe-inline' 'sha256-abc12'",
      "Chromium and Safari ignore it; Firefox takes it for a hash, which makes 'unsafe-inline' void and matches nothing",
    ],
  ])('%s: says what browsers make of the value', (value, message) => {
    const finding = audit({ value }).find(({ id }) => id === 'invalid-value')
    expect(finding?.message).toContain(`; ${message}`)
  })

  test('every weakness of the table has a case', () => {
    const elsewhere: readonly FindingId[] = ['not-enforced', 'static-nonce']
    const ids = new Set([...found.map(([, id]) => id), ...elsewhere])
    expect([...FINDINGS.keys()].filter((id) => !ids.has(id))).toEqual([])
  })

  test('the table of the README is that of the code', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const written = Array.from(
      readme.matchAll(/^\| `([a-z-]+)` +\| (high|medium|low|info) +\| (.*?) *\| (.*?) *\|$/gm),
      ([, ...cells]) => cells,
    )
    const expected = Array.from(FINDINGS.values(), ({ id, severity, meaning, fix }) => [
      id,
      severity,
      meaning.replace('<base>', '`<base>`'),
      fix,
    ])
    expect(written).toEqual(expected)
  })

  it('finds nothing in a closed policy', () => {
    expect(audit({ value: `${CLOSED}; ${REPORTED}` })).toEqual([])
  })

  it('puts the worst first', () => {
    const order = ['high', 'medium', 'low', 'info']
    const severities = audit({
      value: "script-src * 'unsafe-inline' 'unsafe-eval' http://1.2.3.4",
    }).map(({ severity }) => order.indexOf(severity))
    expect(severities).toEqual(severities.toSorted((one, other) => one - other))
    expect(new Set(severities).size).toBe(4)
  })

  it('names each weakness once', () => {
    const findings = audit({ value: 'script-src * *, script-src * *' })
    const keys = findings.map(({ id, directive, value }) => `${id} ${directive} ${value}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test.each<[value: string, source: 'header' | 'meta', id: FindingId, because: string]>([
    [
      'script-src “self”',
      'header',
      'scripts-unrestricted',
      'script-src does not count (browsers drop it) and default-src is absent',
    ],
    [
      "script-src 'self'\u0001",
      'header',
      'scripts-unrestricted',
      'script-src does not count (browsers drop it: it holds a control character) and default-src is absent',
    ],
    [
      "frame-ancestors 'none'; img-src *",
      'meta',
      'any-ancestor',
      'frame-ancestors does not count (it stands in a meta tag and needs a header)',
    ],
    ['img-src *', 'meta', 'any-ancestor', 'frame-ancestors is absent'],
  ])('%s in a %s: %s says what is written there', (value, source, id, because) => {
    // A policy of which all is dropped is none, so something stands beside it.
    const text = value.includes('img-src') ? value : `${value}; img-src *`
    const finding = audit({ value: text, source }).find((one) => one.id === id)
    expect(finding?.message).toContain(`${because}, so `)
  })

  it('makes one finding of the values that are weak alike', () => {
    const findings = audit({
      value:
        'img-src http://a.example http://b.example http://c.example http://d.example x.example/a x.example/b',
    })
    expect(findings.filter(({ id }) => id === 'insecure-source')).toMatchObject([
      {
        value: 'http://a.example',
        values: ['http://a.example', 'http://b.example', 'http://c.example', 'http://d.example'],
        message: expect.stringMatching(
          /^img-src has http:\/\/a.example, http:\/\/b.example, http:\/\/c.example and 1 more, so /,
        ),
      },
    ])
    expect(findings.filter(({ id }) => id === 'narrow-path')).toMatchObject([
      {
        values: ['x.example/a', 'x.example/b'],
        message: expect.stringMatching(/; the same goes for x.example\/b$/),
      },
    ])
  })

  it('knows a sandbox that only a header sets', () => {
    const value = "sandbox; script-src 'unsafe-inline'"
    const idsOf = (source: 'header' | 'meta'): readonly FindingId[] =>
      audit({ value, source }).map(({ id }) => id)
    expect(idsOf('header')).not.toContain('inline-script')
    expect(idsOf('meta')).toContain('inline-script')
  })

  it('picks a host for the attacker that no source names', () => {
    const [finding] = audit({ value: 'script-src https: attacker.example *.example-1' })
    expect(finding?.witness).toMatchObject({ url: 'https://attacker.example-2/' })
  })

  it('audits report-only policies as if they were enforced, and says so first', () => {
    const value = "script-src 'unsafe-inline'; upgrade-insecure-requests"
    const [first, second, ...rest] = audit({ value, disposition: 'report' })
    expect(first).toMatchObject({ id: 'not-enforced', severity: 'high' })
    expect(second).toMatchObject({ id: 'inline-script' })
    expect(rest).toContainEqual(
      expect.objectContaining({ id: 'no-effect', directive: 'upgrade-insecure-requests' }),
    )
    const strict = { enforce: csp().defaultSrc("'none'"), reportOnly: csp().scriptSrc('*') }
    expect(audit(strict).map(({ id }) => id)).not.toContain('not-enforced')
    expect(audit({ reportOnly: csp().scriptSrc('*') })[0]?.id).toBe('not-enforced')
    expect(audit([])).toEqual([expect.objectContaining({ id: 'not-enforced' })])
  })

  it('knows what a meta element ignores', () => {
    const findings = audit({ value: "frame-ancestors 'none'; script-src 'self'", source: 'meta' })
    expect(findings).toContainEqual(expect.objectContaining({ id: 'any-ancestor' }))
    expect(findings).toContainEqual(
      expect.objectContaining({ id: 'no-effect', directive: 'frame-ancestors' }),
    )
  })

  it('calls a nonce static where it is part of a value, not where it was read from a response', () => {
    const policy = csp().scriptSrc(`'nonce-${RANDOM}'`)
    expect(isStatic(policy)).toBe(true)
    expect(isStatic(deliver(policy))).toBe(true)
    expect(isStatic({ enforce: [policy] })).toBe(true)
    expect(isStatic(parsePolicy(STRICT))).toBe(false)
    expect(isStatic({ value: STRICT })).toBe(false)
    expect(isStatic(csp().scriptSrc(NONCE))).toBe(false)
  })

  it('reads schemeless hosts for the page that it is given', () => {
    const value = 'img-src a.example'
    expect(audit({ value }, { self: 'http://a.example' }).map(({ id }) => id)).not.toContain(
      'insecure-source',
    )
    expect(audit({ value: 'script-src *.com' }, { self: null }).map(({ id }) => id)).not.toContain(
      'any-script-host',
    )
    expect(audit({ value: "script-src 'self'" }, { self: null }).map(({ id }) => id)).not.toContain(
      'script-allow-list',
    )
  })

  it('takes bounded time for a megabyte', () => {
    const started = process.cpuUsage()
    audit({
      value: `script-src ${'*.a.example '.repeat(90_000)}; img-src ${'http://b '.repeat(1000)}`,
    })
    const { user, system } = process.cpuUsage(started)
    expect((user + system) / 1000).toBeLessThan(10_000)
  }, 60_000)
})
