import { describe, expect, it, test } from 'vitest'
import { deliver } from '../deliver.ts'
import type { DeliveryKind, Issue, IssueCode } from '../model/issue.ts'
import { NONCE, NONE, SELF, STRICT_DYNAMIC, UNSAFE_INLINE } from '../vocabulary/keywords.ts'
import { parsePolicy } from '../parse.ts'
import type { Policy } from '../model/policy.ts'
import { csp } from '../policy/policy-value.ts'
import { strict } from '../presets.ts'

type Found = readonly [code: IssueCode, directive: string | undefined]

function find(policy: Policy, delivery?: DeliveryKind): readonly Found[] {
  return policy.issues({ delivery }).map(({ code, directive }) => [code, directive] as const)
}

/** A policy with so many hosts, of ten letters each. */
function hosts(count: number): Policy {
  return csp()
    .imgSrc(SELF)
    .set(
      'connect-src',
      Array.from({ length: count }, (_, index) => `h${String(index).padStart(4, '0')}.test`),
    )
}

function codesOf(issues: readonly Issue[]): readonly IssueCode[] {
  return issues.map(({ code }) => code)
}

const base = csp().defaultSrc(SELF).baseUri(NONE)

describe('issues by delivery', () => {
  const policy = base
    .frameAncestors(NONE)
    .sandbox('allow-scripts')
    .upgradeInsecureRequests()
    .treatAsPublicAddress()
    .reportTo('csp', '/r')

  it('finds nothing for an enforced header, which is the default', () => {
    expect(find(policy)).toEqual([])
    expect(find(policy, 'header')).toEqual([])
  })

  it('names what report-only ignores, as warnings', () => {
    expect(find(policy, 'report-only')).toEqual([
      ['no-effect-in-report-only', 'sandbox'],
      ['no-effect-in-report-only', 'upgrade-insecure-requests'],
      ['no-effect-in-report-only', 'treat-as-public-address'],
    ])
    const issues = policy.issues({ delivery: 'report-only' })
    expect(new Set(issues.map(({ severity }) => severity))).toEqual(new Set(['warning']))
  })

  it('names what meta ignores, as errors', () => {
    expect(find(policy, 'meta')).toEqual([
      ['no-effect-in-meta', 'frame-ancestors'],
      ['no-effect-in-meta', 'sandbox'],
      ['no-effect-in-meta', 'treat-as-public-address'],
      ['no-effect-in-meta', 'report-uri'],
    ])
    const issues = policy.issues({ delivery: 'meta' })
    expect(new Set(issues.map(({ severity }) => severity))).toEqual(new Set(['error']))
  })

  it('warns of a report-only policy that tells nobody', () => {
    expect(find(base, 'report-only')).toEqual([['missing-endpoint', undefined]])
    expect(find(base.directive('report-uri', '/r'), 'report-only')).toEqual([
      ['deprecated-directive', 'report-uri'],
    ])
    expect(find(base.reportTo('csp'), 'report-only')).toEqual([
      ['undeclared-endpoint', 'report-to'],
    ])
  })
})

describe('issues of sources', () => {
  test.each([
    ['the strict preset', strict(), ["'unsafe-inline'", 'https:']],
    ['a hash', base.styleSrc("'nonce-aaaaaaaaaaaaaaaaaaaaaa'", UNSAFE_INLINE), ["'unsafe-inline'"]],
    [
      "'strict-dynamic' alone",
      base.scriptSrc(STRICT_DYNAMIC, SELF, UNSAFE_INLINE),
      ["'self'", "'unsafe-inline'"],
    ],
    [
      'default-src, which serves images too',
      csp().defaultSrc(STRICT_DYNAMIC, SELF, UNSAFE_INLINE).baseUri(NONE),
      [],
    ],
    [
      'default-src with a nonce',
      csp().defaultSrc(NONCE, UNSAFE_INLINE).baseUri(NONE),
      ["'unsafe-inline'"],
    ],
    ['images', base.imgSrc(SELF, 'a.example'), []],
  ])('void sources: %s', (_, policy, values) => {
    const found = policy.issues().filter(({ code }) => code === 'void-source')
    expect(new Set(found.map(({ value }) => value))).toEqual(new Set(values))
  })

  it('says what makes a source void', () => {
    const messages = strict()
      .issues()
      .map(({ message }) => message)
    expect(messages).toContain("https: is void beside 'strict-dynamic': only old browsers use it")
    expect(messages).toContain(
      "'unsafe-inline' is void beside a nonce or hash: only old browsers use it",
    )
  })

  it('tells a weak static nonce from a long one', () => {
    const weak = base.scriptSrc("'nonce-abc'").issues()
    expect(weak).toMatchObject([{ code: 'static-nonce', value: "'nonce-abc'" }])
    expect(weak[0]?.message).toContain('shorter than 128 bits')
    const long = base.scriptSrc(`'nonce-${'a'.repeat(22)}'`).issues()
    expect(long[0]?.message).not.toContain('shorter')
  })

  test.each([
    ['img-src a.example/b,c', '"a.example/b%2Cc"'],
    [
      'script-src https://cdn.example/npm/,combine/x.js',
      '"https://cdn.example/npm/%2Ccombine/x.js"',
    ],
    ['report-uri /reports?a,b', '"/reports?a%2Cb"'],
  ])('%s: the comma would end the policy', (text, fix) => {
    for (const delivery of ['header', 'report-only', 'meta'] as const) {
      const found = parsePolicy(text).policy.issues({ delivery })
      expect(found).toContainEqual(
        expect.objectContaining({ code: 'unescaped-comma', severity: 'error', fix }),
      )
    }
  })

  it('warns of a separator that Firefox finds in a path', () => {
    const [issue] = base.imgSrc('https://a.example/b;frame-src').issues()
    expect(issue).toMatchObject({
      code: 'encoded-separator',
      directive: 'img-src',
      value: 'https://a.example/b%3Bframe-src',
    })
    expect(base.imgSrc('https://a.example/b,c%2F').issues()).toEqual([])
  })

  it('names NONCE where it has no effect', () => {
    expect(base.imgSrc(NONCE).issues()).toMatchObject([
      {
        code: 'keyword-without-effect',
        directive: 'img-src',
        message: 'a nonce has no effect in img-src',
      },
    ])
    expect(base.imgSrc(NONCE).issues()[0]).not.toHaveProperty('value')
  })
})

describe('issues of the whole', () => {
  it('misses object-src and base-uri beside a script policy', () => {
    expect(find(csp().scriptSrc(SELF))).toEqual([
      ['missing-object-src', 'object-src'],
      ['missing-base-uri', 'base-uri'],
    ])
    expect(find(csp().defaultSrc(SELF))).toEqual([['missing-base-uri', 'base-uri']])
    expect(find(csp().imgSrc(SELF))).toEqual([])
  })

  test.each([
    ['http://r.example/csp', true],
    ['HTTP://r.example/csp', true],
    ['http://localhost.example/csp', true],
    ['https://r.example/csp', false],
    ['http://localhost:8080/csp', true],
    ['http://127.0.0.1/csp', true],
    ['/csp', false],
  ])('the endpoint %s: insecure %j', (url, isInsecure) => {
    const codes = base
      .reportTo('csp', url)
      .issues()
      .map(({ code }) => code)
    expect(codes.includes('insecure-endpoint')).toBe(isInsecure)
  })

  test.each([
    ['http://localhost:3000', true],
    ['HTTP://shop.example', true],
    ['https://shop.example', false],
    [undefined, false],
  ])('pages of %s: reports lost %j', (self, isLost) => {
    const issues = base.reportTo('csp', '/csp').issues({ self })
    const found = issues.find(({ code }) => code === 'reports-lost-over-http')
    expect(found?.position?.directive).toBe(isLost ? base.directives.length : undefined)
    const legacy = base.directive('report-uri', '/csp').issues({ self })
    expect(legacy.map(({ code }) => code)).not.toContain('reports-lost-over-http')
  })

  it('warns from 4 KiB on and names the largest directives', () => {
    const limit = hosts(369)
    expect(String(limit).length).toBe(4086)
    expect(find(limit)).toEqual([])
    const long = hosts(370).fontSrc(SELF).mediaSrc(NONE)
    const [issue] = long.issues()
    expect(issue).toMatchObject({ code: 'header-too-long', severity: 'warning' })
    expect(issue?.message).toContain(`the header has ${String(long).length} bytes`)
    expect(issue?.message).toContain('Largest: connect-src (4081), media-src (16), font-src (15)')
    expect(find(long, 'meta')).toEqual([])
  })

  it('counts the nonce that will be put in', () => {
    const nonce = 'a'.repeat(22)
    for (let padding = 4030; padding < 4060; padding++) {
      const policy = csp()
        .styleSrc(NONCE)
        .imgSrc(`a.test/${'p'.repeat(padding)}`)
      const isLong = policy.toString({ nonce }).length > 4096
      expect(find(policy)).toEqual(isLong ? [['header-too-long', undefined]] : [])
    }
  })

  it('counts several policies as one header', () => {
    const half = csp().imgSrc(`a.test/${'p'.repeat(2500)}`)
    expect(deliver(half).issues()).toEqual([])
    expect(codesOf(deliver({ enforce: [half, half] }).issues())).toEqual(['header-too-long'])
    const reported = half.reportTo('csp', '/r')
    expect(codesOf(deliver({ reportOnly: [reported, reported] }).issues())).toEqual([
      'header-too-long',
    ])
    expect(codesOf(deliver({ enforce: half, reportOnly: reported }).issues())).toEqual([])
  })

  it('places each issue in the policy', () => {
    const { policy } = parsePolicy('font-src a; img-src b self')
    expect(policy.issues()).toMatchObject([
      { code: 'invalid-value', position: { directive: 1, value: 1 } },
    ])
  })
})
