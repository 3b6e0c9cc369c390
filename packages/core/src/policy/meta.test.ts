import { describe, expect, it, test } from 'vitest'
import { deliver } from '../deliver.ts'
import { NONCE, NONE, SELF } from '../vocabulary/keywords.ts'
import { createNonce } from '../sources/nonce.ts'
import { parsePolicy } from '../parse.ts'
import type { Policy } from '../model/policy.ts'
import { csp } from './policy-value.ts'
import { strict } from '../presets.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

/** The policy that a browser reads out of a tag. */
function contentOf(tag: string): string {
  const content = /^<meta http-equiv="Content-Security-Policy" content="([^"<>]*)">$/.exec(tag)?.[1]
  if (content === undefined) throw new Error(`no tag: ${tag}`)
  return content
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

describe('toMeta', () => {
  it('writes the tag', () => {
    expect(csp().defaultSrc(SELF).upgradeInsecureRequests().toMeta()).toBe(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'self'; upgrade-insecure-requests">`,
    )
    const nonce = createNonce()
    expect(contentOf(strict().toMeta({ nonce }))).toBe(strict().toString({ nonce }))
  })

  it('escapes what a path can hold', () => {
    const policy = csp().imgSrc("a.example/&amp/'/&quot")
    expect(policy.toMeta()).toContain('content="img-src a.example/&amp;amp/\'/&amp;quot"')
    expect(contentOf(policy.toMeta())).toBe(String(policy))
  })

  it('escapes what only an unknown directive can hold', () => {
    const policy = csp().directive('new-directive', '"<b>&amp"')
    expect(policy.toMeta()).toContain('content="new-directive &quot;&lt;b&gt;&amp;amp&quot;"')
    expect(contentOf(policy.toMeta())).toBe(String(policy))
  })

  it('keeps report-to', () => {
    expect(contentOf(csp().defaultSrc(SELF).reportTo('csp').toMeta())).toBe(
      "default-src 'self'; report-to csp",
    )
  })

  const refused: readonly (readonly [code: string, what: string, policy: Policy])[] = [
    ['ERR_CSP_META_DIRECTIVE', 'report-uri has no effect', csp().reportTo('csp', '/r')],
    ['ERR_CSP_META_DIRECTIVE', 'frame-ancestors has no effect', csp().frameAncestors(NONE)],
    ['ERR_CSP_META_DIRECTIVE', 'sandbox has no effect', csp().sandbox()],
    ['ERR_CSP_META_DIRECTIVE', 'treat-as-public-address has no', csp().treatAsPublicAddress()],
    [
      'ERR_CSP_META_DIRECTIVE',
      'sandbox, frame-ancestors and report-uri have no effect',
      csp().sandbox().frameAncestors(SELF).reportTo('csp', '/r'),
    ],
    ['ERR_CSP_META_COMMA', '"a,b" in img-src holds a comma', parsePolicy('img-src a,b').policy],
    ['ERR_CSP_POLICY_EMPTY', 'it is empty', csp()],
    ['ERR_CSP_POLICY_EMPTY', 'it is empty', csp().endpoint('csp', '/r')],
    ['ERR_CSP_POLICY_INVALID', "'self'", parsePolicy('img-src self').policy],
    ['ERR_CSP_NONCE_MISSING', 'createNonce()', csp().scriptSrc(NONCE)],
  ]
  test.each(refused)('%s: %s', (code, what, policy) => {
    const error = catchCspError(() => policy.toMeta())
    expect(error.code).toBe(code)
    expect(error.message).toContain(what)
  })

  it('names every directive in the error', () => {
    const error = catchCspError(() => csp().sandbox().frameAncestors(SELF).toMeta())
    expect(error).toMatchObject({ directive: 'sandbox', value: ['sandbox', 'frame-ancestors'] })
    expect(catchCspError(() => csp().scriptSrc(NONCE).toMeta({ nonce: 'short' })).code).toBe(
      'ERR_CSP_NONCE',
    )
  })
})

describe('splitForMeta', () => {
  type Case = readonly [what: string, policy: Policy, meta: string, header: string | null]
  const base = csp().scriptSrc(SELF)
  const cases: readonly Case[] = [
    ['nothing for the header', base, "script-src 'self'", null],
    ['frame-ancestors', base.frameAncestors(NONE), "script-src 'self'", "frame-ancestors 'none'"],
    [
      'sandbox',
      csp().sandbox('allow-scripts').imgSrc(SELF),
      "img-src 'self'",
      'sandbox allow-scripts',
    ],
    [
      'a reporting pair',
      base.frameAncestors(NONE).reportTo('csp', '/r'),
      "script-src 'self'; report-to csp",
      "frame-ancestors 'none'; report-uri /r",
    ],
    [
      'report-to alone reports for the header part too',
      base.frameAncestors(NONE).reportTo('csp'),
      "script-src 'self'; report-to csp",
      "frame-ancestors 'none'; report-to csp",
    ],
    [
      'report-to alone, no header directive',
      base.reportTo('csp'),
      "script-src 'self'; report-to csp",
      null,
    ],
    ['only endpoints', base.endpoint('csp', '/r'), "script-src 'self'", ''],
    ['only header directives', csp().frameAncestors(NONE), '', "frame-ancestors 'none'"],
  ]
  test.each(cases)('%s', (_, policy, meta, header) => {
    const split = policy.splitForMeta()
    expect(String(split.meta)).toBe(meta)
    expect(split.header === null ? null : String(split.header)).toBe(header)
    expect(split.meta.endpoints).toEqual([])
    expect(split.header?.endpoints ?? []).toEqual(policy.endpoints)
  })

  test.each(cases.filter(([, , meta]) => meta !== ''))(
    '%s: the meta part is one',
    (_, policy, meta) => {
      expect(contentOf(policy.splitForMeta().meta.toMeta())).toBe(meta)
    },
  )

  test.each(cases.filter(([, , , header]) => header !== null))(
    '%s: the header part is one',
    (_, policy) => {
      expect(deliver(policy.splitForMeta().header as Policy).headers()).not.toEqual([])
    },
  )
})
