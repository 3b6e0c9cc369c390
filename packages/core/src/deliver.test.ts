import { describe, expect, it, test } from 'vitest'
import type { Policies } from './policy/policies.ts'
import { compileDelivery, deliver, isDelivery } from './deliver.ts'
import { NONCE, NONE, SELF } from './vocabulary/keywords.ts'
import { createNonce } from './sources/nonce.ts'
import { parsePolicy } from './parse.ts'
import type { Policy } from './model/policy.ts'
import { csp } from './policy/policy-value.ts'
import { strict } from './presets.ts'
import { catchCspError } from '../test/catch-csp-error.ts'

const nonce = createNonce()
const policy = csp().scriptSrc(NONCE).reportTo('csp', '/r')

describe('deliver', () => {
  it('writes the headers of a policy', () => {
    const delivery = deliver(policy)
    expect(delivery.usesNonce).toBe(true)
    expect(delivery.headers(nonce)).toEqual([
      ['Content-Security-Policy', `script-src 'nonce-${nonce}'; report-to csp; report-uri /r`],
      ['Reporting-Endpoints', 'csp="/r"'],
    ])
    expect(delivery.enforce).toEqual([policy])
    expect(delivery.reportOnly).toEqual([])
    expect(delivery.endpoints).toEqual([{ name: 'csp', url: '/r' }])
  })

  it('writes enforced and report-only policies, several of each, with one nonce', () => {
    const delivery = deliver({
      enforce: [policy, csp().imgSrc(SELF)],
      reportOnly: [csp().defaultSrc(NONE).scriptSrc(NONCE), policy.endpoint('more', '/m')],
    })
    expect(delivery.headers(nonce)).toEqual([
      [
        'Content-Security-Policy',
        `script-src 'nonce-${nonce}'; report-to csp; report-uri /r, img-src 'self'`,
      ],
      [
        'Content-Security-Policy-Report-Only',
        `default-src 'none'; script-src 'nonce-${nonce}', script-src 'nonce-${nonce}'; report-to csp; report-uri /r`,
      ],
      ['Reporting-Endpoints', 'csp="/r", more="/m"'],
    ])
  })

  it('needs no nonce without NONCE, but checks one that is given', () => {
    const delivery = deliver({ reportOnly: csp().imgSrc(SELF) })
    expect(delivery.usesNonce).toBe(false)
    expect(delivery.headers()).toEqual([['Content-Security-Policy-Report-Only', "img-src 'self'"]])
    expect(catchCspError(() => delivery.headers('short')).code).toBe('ERR_CSP_NONCE')
    expect(catchCspError(() => delivery.headers(null as unknown as string)).code).toBe(
      'ERR_CSP_NONCE',
    )
  })

  it('refuses to write NONCE without a nonce', () => {
    expect(catchCspError(() => deliver(policy).headers()).code).toBe('ERR_CSP_NONCE_MISSING')
  })

  it('is compiled and frozen, down to the pieces', () => {
    const delivery = deliver({ enforce: policy, reportOnly: policy }, { legacyReportTo: true })
    expect(Object.isFrozen(delivery)).toBe(true)
    expect(delivery.templates.map(({ name, pieces }) => [name, pieces.length])).toEqual([
      ['Content-Security-Policy', 2],
      ['Content-Security-Policy-Report-Only', 2],
      ['Reporting-Endpoints', 1],
      ['Report-To', 1],
    ])
    expect(Object.isFrozen(delivery.templates)).toBe(true)
    for (const template of delivery.templates) {
      expect(Object.isFrozen(template)).toBe(true)
      expect(Object.isFrozen(template.pieces)).toBe(true)
    }
    for (const list of [delivery.enforce, delivery.reportOnly, delivery.endpoints]) {
      expect(Object.isFrozen(list)).toBe(true)
    }
  })

  it('does not keep the list that it was given, nor share its headers', () => {
    const list = [csp().imgSrc(SELF)]
    const delivery = deliver({ enforce: list })
    list.push(strict())
    expect(delivery.headers()).toHaveLength(1)
    ;(delivery.headers() as unknown[]).push('changed')
    expect(delivery.headers()).toHaveLength(1)
  })

  it('sends the endpoints of a header part that has no directive', () => {
    const { header } = csp()
      .scriptSrc(SELF)
      .reportTo('csp', '/r')
      .remove('report-uri')
      .splitForMeta()
    expect(deliver(header as Policy).headers()).toEqual([['Reporting-Endpoints', 'csp="/r"']])
  })

  const refused: readonly (readonly [input: unknown, code: string])[] = [
    [undefined, 'ERR_CSP_INPUT'],
    [null, 'ERR_CSP_INPUT'],
    [{}, 'ERR_CSP_INPUT'],
    ["img-src 'self'", 'ERR_CSP_INPUT'],
    [[csp().imgSrc(SELF)], 'ERR_CSP_INPUT'],
    [{ enforce: [] }, 'ERR_CSP_INPUT'],
    [{ enforce: null }, 'ERR_CSP_INPUT'],
    [{ enforce: false }, 'ERR_CSP_INPUT'],
    [{ enforce: "img-src 'self'" }, 'ERR_CSP_INPUT'],
    [{ reportOnly: true }, 'ERR_CSP_INPUT'],
    [{ enforce: [policy, undefined] }, 'ERR_CSP_INPUT'],
    [parsePolicy("img-src 'self'"), 'ERR_CSP_INPUT'],
    [csp(), 'ERR_CSP_POLICY_EMPTY'],
    [{ enforce: policy, reportOnly: csp() }, 'ERR_CSP_POLICY_EMPTY'],
    [parsePolicy('img-src self').policy, 'ERR_CSP_POLICY_INVALID'],
    [{ reportOnly: parsePolicy('imgs-src a').policy }, 'ERR_CSP_POLICY_INVALID'],
    [parsePolicy('img-src a\u0001').policy, 'ERR_CSP_POLICY_INVALID'],
    [parsePolicy('img-src a,b').policy, 'ERR_CSP_POLICY_INVALID'],
    [parsePolicy('script-src https://cdn.example/npm/,x.js').policy, 'ERR_CSP_POLICY_INVALID'],
    [parsePolicy('img-src *; report-uri /r?a,b').policy, 'ERR_CSP_POLICY_INVALID'],
    [{ reportOnly: parsePolicy('img-src a/,').policy }, 'ERR_CSP_POLICY_INVALID'],
    [parsePolicy('img-src \u00e9').policy, 'ERR_CSP_POLICY_INVALID'],
    [
      { enforce: policy, reportOnly: csp().imgSrc(SELF).reportTo('csp', '/other') },
      'ERR_CSP_ENDPOINT_CONFLICT',
    ],
  ]
  // What enforces nothing, or less than was meant, without saying so.
  const silent: readonly (readonly [input: unknown, fix: string])[] = [
    [{ enforce: undefined, reportOnly: policy }, 'enforce is undefined'],
    [{ enforce: [], reportOnly: policy }, 'enforce is an empty list'],
    [{ enforce: [] }, 'enforce is an empty list'],
    [{ enforce: policy, reportOnly: [] }, 'reportOnly is an empty list'],
    [{ enforce: policy, reportonly: policy }, 'Use reportOnly instead'],
    [{ enforce: policy, 'report-only': policy }, 'Use reportOnly instead'],
    [{ reportOnly: policy, enforced: policy }, 'Use enforce instead'],
    [{ enforce: policy, other: 1 }, 'Use enforce or reportOnly instead'],
    [{ reportonly: policy }, 'Use a policy or { enforce, reportOnly } instead'],
    [{ directives: { scriptSrc: [] } }, 'Use fromHelmet({ directives })'],
    ["img-src 'self'", 'Use parsePolicy(text).policy instead'],
    [{ enforce: "img-src 'self'" }, 'Use parsePolicy(text).policy instead'],
    [parsePolicy("img-src 'self'"), 'Use its property "policy" instead'],
    [{ enforce: [parsePolicy("img-src 'self'")] }, 'Use its property "policy" instead'],
    [{ reportOnly: Promise.resolve(policy) }, 'Use the policy that it resolves to instead'],
    [[policy, policy], 'Use { enforce: […] } instead'],
    [{ reportOnly: true }, 'Use one made with csp() or parsePolicy() instead'],
  ]
  test.each(silent)('what would enforce nothing in silence, case %#', (input, fix) => {
    const error = catchCspError(() => deliver(input as Policies))
    expect(error.code).toBe('ERR_CSP_INPUT')
    expect(error.message).toContain(fix)
  })

  it('takes a reportOnly that is undefined, and empty lists of packages that say so', () => {
    expect(deliver({ enforce: policy, reportOnly: undefined }).reportOnly).toEqual([])
    const { enforce, reportOnly } = compileDelivery({ enforce: [], reportOnly: [policy] })
    expect([enforce, reportOnly]).toEqual([[], [policy]])
  })

  test.each(refused)('%o: %s', (input, code) => {
    expect(catchCspError(() => deliver(input as Policies)).code).toBe(code)
  })

  it('names the first error of a parsed policy and counts the others', () => {
    const parsed = parsePolicy('img-src self; font-src none').policy
    const error = catchCspError(() => deliver(parsed))
    expect(error).toMatchObject({ directive: 'img-src', value: 'self' })
    expect(error.message).toBe(
      `Cannot deliver the policy: img-src: "self" is a keyword without its single quotes. Use "'self'" instead. policy.issues() has 1 more.`,
    )
    expect(catchCspError(() => deliver(parsePolicy('img-src self').policy)).message).not.toContain(
      'more',
    )
  })

  it('takes a parsed policy that is sound, and a delivery', () => {
    const parsed = parsePolicy("IMG-SRC 'self'; new-directive x").policy
    const delivery = deliver(parsed)
    expect(delivery.headers()).toEqual([
      ['Content-Security-Policy', "img-src 'self'; new-directive x"],
    ])
    expect(deliver(delivery).headers()).toEqual(delivery.headers())
    expect(deliver({ enforce: parsed, reportOnly: undefined }).headers()).toEqual(
      delivery.headers(),
    )
  })

  it('gathers the issues of its policies, each as it is delivered', () => {
    const found = deliver({
      enforce: csp().imgSrc(SELF).sandbox(),
      reportOnly: csp().imgSrc(SELF).sandbox(),
    }).issues()
    expect(found.map(({ code }) => code)).toEqual(['no-effect-in-report-only', 'missing-endpoint'])
  })
})

describe('isDelivery', () => {
  it('recognises deliveries by their brand', () => {
    expect(isDelivery(deliver(policy))).toBe(true)
    for (const value of [undefined, null, policy, {}, 'delivery'])
      expect(isDelivery(value)).toBe(false)
  })
})

describe('a delivery as meta tags', () => {
  it('writes one tag for each enforced policy', () => {
    expect(
      deliver({ enforce: [csp().scriptSrc(NONCE), csp().imgSrc(SELF)] }).toMeta({ nonce }),
    ).toBe(
      `<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-${nonce}'">\n<meta http-equiv="Content-Security-Policy" content="img-src 'self'">`,
    )
  })

  it('refuses report-only policies', () => {
    const delivery = deliver({ enforce: csp().imgSrc(SELF), reportOnly: csp().imgSrc(NONE) })
    expect(catchCspError(() => delivery.toMeta()).code).toBe('ERR_CSP_META_REPORT_ONLY')
  })
})

describe("reporting: 'report-uri'", () => {
  const byURI = { reporting: 'report-uri' } as const

  it.each([
    ['a pair', csp().imgSrc(SELF).reportTo('csp', '/r'), "img-src 'self'; report-uri /r"],
    [
      'an endpoint declared by itself',
      csp().endpoint('csp', '/r').reportTo('csp').imgSrc(SELF),
      "img-src 'self'; report-uri /r",
    ],
    [
      'another URL in report-uri',
      csp().endpoint('csp', '/r').reportTo('csp').directive('report-uri', '/old').imgSrc(SELF),
      "report-uri /old; img-src 'self'",
    ],
    [
      'report-uri alone',
      csp().imgSrc(SELF).directive('report-uri', '/r'),
      "img-src 'self'; report-uri /r",
    ],
    ['no endpoint', csp().imgSrc(SELF), "img-src 'self'"],
  ])('%s', (_name, given, sent) => {
    const delivery = deliver(given.endpoint('more', '/more'), byURI)
    expect(delivery.headers()).toEqual([['Content-Security-Policy', sent]])
    expect(delivery.enforce.map(String)).toEqual([sent])
    expect(delivery.endpoints).toEqual([])
  })

  it('takes the policies of a delivery', () => {
    const both = deliver({ reportOnly: csp().imgSrc(SELF).reportTo('csp', '/r') })
    expect(deliver(both, byURI).headers()).toEqual([
      ['Content-Security-Policy-Report-Only', "img-src 'self'; report-uri /r"],
    ])
  })

  it('refuses a policy that would report nowhere', () => {
    const { message } = catchCspError(() => deliver(csp().imgSrc(SELF).reportTo('csp'), byURI))
    expect(message).toContain('Use reportTo("csp", "/csp-reports") instead.')
  })

  it('refuses options that contradict each other, and other words', () => {
    const own = csp().imgSrc(SELF)
    const both = { ...byURI, legacyReportTo: true }
    expect(catchCspError(() => deliver(own, both)).message).toContain('one of these options')
    const other = { reporting: 'report-ur' } as unknown as typeof byURI
    expect(catchCspError(() => deliver(own, other)).message).toContain('Use "report-uri"')
  })
})
