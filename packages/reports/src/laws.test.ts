/** What holds for every report, whoever wrote it. */

import type { Report, ViolationReport } from '@cusp/engine'
import { decide, violation as reportsOf } from '@cusp/engine'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { check, policyText, self } from '../../engine/test/arbitraries.ts'
import { USER_AGENTS } from '../test/make-violation.ts'
import type { BlockedKind, Violation } from './index.ts'
import {
  causeKey,
  classify,
  createClassify,
  groupKey,
  LIMITS,
  readReports,
  redact,
} from './index.ts'

const receivedAt = 1_800_000_000_000

describe('what the engine reports is read back', () => {
  const dialects = ['engines', 'spec', 'chromium', 'firefox', 'webkit'] as const
  const WORDS: ReadonlyMap<string, BlockedKind> = new Map([
    ['inline', 'inline'],
    ['eval', 'eval'],
    ['wasm-eval', 'wasm'],
    ['trusted-types-policy', 'trusted-types'],
    ['trusted-types-sink', 'trusted-types'],
  ])
  const context = fc.record({
    documentURL: fc.constantFrom(
      'https://a.test/cart?x=1#top',
      'http://ann:x@b.a.test:8000/',
      'about:blank',
    ),
    referrer: fc.constantFrom('', 'https://search.test/?q=1'),
    statusCode: fc.constantFrom(0, 200, 404),
    sourceFile: fc.constantFrom(undefined, 'https://a.test/app.js?v=1', 'data:text/javascript,x'),
    lineNumber: fc.constantFrom(undefined, 0, 12),
    columnNumber: fc.constantFrom(undefined, 0, 5),
    age: fc.constantFrom(0, 1234),
    userAgent: fc.constantFrom('', ...Object.values(USER_AGENTS)),
  })
  const records = fc.array(
    fc.record({
      value: policyText,
      disposition: fc.constantFrom('enforce' as const, 'report' as const),
    }),
    { minLength: 1, maxLength: 3 },
  )

  /** What a violation has to be, by the body of the Reporting API. */
  function expected({ reports: sent, blockedURL }: ViolationReport): object {
    const [{ body }] = [sent].flat() as [Report]
    return {
      page: body.documentURL,
      referrer: body.referrer,
      blocked: blockedOf(blockedURL),
      directive: body.effectiveDirective,
      disposition: body.disposition,
      policy: body.originalPolicy,
      source: { file: body.sourceFile, line: body.lineNumber, column: body.columnNumber },
      sample: body.sample,
      status: body.statusCode,
    }
  }

  /** Where there is no URL, the directive tells what older browsers mean: any kind will do. */
  function blockedOf(url: string): object {
    const word = WORDS.get(url)
    if (word !== undefined) return { kind: word, url: '' }
    if (url === '') return { url }
    return { kind: /^(?:http|ws)s?:\/\//.test(url) ? 'url' : 'scheme', url }
  }

  it.each(dialects)('%s', (dialect) => {
    let count = 0
    fc.assert(
      fc.property(records, check, self, context, (policies, asked, origin, where) => {
        const decision = decide(policies, asked, { self: origin, dialect })
        for (const report of reportsOf(decision, where)) {
          const wanted = expected(report)
          const modern = readReports(JSON.stringify(report.reports), { receivedAt })
          expect(modern).toMatchObject({ violations: [wanted], others: [], rejected: [] })
          const isOwnShape = report.legacy.type !== undefined
          expect(readReports(JSON.stringify(report.legacy), { receivedAt })).toMatchObject({
            violations: [
              { ...wanted, ...(isOwnShape ? { disposition: 'unknown', sample: '' } : {}) },
            ],
            others: [],
            rejected: [],
          })
          count++
        }
      }),
      { numRuns: 1000 },
    )
    expect(count).toBeGreaterThan(200)
  })

  it.each([
    ['engines', ''],
    ['spec', ''],
    ['chromium', USER_AGENTS.chrome],
    ['firefox', USER_AGENTS.firefox],
    ['webkit', USER_AGENTS.safari],
  ] as const)('code that %s blocks is never impossible', (dialect, userAgent) => {
    const classifyAll = createClassify()
    let count = 0
    fc.assert(
      fc.property(records, check, self, context, (policies, asked, origin, where) => {
        const decision = decide(policies, asked, { self: origin, dialect })
        for (const report of reportsOf(decision, { ...where, userAgent })) {
          const { violations } = readReports(report.reports, { userAgent, receivedAt })
          const [read] = violations as readonly [Violation]
          if (!['inline', 'eval', 'wasm-eval'].includes(report.blockedURL)) continue
          expect(classifyAll(read)).not.toMatchObject({ class: 'impossible' })
          count++
        }
      }),
      { numRuns: 1000 },
    )
    expect(count).toBeGreaterThan(100)
  })
})

describe('hostile bodies', () => {
  const KEYS = [
    'csp-report',
    'type',
    'url',
    'body',
    'age',
    'user_agent',
    'document-uri',
    'documentURL',
    'blocked-uri',
    'blockedURL',
    'effective-directive',
    'effectiveDirective',
    'violated-directive',
    'original-policy',
    'originalPolicy',
    'source-file',
    'sourceFile',
    'line-number',
    'sample',
    'disposition',
    'status-code',
    'hash',
    '__proto__',
    'constructor',
    'toString',
  ]
  const text = fc.oneof(
    fc.constantFrom(
      'csp-violation',
      'csp-hash',
      'script-src',
      'img-src https:',
      'inline',
      'eval',
      'wasm-eval',
      'self',
      'https://a.test/x?y#z',
      'https://ann@a.test:443a.test/',
      'chrome-extension://x',
      'data:,://@',
      "script-src 'self' 'nonce-abc'; report-uri //a@b?c",
      'https://',
      '://@',
      '[',
      USER_AGENTS.facebook,
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({
      unit: fc.constantFrom(':', '/', '@', '?', '#', '[', ']', '.', 'a', '1', "'", '-', ' '),
    }),
    policyText,
  )
  const { item } = fc.letrec<{ item: unknown; object: unknown }>((tie) => ({
    object: fc.dictionary(fc.constantFrom(...KEYS), tie('item'), { maxKeys: 12 }),
    item: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      fc.integer(),
      fc.double(),
      fc.constantFrom(null, true, ''),
      tie('object'),
      fc.array(tie('item'), { maxLength: 5 }),
    ),
  }))
  const body = fc.oneof(
    { weight: 5, arbitrary: item.map((value) => JSON.stringify(value)) },
    { weight: 3, arbitrary: item },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }) },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.anything() },
  )
  const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u
  const options = {
    policies: { value: "default-src 'self' gc.kaspersky-labs.com" },
    hosts: ['a.test'],
  }

  it('are read without a throw; each item is a violation, another report or counted with its reason', () => {
    fc.assert(
      fc.property(body, fc.option(text, { nil: undefined }), (sent, contentType) => {
        const { violations, others, rejected } = readReports(sent, { contentType, receivedAt })
        const sum = [...others, ...rejected].reduce(
          (total, { count }) => total + count,
          violations.length,
        )
        expect(sum).toBe(countItems(sent))
      }),
      { numRuns: 3000 },
    )
  })

  it('are classified, keyed and redacted without a throw, and the outcome is fit for a store', () => {
    const classifyAll = createClassify(options)
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 4 }), (sent) => {
        const { violations, others } = readReports(sent, { receivedAt })
        for (const violation of violations) {
          expect(classifyAll(violation)).toEqual(classify(violation, options))
          expect(groupKey(violation).split('\n').length).toBeLessThanOrEqual(6)
          expect(groupKey(violation).length).toBeLessThanOrEqual(1000)
          expect(groupKey(violation).split('\n')[3]).toBe(causeKey(violation))
          const redacted = redact(violation)
          expect(redact(redacted)).toEqual(redacted)
          expect(redacted).toEqual(JSON.parse(JSON.stringify(redacted)))
          const { page, referrer, blocked, source } = redacted
          for (const url of [page, referrer, blocked.url, source.file ?? '']) {
            expect(url).not.toMatch(/[?#]/)
            expect(url).not.toMatch(/^[^/]*\/\/[^/\\]*@/)
          }
        }
        for (const report of [...violations, ...others]) {
          for (const value of textsOf(redact(report))) expect(value).not.toMatch(UNFIT)
          for (const value of textsOf(redact(report, { keepQueries: true, keepSamples: true }))) {
            expect(value).not.toMatch(UNFIT)
          }
        }
      }),
      { numRuns: 3000 },
    )
  })

  const LONG = 500_000
  const bodies: readonly (readonly [name: string, sent: string])[] = [
    ['brackets', '['.repeat(LONG)],
    ['nested lists', `${'['.repeat(LONG / 2)}${']'.repeat(LONG / 2)}`],
    ['nested objects', `${'{"body":'.repeat(LONG / 9)}1${'}'.repeat(LONG / 9)}`],
    ['white space', ' '.repeat(LONG)],
    ['white space and a letter', `${' '.repeat(LONG)}x`],
    ['a long list', `[${'1,'.repeat(LONG / 2)}1]`],
    ['many keys', `{${Array.from({ length: LONG / 10 }, (_, index) => `"a${index}":1`).join()}}`],
    ...[
      ':',
      '//',
      '@',
      '?',
      '[',
      '.',
      "'nonce-",
      ' ',
      'a',
      'https://',
      'a.',
      '%',
      '\ud800',
      'img-src ',
    ].map((unit) => [`fields of ${JSON.stringify(unit)}`, hostileBatch(unit)] as const),
  ]
  it.each(bodies)('%s: half a megabyte takes linear time, and little is left of it', (_, sent) => {
    const classifyAll = createClassify(options)
    const start = performance.now()
    const { violations, others, rejected } = readReports(sent, { contentType: sent, receivedAt })
    for (const violation of violations) {
      classifyAll(violation)
      groupKey(violation)
      redact(violation)
    }
    // Linear is below a tenth of that; a square of the length would be minutes.
    expect(performance.now() - start).toBeLessThan(3000)
    expect(violations.length + others.length).toBeLessThanOrEqual(LIMITS.reports)
    const kept = violations.flatMap(textsOf).reduce((sum, value) => sum + value.length, 0)
    const most = LIMITS.policy + 4 * LIMITS.url + LIMITS.sample + 200
    expect(kept).toBeLessThanOrEqual(violations.length * most)
    expect(rejected.length).toBeLessThanOrEqual(6)
  })

  /** Many reports whose every field is made of one text. */
  function hostileBatch(unit: string): string {
    const long = unit.repeat(Math.ceil(1200 / unit.length))
    const report = {
      'document-uri': `https://${long}`,
      referrer: long,
      'blocked-uri': `https://a.test/${long}`,
      'violated-directive': 'script-src',
      'original-policy': long,
      'source-file': `https://b.test/${long}`,
      'script-sample': long,
    }
    const count = Math.floor(LONG / JSON.stringify(report).length)
    return JSON.stringify(Array.from({ length: count }, () => ({ 'csp-report': report })))
  }
})

/** How many items a body holds; one that cannot be read counts as one. */
function countItems(sent: unknown): number {
  const value = typeof sent === 'string' ? parse(sent) : sent
  return Array.isArray(value) ? Math.max(value.length, 1) : 1
}

function parse(sent: string): unknown {
  try {
    return JSON.parse(sent)
  } catch {
    return undefined
  }
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}
