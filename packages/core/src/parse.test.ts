import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { deliver } from './deliver.ts'
import type { IssueCode } from './model/issue.ts'
import { SELF } from './vocabulary/keywords.ts'
import { parsePolicy, parsePolicyList } from './parse.ts'
import type { Policy } from './model/policy.ts'
import { csp } from './policy/policy-value.ts'
import { catchCspError } from '../test/catch-csp-error.ts'

/** The directives as pairs: no object loses their order. */
function entries(policy: Policy): readonly (readonly [string, ...unknown[]])[] {
  return policy.directives.map(({ name, values }) => [name, ...values] as const)
}

type Case = readonly [text: string, directives: readonly (readonly string[])[]]

// https://w3c.github.io/webappsec-csp/#parse-serialized-policy
const cases: readonly Case[] = [
  ['', []],
  [' ; ;; \t\n\f\r;', []],
  ["script-src 'self'", [['script-src', "'self'"]]],
  ["script-src 'self';", [['script-src', "'self'"]]],
  [" \n script-src \t 'self'\f a.example\r\n;", [['script-src', "'self'", 'a.example']]],
  ['SCRIPT-SRC Example.COM', [['script-src', 'Example.COM']]],
  ['upgrade-insecure-requests;sandbox', [['upgrade-insecure-requests'], ['sandbox']]],
  // the first of one name counts
  [
    'img-src a; IMG-SRC b; font-src c; img-src d',
    [
      ['img-src', 'a'],
      ['font-src', 'c'],
    ],
  ],
  // the whole directive goes, and its name does not count
  ['img-src a \u00e9; img-src b', [['img-src', 'b']]],
  ['script-src \u2018self\u2019; img-src a', [['img-src', 'a']]],
  ['\u212amg-src a; x b', [['x', 'b']]],
  // no white space
  ['img-src a\u000bb', [['img-src', 'a\u000bb']]],
  ['img-src a\u00a0b; font-src c', [['font-src', 'c']]],
  ['img-src\u000ba', [['img-src\u000ba']]],
  // control characters stay
  ['img-src a\u0000 \u0001 b\u007f', [['img-src', 'a\u0000', '\u0001', 'b\u007f']]],
  // a comma does not split
  ['img-src a, script-src b', [['img-src', 'a,', 'script-src', 'b']]],
  // names are not checked, duplicate values stay
  ['@ x; 5; toString y', [['@', 'x'], ['5'], ['tostring', 'y']]],
  [
    '__proto__ x; constructor y',
    [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ],
  ],
  ["img-src a a 'none'", [['img-src', 'a', 'a', "'none'"]]],
]

describe('parsePolicy', () => {
  test.each(cases)('%j', (text, directives) => {
    const { policy } = parsePolicy(text)
    expect(entries(policy)).toEqual(directives)
    expect(policy.endpoints).toEqual([])
  })

  it('reads whatever it is given as text', () => {
    expect(String(parsePolicy(undefined as unknown as string).policy)).toBe('undefined')
    expect(String(parsePolicy(["img-src 'self'"] as unknown as string).policy)).toBe(
      "img-src 'self'",
    )
  })

  it.each([
    ['semicolons', ';'.repeat(200_000)],
    ['commas', ','.repeat(500_000)],
    ['white space', `a${' '.repeat(200_000)}b`],
    ['bad values', `script-src ${'? '.repeat(20_000)}`],
    ['quotes', `script-src ${"'".repeat(200_000)}`],
    ['directives', Array.from({ length: 20_000 }, (_, index) => `d${index} x`).join(';')],
    ['one name', 'script-src;'.repeat(20_000)],
    ['hosts', `script-src ${'a.'.repeat(100_000)}`],
  ])(
    'takes linear time for many %s',
    (_, text) => {
      // CPU time: other tests run beside this one.
      const before = process.cpuUsage()
      for (const { issues } of [parsePolicy(text), ...parsePolicyList(text)])
        expect(issues).toBeDefined()
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1000).toBeLessThan(4000)
    },
    60_000,
  )
})

describe('parsePolicyList', () => {
  it('splits at commas and leaves out what has no directive', () => {
    const list = parsePolicyList(' , img-src a,,font-src b; x; , ;,\u00e9,')
    expect(list.map(({ policy }) => String(policy))).toEqual(['img-src a', 'font-src b; x'])
    expect(parsePolicyList('')).toEqual([])
  })

  it('counts duplicates within one policy only', () => {
    const list = parsePolicyList('img-src a, img-src b; img-src c')
    expect(list.map(({ policy }) => String(policy))).toEqual(['img-src a', 'img-src b'])
    expect(list[1]?.issues).toMatchObject([
      { code: 'duplicate-directive', position: { directive: -1, start: 22, end: 31 } },
    ])
  })

  const conformance = JSON.parse(
    readFileSync(new URL('../test-data/rust-parse.json', import.meta.url), 'utf8'),
  ) as readonly {
    id: string
    header: string
    expected: readonly Record<string, readonly string[]>[]
  }[]
  test.each(conformance)('$id', ({ header, expected }) => {
    const list = parsePolicyList(header)
    expect(list.map(({ policy }) => policy.toJSON().directives)).toEqual(expected)
  })
})

describe('what is odd becomes an issue with its place', () => {
  type Odd = readonly [text: string, code: IssueCode, severity: string, place: string]
  const odd: readonly Odd[] = [
    [
      "script-src 'self'; img-src a; SCRIPT-SRC  b ;",
      'duplicate-directive',
      'warning',
      'SCRIPT-SRC  b',
    ],
    [
      'img-src a;  script-src \u2018self\u2019 ',
      'non-ascii-directive',
      'error',
      'script-src \u2018self\u2019',
    ],
    ['img-src a self b', 'invalid-value', 'error', 'self'],
    ['img-src aself self', 'invalid-value', 'error', 'self'],
    ['img-src a\u0001 b', 'invalid-value', 'error', 'a\u0001'],
    ['img-src a, script-src b', 'invalid-value', 'error', 'a,'],
    ['img-src https://a.example/?q', 'invalid-value', 'error', 'https://a.example/?q'],
    ["frame-ancestors 'unsafe-inline'", 'invalid-value', 'error', "'unsafe-inline'"],
    ['sandbox allow-script', 'invalid-value', 'error', 'allow-script'],
    ['upgrade-insecure-requests 1', 'invalid-value', 'error', '1'],
    ['report-to CSP; img-src a', 'invalid-value', 'error', 'CSP'],
    [' scrpt-src a', 'misspelt-directive', 'error', 'scrpt-src a'],
    ['a_name b', 'invalid-directive', 'error', 'a_name b'],
    ['@ x', 'invalid-directive', 'error', '@ x'],
    ['new-directive a', 'unknown-directive', 'warning', 'new-directive a'],
    ['new-directive', 'unknown-directive', 'warning', 'new-directive'],
    ['navigate-to a', 'removed-directive', 'warning', 'navigate-to a'],
    ['block-all-mixed-content', 'deprecated-directive', 'warning', 'block-all-mixed-content'],
    ['img-src', 'empty-directive', 'warning', 'img-src'],
    ['webrtc', 'empty-directive', 'warning', 'webrtc'],
    ["img-src a 'NONE'", 'none-with-others', 'warning', "img-src a 'NONE'"],
    ['report-to a b', 'too-many-values', 'error', 'report-to a b'],
    ["img-src 'strict-dynamic'", 'keyword-without-effect', 'warning', "'strict-dynamic'"],
    ["img-src 'nonce-abc'", 'keyword-without-effect', 'warning', "'nonce-abc'"],
    [
      "img-src 'unsafe-allow-redirects'",
      'keyword-without-effect',
      'warning',
      "'unsafe-allow-redirects'",
    ],
    ["style-src 'nonce-abc'", 'static-nonce', 'warning', "'nonce-abc'"],
    ['img-src a.example/x%3By', 'encoded-separator', 'warning', 'a.example/x%3By'],
    ['img-src a.example/x%20y', 'encoded-separator', 'warning', 'a.example/x%20y'],
    ["style-src 'nonce-abc' 'Unsafe-Inline'", 'void-source', 'info', "'Unsafe-Inline'"],
    ['img-src a; report-uri /r', 'deprecated-directive', 'info', 'report-uri /r'],
    ['img-src a; report-to csp', 'undeclared-endpoint', 'info', 'report-to csp'],
  ]
  test.each(odd)('%j: %s', (text, code, severity, place) => {
    const found = parsePolicy(text).issues.filter((issue) => issue.code === code)
    expect(found).toHaveLength(1)
    const { position, ...issue } = found[0] as (typeof found)[0]
    expect(issue).toMatchObject({ code, severity })
    expect(text.slice(position?.start, position?.end)).toBe(place)
    expect(issue.message).not.toBe('')
    expect(issue.fix).not.toBe('')
  })

  test.each(odd.filter(([text, code]) => !text.includes(',') && code !== 'non-ascii-directive'))(
    'behind another policy: %j: %s',
    (text, code, _, place) => {
      const header = `font-src 'self', ${text}`
      const { position } =
        parsePolicyList(header)[1]?.issues.find((issue) => issue.code === code) ?? {}
      expect(header.slice(position?.start, position?.end)).toBe(place)
    },
  )

  test.each<[text: string, message: string, fix: string]>([
    [
      "default-src'self'",
      'the space behind default-src is missing in "default-src\'self\'"',
      '"default-src \'self\'"',
    ],
    ['img-src:a', 'the space behind img-src is missing in "img-src:a"', '"img-src a"'],
    ['img-src::: a', '"img-src:::" is not the name of a directive', 'letters, digits and "-"'],
    [
      'img-src \u201cself\u201d',
      'img-src holds curly quotes (\u201cself\u201d), so browsers drop the whole directive',
      'straight single quotes',
    ],
    [
      'img-src b\u00fccher.example',
      'img-src holds a character beyond ASCII, so browsers drop the whole directive',
      'ASCII: straight quotes and punycode',
    ],
    [
      'img-src https//a.example',
      '"https//a.example" has no colon behind its scheme',
      '"https://a.example"',
    ],
    [
      'img-src [YOUR_HOST]',
      '"[YOUR_HOST]" is a placeholder that nothing has filled',
      'the host that is meant',
    ],
    [
      'script-src usafe-inline',
      '"usafe-inline" is a misspelt keyword without its single quotes',
      '"\'unsafe-inline\'"',
    ],
    [
      "script-src 'unsafe-dynamic'",
      '"\'unsafe-dynamic\'" is not a keyword',
      '"\'strict-dynamic\'"',
    ],
  ])('%s: %s', (text, message, fix) => {
    const errors = parsePolicy(text).issues.filter(({ severity }) => severity === 'error')
    expect(errors).toMatchObject([{ message, fix }])
  })

  it('says where a comma ended the policy', () => {
    const [first, second] = parsePolicyList("script-src 'self', https://cdn.example")
    expect(first?.issues.map(({ code }) => code)).not.toContain('unescaped-comma')
    expect(second?.issues).toMatchObject([
      {
        code: 'unescaped-comma',
        message:
          'the comma before "https://cdn.example" ends the policy, and browsers take what follows for another one',
        position: { start: 19, end: 38 },
      },
      { code: 'invalid-directive' },
    ])
    const proper = parsePolicyList("script-src 'self', img-src a")
    expect(proper.flatMap(({ issues }) => issues).map(({ code }) => code)).not.toContain(
      'unescaped-comma',
    )
  })

  it('says which error the builder throws for the same value', () => {
    expect(parsePolicy('img-src self').issues).toMatchObject([
      {
        code: 'invalid-value',
        error: 'ERR_CSP_KEYWORD_UNQUOTED',
        directive: 'img-src',
        value: 'self',
      },
    ])
  })

  it('is found once and is the same list again', () => {
    const parsed = parsePolicy('img-src self')
    expect(parsed.issues).toBe(parsed.issues)
  })

  it('stays with the policy, and is not delivered, until its directive is written anew', () => {
    const { policy } = parsePolicy('script-src \u2018self\u2019; img-src a')
    expect(policy.issues()).toMatchObject([{ code: 'non-ascii-directive' }])
    expect(catchCspError(() => deliver(policy))).toMatchObject({
      code: 'ERR_CSP_POLICY_INVALID',
      directive: 'script-src',
    })
    const edited = policy.allow('img-src', 'b')
    expect(catchCspError(() => deliver(edited)).code).toBe('ERR_CSP_POLICY_INVALID')
    for (const fixed of [
      edited.scriptSrc(SELF),
      edited.remove('Script-Src'),
      edited.set('script-src', [SELF]),
    ]) {
      expect(deliver(fixed).headers()[0]?.[1]).toContain('img-src a b')
    }
  })

  it('finds nothing in a good policy', () => {
    const { issues } = parsePolicy("default-src 'self'; base-uri 'none'; object-src 'none'")
    expect(issues).toEqual([])
    expect(csp().issues()).toEqual([])
  })
})
