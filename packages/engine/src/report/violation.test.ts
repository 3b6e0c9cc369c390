/** What browsers report: WPT's cases, and tables of what these do not pin. */

import { csp, NONCE } from '@cusp/core'
import { afterAll, describe, expect, test } from 'vitest'
import type { Check } from '../check/check.ts'
import { decide } from '../decide/decide.ts'
import type { DialectName } from '../dialects/differences.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import type { ReportCase } from '../../test/conformance.ts'
import { readReportCases } from '../../test/conformance.ts'
import type { ViolationContext, ViolationReport } from './violation.ts'
import { violation } from './violation.ts'

const reportCases = readReportCases()
let passed = 0

describe('wpt_reports.json', () => {
  test.each(reportCases)('$id', (reportCase) => {
    expect(reportsOf(reportCase)).toMatchObject(pinnedBy(reportCase))
    passed++
  })

  afterAll(() => console.log(`wpt_reports.json: ${passed} of ${reportCases.length} cases`))
})

/** What the case says, in the words of a violation report. */
function pinnedBy({ expected }: ReportCase): object {
  const { body, reportsTo, reportUriPosts, reportToGroups } = expected
  const first = {
    ...(expected.blockedURI === undefined ? {} : { blockedURL: expected.blockedURI }),
    ...(expected.sample === undefined ? {} : { sample: expected.sample }),
    ...(expected.disposition === undefined ? {} : { disposition: expected.disposition }),
    ...(expected.effectiveDirective === undefined
      ? {}
      : { effectiveDirective: expected.effectiveDirective }),
    ...(expected.documentURI === undefined
      ? {}
      : { reports: [{ body: { documentURL: expected.documentURI } }] }),
    ...(body === undefined ? {} : { reports: [{ type: 'csp-violation', body }] }),
  }
  return {
    ...(expected.result === undefined ? {} : { result: expected.result }),
    ...(reportsTo === undefined ? {} : { reportsTo }),
    ...(reportUriPosts === undefined ? {} : { reportUriPosts }),
    ...(reportToGroups === undefined ? {} : { reportToGroups }),
    first,
  }
}

function reportsOf({ policies, documentUrl, situation }: ReportCase): object {
  const { origin } = new URL(documentUrl)
  const decision = decide(policies, situation as Check, { self: origin })
  const reports = violation(decision, { documentURL: documentUrl })
  return {
    result: decision.allowed ? 'allowed' : 'blocked',
    reportsTo: reports.flatMap(({ reportURIs }) => reportURIs),
    reportUriPosts: reports.flatMap(({ reportURIs }) => reportURIs).length,
    reportToGroups: reports.flatMap(({ reportTo }) => reportTo ?? []),
    first: reports[0],
  }
}

test('the one case that pins only a prefix', () => {
  const prefixed = reportCases.find(
    ({ expected }) => expected.effectiveDirectivePrefix !== undefined,
  )
  expect(reportsOf(prefixed as ReportCase)).toMatchObject({
    first: { effectiveDirective: 'script-src-elem' },
  })
})

interface Situation {
  readonly value: string
  readonly check: Check
  readonly dialect?: DialectName
  readonly context?: Partial<ViolationContext>
}

function report({ value, check, dialect, context }: Situation): ViolationReport | undefined {
  const decision = decide({ value }, check, { self: 'https://shop.example', dialect })
  const [first] = violation(decision, { documentURL: 'https://shop.example/cart', ...context })
  return first
}

describe('the blocked URL', () => {
  const image = { type: 'request', destination: 'image' } as const
  const frame = { type: 'request', destination: 'iframe' } as const
  test.each<[string, Check, DialectName, string]>([
    [
      'the query stays',
      { ...image, url: 'https://a:b@evil.example/x?q=1#f' },
      'engines',
      'https://evil.example/x?q=1',
    ],
    ['data: is its scheme', { ...image, url: 'data:image/png,x' }, 'engines', 'data'],
    ['blob: is its scheme', { ...image, url: 'blob:https://a.example/1' }, 'engines', 'blob'],
    [
      'ws: is whole',
      { type: 'request', url: 'wss://evil.example/s' },
      'engines',
      'wss://evil.example/s',
    ],
    ['ws: by the draft', { type: 'request', url: 'wss://evil.example/s' }, 'spec', 'wss'],
    ['no URL', { ...image, url: 'nothing' }, 'engines', ''],
    [
      'the original URL',
      {
        ...image,
        url: 'https://b.example/2',
        originalUrl: 'https://a.example/1',
        redirectCount: 1,
      },
      'engines',
      'https://a.example/1',
    ],
    ['a frame', { ...frame, url: 'https://evil.example/x?y' }, 'spec', 'https://evil.example/x?y'],
    ...(['engines', 'firefox'] as const).map((dialect): [string, Check, DialectName, string] => [
      `a redirected frame in ${dialect}`,
      { ...frame, url: 'https://evil.example/x', originalUrl: 'https://b.example/' },
      dialect,
      'https://b.example',
    ]),
    [
      'a redirected frame in WebKit',
      { ...frame, url: 'https://evil.example/x', originalUrl: 'https://b.example/' },
      'webkit',
      'https://evil.example',
    ],
    [
      'a frame in Chromium',
      { ...frame, url: 'https://evil.example/x?y' },
      'chromium',
      'https://evil.example',
    ],
    ['a data: frame in Chromium', { ...frame, url: 'data:text/html,x' }, 'chromium', 'data'],
    [
      'an own frame in Chromium',
      { ...frame, url: 'https://shop.example/x' },
      'chromium',
      'https://shop.example/x',
    ],
    [
      'an image in Chromium',
      { ...image, url: 'https://evil.example/x' },
      'chromium',
      'https://evil.example/x',
    ],
    ['eval', { type: 'eval', trusted: true }, 'engines', 'eval'],
    ['eval of a plain string', { type: 'eval' }, 'engines', 'trusted-types-sink'],
    ['wasm', { type: 'wasm' }, 'engines', 'wasm-eval'],
    ['inline', { type: 'inline', inline: 'navigation' }, 'engines', 'inline'],
    [
      'base-uri',
      { type: 'base-uri', url: 'https://evil.example/#x' },
      'engines',
      'https://evil.example/',
    ],
    [
      'base-uri by the draft',
      { type: 'base-uri', url: 'https://evil.example/#x' },
      'spec',
      'inline',
    ],
    ['base-uri without a URL', { type: 'base-uri', url: '//' }, 'engines', ''],
    [
      'form-action',
      { type: 'form-action', url: 'https://evil.example/?a#x' },
      'engines',
      'https://evil.example/?a',
    ],
    ['form-action without a URL', { type: 'form-action', url: '//' }, 'engines', ''],
    [
      'frame-ancestors',
      { type: 'frame-ancestors', ancestors: ['https://evil.example'] },
      'engines',
      'https://shop.example/cart',
    ],
    [
      'frame-ancestors with a URL',
      { type: 'frame-ancestors', ancestors: [null], url: 'https://shop.example/f#g' },
      'engines',
      'https://shop.example/f',
    ],
    ['webrtc', { type: 'webrtc' }, 'spec', ''],
    [
      'trusted-types-policy',
      { type: 'trusted-types-policy', name: 'x' },
      'engines',
      'trusted-types-policy',
    ],
    [
      'trusted-types-sink',
      { type: 'trusted-types-sink', sink: 'Element innerHTML' },
      'engines',
      'trusted-types-sink',
    ],
  ])('%s', (_, check, dialect, expected) => {
    const value =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; webrtc 'block'; trusted-types; require-trusted-types-for 'script'"
    expect(report({ value, check, dialect })?.blockedURL).toBe(expected)
  })
})

describe('what engines keep to themselves', () => {
  const url = 'https://evil.example/x'
  const names = ['spec', 'engines', 'chromium', 'firefox', 'webkit'] as const
  const script = { type: 'request', destination: 'script', url, parserInserted: true } as const
  const value = "default-src 'none'"
  const dynamic = "script-src-elem https: 'strict-dynamic'"
  test.each<[string, PolicyInput, Check, string]>([
    ['a preload', { value }, { ...script, initiator: 'preload' }, 'spec engines chromium webkit'],
    ['WebAssembly', { value }, { type: 'wasm' }, 'spec engines chromium firefox'],
    ['a hint', { value }, { ...script, initiator: 'prefetch' }, names.join(' ')],
    [
      'a hint, report-only',
      { value, disposition: 'report' },
      { ...script, initiator: 'prefetch' },
      'spec engines firefox webkit',
    ],
    ['a nonce', { value }, { ...script, nonce: 'abc' }, names.join(' ')],
    [
      'a nonce, report-only',
      { value, disposition: 'report' },
      { ...script, nonce: 'abc' },
      'spec engines chromium firefox',
    ],
    [
      'a nonce that does not count, report-only',
      { value, disposition: 'report' },
      { ...script, nonce: 'abc', nonceable: false },
      names.join(' '),
    ],
    [
      'a nonce, report-only beside a policy that goes by nonces',
      [{ value, disposition: 'report' }, { value: "script-src 'nonce-abc'" }],
      { ...script, nonce: 'abc' },
      'spec engines chromium firefox',
    ],
    [
      'a nonce, report-only beside a policy that goes by hosts',
      [{ value, disposition: 'report' }, { value: 'script-src https:' }],
      { ...script, nonce: 'abc' },
      names.join(' '),
    ],
    [
      "a nonce, report-only with 'strict-dynamic'",
      { value: "script-src 'strict-dynamic'", disposition: 'report' },
      { ...script, nonce: 'abc' },
      names.join(' '),
    ],
    [
      'a hint, by two',
      [{ value }, { value: "default-src 'self'" }],
      { ...script, initiator: 'prefetch' },
      'chromium',
    ],
    [
      'a worker with a nonce, report-only',
      { value, disposition: 'report' },
      { ...script, destination: 'worker', nonce: 'abc' },
      names.join(' '),
    ],
  ])('%s', (_, policies, check, expected) => {
    const reporting = names.filter((dialect) => {
      const decision = decide(policies, check, { self: 'https://shop.example', dialect })
      return violation(decision, { documentURL: 'https://shop.example/' }).length === 1
    })
    expect(reporting.join(' ')).toBe(expected)
  })

  test.each([
    ["default-src 'unsafe-eval'", 'firefox', 2],
    ["default-src 'unsafe-eval'", 'engines', 1],
    ["default-src 'unsafe-eval' 'wasm-unsafe-eval'", 'firefox', 1],
    ['img-src https:', 'firefox', 1],
  ] as const)('WebAssembly that another policy blocks beside %s in %s', (text, dialect, count) => {
    const decision = decide([{ value }, { value: text }], { type: 'wasm' }, { dialect })
    expect(violation(decision, { documentURL: 'https://shop.example/' })).toHaveLength(count)
  })

  test.each([
    ['webkit', dynamic, 'script-src'],
    ['webkit', "script-src-elem http://a.example 'strict-dynamic'", 'script-src-elem'],
    ['engines', dynamic, 'script-src-elem'],
  ] as const)(
    "a parser-inserted script under 'strict-dynamic' in %s: %s",
    (dialect, text, expected) => {
      expect(report({ value: text, check: script, dialect })?.effectiveDirective).toBe(expected)
    },
  )
})

describe('samples', () => {
  test.each<[string, Check, string]>([
    ['40 letters', { type: 'inline', inline: 'script', source: 'x'.repeat(50) }, 'x'.repeat(40)],
    ['unknown code', { type: 'eval', trusted: true }, ''],
    ['a plain string', { type: 'eval', source: '1+1' }, 'eval|1+1'],
    ['wasm has none', { type: 'wasm' }, ''],
    ['a sink', { type: 'trusted-types-sink', sink: 'Location href' }, 'Location href|'],
    [
      'Function',
      { type: 'trusted-types-sink', sink: 'Function', source: 'async function* anonymous(a\n) {}' },
      'Function|(a\n) {}',
    ],
    [
      'not Function',
      { type: 'trusted-types-sink', sink: 'eval', source: 'function anonymous()' },
      'eval|function anonymous()',
    ],
  ])('%s', (_, check, expected) => {
    const value = "script-src 'report-sample'; require-trusted-types-for 'script'"
    expect(report({ value, check })?.sample).toBe(expected)
  })
})

test('writes the legacy body and the Reporting API body', () => {
  const context = {
    referrer: 'https://user@search.example/?q#top',
    sourceFile: 'https://shop.example/app.js?v=1',
    lineNumber: 3,
    columnNumber: 0,
    statusCode: 404,
    userAgent: 'UA',
    age: 12,
  }
  const value = "connect-src 'self'; report-uri /csp http://[ https://r.example/x"
  const made = report({ value, check: { type: 'request', url: 'https://evil.example/' }, context })
  expect(made?.reportURIs).toEqual(['https://shop.example/csp', 'https://r.example/x'])
  expect(made?.reportTo).toBeNull()
  expect(made?.legacy).toEqual({
    'csp-report': {
      'document-uri': 'https://shop.example/cart',
      referrer: 'https://search.example/?q',
      'blocked-uri': 'https://evil.example/',
      'effective-directive': 'connect-src',
      'violated-directive': 'connect-src',
      'original-policy': value,
      disposition: 'enforce',
      'status-code': 404,
      'script-sample': '',
      'source-file': 'https://shop.example/app.js?v=1',
      'line-number': 3,
      'column-number': 0,
    },
  })
  expect(made?.reports).toEqual([
    {
      age: 12,
      type: 'csp-violation',
      url: 'https://shop.example/cart',
      user_agent: 'UA',
      body: {
        documentURL: 'https://shop.example/cart',
        referrer: 'https://search.example/?q',
        blockedURL: 'https://evil.example/',
        effectiveDirective: 'connect-src',
        originalPolicy: value,
        sourceFile: 'https://shop.example/app.js?v=1',
        sample: '',
        disposition: 'enforce',
        statusCode: 404,
        lineNumber: 3,
        columnNumber: 0,
      },
    },
  ])
})

test('Chromium drops the query of a source file and a column 0', () => {
  const context = { sourceFile: 'https://shop.example/app.js?v=1', lineNumber: 3, columnNumber: 0 }
  const value = "connect-src 'self'"
  const check = { type: 'request', url: 'https://evil.example/' } as const
  const made = report({ value, check, context, dialect: 'chromium' })
  expect(made?.legacy['csp-report']).toMatchObject({ 'source-file': 'https://shop.example/app.js' })
  expect(made?.legacy['csp-report']).not.toHaveProperty('column-number')
})

test('WebKit has shapes of its own', () => {
  const value = "connect-src 'self'; report-to csp"
  const check = { type: 'request', url: 'https://evil.example/' } as const
  const made = report({ value, check, dialect: 'webkit' })
  expect(made?.legacy).toMatchObject({ type: 'csp-violation', url: 'https://shop.example/cart' })
  expect(made?.legacy['csp-report']).not.toHaveProperty('disposition')
  expect(made?.reports).toMatchObject({ type: 'csp-violation', body: { disposition: 'enforce' } })
  expect(made?.reports).not.toHaveProperty('age')
})

test('writes the nonce of the response into the policy', () => {
  const policy = csp().scriptSrc(NONCE)
  const decision = decide(policy, { type: 'eval' })
  const context = { documentURL: 'https://shop.example/' }
  const texts = [undefined, 'abc'].map((nonce) => violation(decision, { ...context, nonce }))
  expect(texts.map(([first]) => first?.legacy['csp-report']['original-policy'])).toEqual([
    "script-src 'nonce-{NONCE}'",
    "script-src 'nonce-abc'",
  ])
})

test('a meta element reports without what has no effect in it', () => {
  const value = "img-src 'none'; report-uri /x; sandbox"
  const check = { type: 'request', destination: 'image', url: 'https://a.example/' } as const
  const decision = decide({ value, source: 'meta' }, check)
  const [first] = violation(decision, { documentURL: 'https://shop.example/' })
  expect(first).toMatchObject({
    reportURIs: [],
    legacy: { 'csp-report': { 'original-policy': "img-src 'none'" } },
  })
})

test('refuses what is no decision and what is no URL', () => {
  const decision = decide(csp(), { type: 'eval' })
  const plain = JSON.parse(JSON.stringify(decision)) as typeof decision
  const url = { documentURL: 'https://shop.example/' }
  expect(() => violation(plain, url)).toThrow(expect.objectContaining({ code: 'ERR_CSP_CHECK' }))
  expect(() => violation(decision, { documentURL: '/cart' })).toThrow(
    'Cannot report: documentURL is "/cart", which is not a URL. Use an absolute URL.',
  )
})
