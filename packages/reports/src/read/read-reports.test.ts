/** Payloads as browsers send them, as old and odd ones send them, and as nobody should. */

import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { USER_AGENTS } from '../../test/make-violation.ts'
import { groupKey } from '../group/group-key.ts'
import type { Violation } from '../model/violation.ts'
import { LIMITS } from '../model/violation.ts'
import type { Reports } from './read-reports.ts'
import { readReports } from './read-reports.ts'

/** A name, a body, and what its violation has that is not in `expected`. */
type Format = readonly [name: string, body: unknown, differs?: Partial<Violation>]
/** A body, why it is not read, and its content type. */
type Refused = readonly [body: unknown, reason: string, contentType?: string]

const receivedAt = 1_800_000_000_000
const page = 'https://shop.example/cart?x=1'
const policy = "default-src 'self'; script-src 'self' 'report-sample'; report-uri /r"
/** What Chromium posts to report-uri. */
const legacy = {
  'document-uri': page,
  referrer: 'https://search.example/',
  'violated-directive': 'script-src-elem',
  'effective-directive': 'script-src-elem',
  'original-policy': policy,
  disposition: 'report',
  'blocked-uri': 'https://cdn.example/a.js?v=2',
  'line-number': 12,
  'column-number': 5,
  'source-file': 'https://shop.example/app.js',
  'status-code': 200,
  'script-sample': 'x',
}
/** The body of a report of the Reporting API. */
const modern = {
  documentURL: page,
  referrer: 'https://search.example/',
  effectiveDirective: 'script-src-elem',
  originalPolicy: policy,
  disposition: 'report',
  blockedURL: 'https://cdn.example/a.js?v=2',
  lineNumber: 12,
  columnNumber: 5,
  sourceFile: 'https://shop.example/app.js',
  statusCode: 200,
  sample: 'x',
}
/** What both say. */
const expected: Violation = {
  page,
  referrer: 'https://search.example/',
  blocked: { kind: 'url', url: 'https://cdn.example/a.js?v=2' },
  directive: 'script-src-elem',
  disposition: 'report',
  policy,
  source: { file: 'https://shop.example/app.js', line: 12, column: 5 },
  sample: 'x',
  status: 200,
  browser: { family: 'other', version: null, engine: 'unknown', app: null },
  age: null,
  seenAt: receivedAt,
}
const report = { type: 'csp-violation', url: page, body: modern }

function read(body: unknown, options: Parameters<typeof readReports>[1] = {}): Reports {
  return readReports(body, { receivedAt, ...options })
}

function without(object: object, ...keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}

function firstSeen(options: object): number | undefined {
  return readReports(report, options).violations[0]?.seenAt
}

function readData(name: string): unknown {
  const file = new URL(`../../test-data/conformance/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** The keys of an object in snake case. */
function snake(object: object): object {
  const entries = Object.entries(object).map(
    ([key, value]) =>
      [key.replaceAll(/[A-Z]+/g, (upper) => `_${upper.toLowerCase()}`), value] as const,
  )
  return Object.fromEntries(entries)
}

describe('one violation in every format', () => {
  const formats: readonly Format[] = [
    ['report-uri', { 'csp-report': legacy }],
    ['report-uri of WebKit', { type: 'csp-violation', url: page, 'csp-report': legacy }],
    ['report-uri, snake case', { csp_report: legacy }],
    ['report-uri, camel case', { cspReport: legacy }],
    ['a list of those', [{ 'csp-report': legacy }]],
    ['report-to', [{ ...report, age: 20, user_agent: '' }], { age: 20, seenAt: receivedAt - 20 }],
    ['report-to of WebKit', report],
    ['report-to, upper case', { ...report, type: 'CSP-Violation' }],
    ['report-to, an early type', { ...report, type: 'csp' }],
    ['report-to without a type', { url: page, body: modern }],
    ['report-to, snake case', { ...report, body: snake(modern) }],
    ['report-to, page beside the body', { ...report, body: without(modern, 'documentURL') }],
    ['a bare body', modern],
    ['a bare body of report-uri', legacy],
    ['a bare body with a type', { type: 'csp-violation', ...modern }],
    [
      'a bare body with lineno and colno',
      { ...without(legacy, 'line-number', 'column-number'), lineno: 12, colno: 5 },
    ],
    [
      'numbers as texts',
      { ...legacy, 'line-number': '12', 'column-number': '5', 'status-code': '200' },
    ],
    ['null where there is nothing', { ...modern, referrer: null }, { referrer: '' }],
    [
      'no source',
      without(legacy, 'source-file', 'line-number', 'column-number'),
      { source: { file: null, line: null, column: null } },
    ],
    [
      'a line without a file',
      without(legacy, 'source-file', 'column-number'),
      { source: { file: null, line: 12, column: null } },
    ],
    ['no disposition', without(legacy, 'disposition'), { disposition: 'unknown' }],
    ['an odd disposition', { ...legacy, disposition: 'Enforce' }, { disposition: 'unknown' }],
    [
      'old Firefox',
      {
        ...without(legacy, 'effective-directive', 'disposition', 'status-code'),
        'violated-directive': "script-src https://shop.example:443 'self'",
      },
      { directive: 'script-src', disposition: 'unknown', status: null },
    ],
    [
      'an effective directive that is not one',
      { ...legacy, 'effective-directive': '!', 'violated-directive': 'IMG-SRC *' },
      { directive: 'img-src' },
    ],
    ['no blocked URL', without(legacy, 'blocked-uri'), { blocked: { kind: 'inline', url: '' } }],
    [
      'fields of the wrong type',
      {
        'document-uri': page,
        'violated-directive': 'img-src',
        'effective-directive': 7,
        'blocked-uri': ['x'],
        'original-policy': {},
        'line-number': -1,
        'column-number': 1.5,
        'status-code': '2x',
        'source-file': 3,
        referrer: true,
        'script-sample': [],
      },
      {
        referrer: '',
        blocked: { kind: 'unknown', url: '' },
        directive: 'img-src',
        disposition: 'unknown',
        policy: '',
        source: { file: null, line: null, column: null },
        sample: '',
        status: null,
      },
    ],
  ]
  test.each(formats.map(([name, body, differs = {}]) => [name, body, differs] as const))(
    '%s',
    (_, body, differs) => {
      const bytes = new TextEncoder().encode(JSON.stringify(body))
      const wanted = { violations: [{ ...expected, ...differs }], others: [], rejected: [] }
      expect(read(body), 'parsed').toEqual(wanted)
      expect(read(JSON.stringify(body)), 'text').toEqual(wanted)
      expect(read(JSON.stringify(body, null, 2)), 'text with white space').toEqual(wanted)
      expect(read(bytes), 'bytes').toEqual(wanted)
      expect(read(bytes.buffer), 'a buffer').toEqual(wanted)
    },
  )
})

describe('encodings', () => {
  const text = JSON.stringify({ 'csp-report': { ...legacy, 'script-sample': 'ü' } })
  const utf16 = (isBig: boolean): Uint8Array => {
    const view = new DataView(new ArrayBuffer(2 * text.length + 2))
    for (const [index, unit] of Array.from(`\ufeff${text}`).entries()) {
      view.setUint16(2 * index, unit.charCodeAt(0), !isBig)
    }
    return new Uint8Array(view.buffer)
  }
  test.each([
    ['UTF-8 with a mark', new TextEncoder().encode(`\ufeff${text}`)],
    ['a text with a mark', `\ufeff${text}`],
    ['UTF-16, little end first', utf16(false)],
    ['UTF-16, big end first', utf16(true)],
  ])('%s', (_, body) => {
    expect(read(body).violations[0]?.sample).toBe('ü')
  })

  it('bytes that are not UTF-8 become U+FFFD', () => {
    const bytes = new TextEncoder().encode(text.replace('ü', '?'))
    bytes[text.indexOf('ü')] = 0xff
    expect(read(bytes).violations[0]?.sample).toBe('\ufffd')
  })
})

describe('what is not read', () => {
  const bodies: readonly Refused[] = [
    [undefined, 'empty'],
    ['', 'empty'],
    [' \r\n', 'empty'],
    [new Uint8Array(), 'empty'],
    [new ArrayBuffer(0), 'empty'],
    [[], 'empty'],
    ['', 'empty', 'text/html'],
    ['{', 'not-json'],
    ['{"csp-report":', 'not-json', 'application/csp-report'],
    ['a=b', 'unsupported-type', 'application/x-www-form-urlencoded'],
    ['<p>', 'unsupported-type', ' Text/HTML ; charset=utf-8'],
    ['<p>', 'not-json', 'Application/Reports+JSON; charset=utf-8'],
    ['<p>', 'not-json', 'text/plain'],
    ['<p>', 'not-json', ';'],
    ['null', 'not-a-report'],
    ['1', 'not-a-report'],
    ['"text"', 'not-a-report'],
    ['{}', 'not-a-report'],
    ['[[]]', 'not-a-report'],
    [{ 'csp-report': 'x' }, 'not-a-report'],
    [{ 'csp-report': [legacy] }, 'not-a-report'],
    [{ body: {} }, 'not-a-report'],
    [{ type: 7, body: {} }, 'not-a-report'],
    [{ type: 'a b', body: {} }, 'not-a-report'],
    [{ type: '', body: {} }, 'not-a-report'],
    [{ 'csp-report': {} }, 'no-directive'],
    [{ 'csp-report': { 'violated-directive': '!' } }, 'no-directive'],
    [{ 'csp-report': { 'violated-directive': 'a'.repeat(65) } }, 'no-directive'],
    [{ type: 'csp-violation' }, 'no-directive'],
    [{ type: 'csp-violation', body: [] }, 'no-directive'],
    [() => 1, 'not-a-report'],
  ]
  test.each(bodies.map(([body, reason, contentType]) => [body, reason, contentType] as const))(
    '%j: %s',
    (body, reason, contentType) => {
      expect(read(body, { contentType })).toEqual({
        violations: [],
        others: [],
        rejected: [{ reason, count: 1 }],
      })
    },
  )

  it('costs its neighbours nothing and is counted', () => {
    const throwing = new Proxy({}, { get: () => expect.unreachable() })
    const body = [null, report, {}, throwing, { type: 'csp-violation' }, { 'csp-report': legacy }]
    expect(read(body)).toEqual({
      violations: [expected, expected],
      others: [],
      rejected: [
        { reason: 'not-a-report', count: 3 },
        { reason: 'no-directive', count: 1 },
      ],
    })
  })

  it('is a body that throws when it is asked', () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    expect(read(proxy).rejected).toEqual([{ reason: 'not-json', count: 1 }])
  })

  it('is what comes after the first hundred', () => {
    const { violations, rejected } = read(Array.from({ length: 105 }, () => report))
    expect(violations).toHaveLength(LIMITS.reports)
    expect(rejected).toEqual([{ reason: 'too-many', count: 5 }])
  })
})

describe('other reports', () => {
  const base = { url: page, age: 0 }
  const subject = 'https://cdn.example/a.js'
  const hash = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
  test.each<readonly [type: string, body: object | undefined, wanted: object]>([
    [
      'csp-hash',
      {
        documentURL: page,
        subresourceURL: subject,
        hash,
        destination: 'script',
        type: 'subresource',
      },
      { kind: 'hash', url: subject, hash, destination: 'script' },
    ],
    [
      'csp-hash',
      { document_url: page, subresource_url: subject, hash: 'ab12', destination: 'style' },
      { kind: 'hash', url: subject, hash: 'ab12', destination: 'style' },
    ],
    [
      'integrity-violation',
      { documentURL: page, blockedURL: subject, destination: 'script', reportOnly: false },
      { kind: 'integrity', url: subject, destination: 'script', disposition: 'enforce' },
    ],
    [
      'integrity-violation',
      { documentURL: page, blockedURL: subject, destination: 'style', reportOnly: true },
      { kind: 'integrity', url: subject, destination: 'style', disposition: 'report' },
    ],
    [
      'integrity-violation',
      {},
      { kind: 'integrity', url: '', destination: '', disposition: 'unknown' },
    ],
    [
      'permissions-policy-violation',
      { policyId: 'geolocation', disposition: 'enforce', message: 'x' },
      { kind: 'permissions', feature: 'geolocation', disposition: 'enforce' },
    ],
    [
      'potential-permissions-policy-violation',
      { featureId: 'camera', disposition: 'report' },
      { kind: 'permissions', feature: 'camera', disposition: 'report' },
    ],
    [
      'connection-allowlist',
      { connection: subject, disposition: 'enforce' },
      { kind: 'connection', url: subject, disposition: 'enforce' },
    ],
    [
      'deprecation',
      { id: 'UnloadHandler', message: 'x' },
      { kind: 'plain', detail: 'UnloadHandler' },
    ],
    ['intervention', { id: 'HeavyAd' }, { kind: 'plain', detail: 'HeavyAd' }],
    ['crash', { reason: 'oom' }, { kind: 'plain', detail: 'oom' }],
    [
      'network-error',
      { type: 'tcp.refused', phase: 'x' },
      { kind: 'plain', detail: 'tcp.refused' },
    ],
    ['coep', { type: 'corp', blockedURL: subject }, { kind: 'plain', detail: 'corp' }],
    ['my.own_type', { anything: 1 }, { kind: 'plain', detail: '' }],
    ['without-a-body', undefined, { kind: 'plain', detail: '' }],
  ])('%s %j', (type, body, wanted) => {
    const { violations, others, rejected } = read([{ ...base, type, body }])
    expect(others).toEqual([{ type, page, count: 1, ...wanted }])
    expect([...violations, ...rejected]).toEqual([])
    expect(Object.isFrozen(others[0])).toBe(true)
  })

  it('that are equal are counted: Chromium sends each integrity-violation twice', () => {
    const integrity = { type: 'integrity-violation', body: { blockedURL: subject } }
    const crash = { type: 'crash', body: { reason: 'oom' } }
    const { others } = read([integrity, crash, report, integrity])
    expect(others.map(({ type, count }) => [type, count])).toEqual([
      ['integrity-violation', 2],
      ['crash', 1],
    ])
  })
})

describe('options', () => {
  test('the User-Agent of the request counts where a report has none', () => {
    const batch = [
      { ...report, user_agent: USER_AGENTS.firefox },
      { ...report, user_agent: USER_AGENTS.firefox },
      report,
      { ...report, user_agent: 7 },
    ]
    const { violations } = read(batch, { userAgent: USER_AGENTS.safari })
    expect(violations.map(({ browser }) => browser.family)).toEqual([
      'firefox',
      'firefox',
      'safari',
      'safari',
    ])
  })

  test('the content type explains and never decides', () => {
    const body = JSON.stringify({ 'csp-report': legacy })
    for (const contentType of ['application/reports+json', 'text/html', '', 'x'.repeat(1e5)]) {
      expect(read(body, { contentType }).violations).toEqual([expected])
    }
  })

  test('the age of a report counts up to a day', () => {
    const { violations } = read([
      { ...report, age: 1000 },
      { ...report, age: 86_400_001 },
      { ...report, age: '50' },
      { ...report, age: -1 },
    ])
    expect(violations.map(({ age, seenAt }) => [age, receivedAt - seenAt])).toEqual([
      [1000, 1000],
      [86_400_001, 86_400_000],
      [50, 50],
      [null, 0],
    ])
  })

  test('receivedAt is a Date, milliseconds, or now', () => {
    expect(firstSeen({ receivedAt: new Date(receivedAt) })).toBe(receivedAt)
    expect(firstSeen({ receivedAt })).toBe(receivedAt)
    const before = Date.now()
    expect(firstSeen({})).toBeGreaterThanOrEqual(before)
    expect(firstSeen({ receivedAt: undefined })).toBeLessThanOrEqual(Date.now())
  })

  test.each([
    [
      { recievedAt: 1 },
      'Cannot read reports: "recievedAt" is not an option. Use receivedAt instead.',
    ],
    [
      null,
      'Cannot read reports: null is not an object of options. Use { contentType, userAgent, receivedAt } instead.',
    ],
    [{ receivedAt: 'now' }, 'receivedAt is "now", which is not a time. Use a Date or milliseconds'],
    [{ receivedAt: Number.NaN }, 'receivedAt is NaN, which is not a time.'],
    [{ receivedAt: null }, 'receivedAt is null, which is not a time.'],
    [{ receivedAt: new Date('?') }, 'receivedAt is an object, which is not a time.'],
  ] as const)('%j is refused', (options, message) => {
    expect(() => readReports(report, options as object)).toThrow(
      expect.objectContaining({
        code: 'ERR_CSP_INPUT',
        message: expect.stringContaining(message),
      }),
    )
  })
})

test('everything is frozen', () => {
  const { violations, others, rejected, ...rest } = read([report, { type: 'crash' }, 1])
  const [violation] = violations
  const values = [violations, others, rejected, violation, violation?.blocked, violation?.source]
  for (const value of [...values, violation?.browser, others[0], rejected[0]]) {
    expect(value).toBeDefined()
    expect(Object.isFrozen(value)).toBe(true)
  }
  expect(rest).toEqual({})
})

test('what is longer than the limits is cut', () => {
  const long = 'x'.repeat(1e5)
  const { violations, others } = read([
    {
      url: `https://a.example/${long}`,
      body: {
        blockedURL: `https://b.example/${long}`,
        effectiveDirective: 'img-src',
        originalPolicy: long,
        sample: long,
        sourceFile: `https://c.example/${long}`,
        referrer: long,
      },
    },
    { type: 'csp-hash', body: { hash: long, destination: long, subresourceURL: long } },
    { type: 'crash', body: { reason: long } },
  ])
  const [cut] = violations as readonly [Violation]
  const urls = [cut.page, cut.referrer, cut.blocked.url, cut.source.file]
  expect(urls.map((url) => url?.length)).toEqual(urls.map(() => LIMITS.url))
  expect(cut.policy).toHaveLength(LIMITS.policy)
  expect(cut.sample).toHaveLength(LIMITS.sample)
  const word = 'x'.repeat(LIMITS.word)
  expect(others).toMatchObject([
    { hash: word, destination: word, url: 'x'.repeat(LIMITS.url) },
    { detail: word },
  ])
})

describe('what the conformance data has', () => {
  const payloads = readData('report_payloads') as readonly {
    id: string
    contentType: string
    body: unknown
    reports: number
    otherTypes?: readonly string[]
  }[]
  test.each(payloads.map((payload) => [payload.id, payload] as const))('%s', (_, payload) => {
    const { violations, others, rejected } = read(JSON.stringify(payload.body), {
      contentType: payload.contentType,
    })
    expect(violations).toHaveLength(payload.reports)
    expect(others.map(({ type }) => type)).toEqual(payload.otherTypes ?? [])
    expect(rejected).toEqual([])
  })

  test('what Chromium 156 sent', () => {
    const requests = readData('chromium156-captured-reports') as readonly {
      m: string
      ct: string
      body: string
    }[]
    const all = requests
      .filter(({ m }) => m === 'POST')
      .map(({ body, ct }) => read(body, { contentType: ct }))
    expect(all.flatMap(({ rejected }) => rejected)).toEqual([])
    expect(all.flatMap(({ others }) => others.map(({ type }) => type))).toEqual(['deprecation'])
    const violations = all.flatMap((reports) => reports.violations)
    const count = new Map<string, number>()
    for (const { blocked } of violations)
      count.set(blocked.kind, (count.get(blocked.kind) ?? 0) + 1)
    // Eleven by report-uri, eleven by report-to, twelve report-only.
    expect(violations).toHaveLength(34)
    expect(Object.fromEntries(count)).toEqual({
      inline: 12,
      url: 9,
      scheme: 3,
      'trusted-types': 9,
      eval: 1,
    })
  })
})

describe('what browsers sent', () => {
  const groups = new Map<string, ReadonlySet<string>>()
  for (const browser of ['chromium', 'firefox', 'webkit'] as const) {
    const file = `../../../../test/browsers/fixtures/reports-${browser}.json`
    const { requests } = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as {
      requests: readonly { m: string; url: string; ct: string; body: string }[]
    }
    const reports = requests.filter(({ m }) => m === 'POST')

    test(`${browser}: each is read, whole`, () => {
      const read8 = new Map<string, number>()
      for (const { url, ct, body } of reports) {
        const { violations, others, rejected } = read(body, { contentType: ct })
        expect([...others, ...rejected]).toEqual([])
        read8.set(url, (read8.get(url) ?? 0) + violations.length)
        for (const violation of violations) {
          expect(violation.page).toMatch(/^https?:\/\/localhost:58200\/page\?session=secret$/)
          expect(violation.policy).toContain("default-src 'self'; script-src 'nonce-")
          expect(violation.blocked.kind).toMatch(/^(?:inline|eval|url)$/)
          expect(violation.status).not.toBeNull()
        }
      }
      expect([...read8.keys()]).toEqual(
        expect.arrayContaining(['/reports?uri-http', '/reports?to-https']),
      )
      expect([...read8.values()].every((count) => count === 8)).toBe(true)
    })

    const modernKeys = reports
      .filter(({ url }) => url.includes('?to-'))
      .flatMap(({ body }) => read(body).violations)
      .map((violation) => groupKey(violation))
    groups.set(browser, new Set(modernKeys))
  }

  test('the same violation has the same key in each of them', () => {
    expect(groups.get('chromium')?.size).toBe(8)
    expect(groups.get('firefox')).toEqual(groups.get('chromium'))
    expect(groups.get('webkit')).toEqual(groups.get('chromium'))
  })
})
