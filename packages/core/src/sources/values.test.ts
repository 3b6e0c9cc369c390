import { describe, expect, it, test } from 'vitest'
import type { CspErrorCode } from '../vocabulary/errors.ts'
import { NONCE } from '../vocabulary/keywords.ts'
import { csp } from '../policy/policy-value.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

type Accepted = readonly [directive: string, values: readonly string[], text: string]

const accepted: readonly Accepted[] = [
  ['frame-ancestors', ["'SELF'", 'https://a.example', 'https:'], "'self' https://a.example https:"],
  ['frame-ancestors', ["'none'"], "'none'"],
  ['sandbox', [], ''],
  ['sandbox', ['Allow-Scripts', 'allow-forms'], 'allow-scripts allow-forms'],
  ['webrtc', ["'ALLOW'"], "'allow'"],
  ['require-trusted-types-for', ["'Script'"], "'script'"],
  ['trusted-types', [], ''],
  ['trusted-types', ['*'], '*'],
  ['trusted-types', ["'None'"], "'none'"],
  [
    'trusted-types',
    ['default', 'Foo#=_/@.%-', "'allow-duplicates'"],
    "default Foo#=_/@.%- 'allow-duplicates'",
  ],
  ['trusted-types', ['one', "'report-sample'"], "one 'report-sample'"],
  ['upgrade-insecure-requests', [], ''],
  [
    'report-uri',
    ['/a', 'https://r.example/?a;b,c', '../up'],
    '/a https://r.example/?a%3Bb%2Cc ../up',
  ],
  ['report-to', ['csp-endpoint'], 'csp-endpoint'],
  ['new-directive', ["'x'", '"y"', '{z}'], `'x' "y" {z}`],
]

describe('the values of directives', () => {
  test.each(accepted)('%s takes %j', (directive, values, text) => {
    expect(String(csp().set(directive, values))).toBe(`${directive} ${text}`.trim())
  })

  type Refused = readonly [directive: string, value: string, code: CspErrorCode, fix: string]
  const refused: readonly Refused[] = [
    ['frame-ancestors', "'unsafe-inline'", 'ERR_CSP_SOURCE', "'self' or 'none'"],
    ['frame-ancestors', "'nonce-abc'", 'ERR_CSP_SOURCE', "'self' or 'none'"],
    ['frame-ancestors', 'self', 'ERR_CSP_KEYWORD_UNQUOTED', `"'self'"`],
    ['sandbox', 'allow-script', 'ERR_CSP_DIRECTIVE_VALUE', '"allow-scripts"'],
    ['sandbox', "'allow-scripts'", 'ERR_CSP_KEYWORD_UNQUOTED', '"allow-scripts"'],
    ['sandbox', 'allow-everything', 'ERR_CSP_DIRECTIVE_VALUE', 'allow-downloads, allow-forms'],
    ['sandbox', "'none'", 'ERR_CSP_DIRECTIVE_VALUE', 'allow-downloads, allow-forms'],
    ['sandbox', 'allow-scripts allow-forms', 'ERR_CSP_CHARACTER', 'one argument for each'],
    ['webrtc', 'allow', 'ERR_CSP_KEYWORD_UNQUOTED', `"'allow'"`],
    ['webrtc', "'deny'", 'ERR_CSP_DIRECTIVE_VALUE', "'allow' or 'block'"],
    ['require-trusted-types-for', 'script', 'ERR_CSP_KEYWORD_UNQUOTED', `"'script'"`],
    ['require-trusted-types-for', '"script"', 'ERR_CSP_KEYWORD_UNQUOTED', `"'script'"`],
    ['require-trusted-types-for', "'scripts'", 'ERR_CSP_DIRECTIVE_VALUE', `"'script'"`],
    ['trusted-types', 'allow-duplicates', 'ERR_CSP_KEYWORD_UNQUOTED', `"'allow-duplicates'"`],
    ['trusted-types', 'none', 'ERR_CSP_KEYWORD_UNQUOTED', `"'none'"`],
    ['trusted-types', "'default'", 'ERR_CSP_DIRECTIVE_VALUE', "'none', 'allow"],
    ['trusted-types', "'allow-duplicate'", 'ERR_CSP_DIRECTIVE_VALUE', `"'allow-duplicates'"`],
    ['trusted-types', 'na(me)', 'ERR_CSP_DIRECTIVE_VALUE', 'letters, digits'],
    ['trusted-types', 'näme', 'ERR_CSP_CHARACTER', 'printable ASCII'],
    ['trusted-types', 'a,b', 'ERR_CSP_CHARACTER', 'printable ASCII'],
    ['upgrade-insecure-requests', '1', 'ERR_CSP_DIRECTIVE_VALUE', 'no argument'],
    ['block-all-mixed-content', "'none'", 'ERR_CSP_DIRECTIVE_VALUE', 'no argument'],
    ['report-uri', 'a b', 'ERR_CSP_ENDPOINT_URL', 'http(s) URL'],
    ['report-to', 'CSP', 'ERR_CSP_ENDPOINT_NAME', '"csp"'],
    ['new-directive', 'a;b', 'ERR_CSP_CHARACTER', 'printable ASCII'],
    ['new-directive', 'a,b', 'ERR_CSP_CHARACTER', 'printable ASCII'],
    ['new-directive', 'ä', 'ERR_CSP_CHARACTER', 'printable ASCII'],
    ['new-directive', 'a\nb', 'ERR_CSP_CHARACTER', 'one argument for each'],
    ['new-directive', '\u0001', 'ERR_CSP_CHARACTER', 'printable ASCII'],
    ['new-directive', '', 'ERR_CSP_SOURCE', 'a value'],
  ]
  test.each(refused)('%s refuses %j: %s', (directive, value, code, fix) => {
    const error = catchCspError(() => csp().set(directive, [value]))
    expect(error).toMatchObject({ code, directive, value })
    expect(error.message.slice(error.message.indexOf('. Use '))).toContain(fix)
  })

  test.each(['webrtc', 'report-to'])('%s takes one value', (directive) => {
    const values = directive === 'webrtc' ? ["'allow'", "'block'"] : ['one', 'two']
    const error = catchCspError(() => csp().set(directive, values))
    expect(error).toMatchObject({
      code: 'ERR_CSP_DIRECTIVE_VALUE',
      directive,
      value: values[1],
    })
    expect(error.message).toContain('it has 2 values. Use one value instead. set() replaces')
  })

  it("refuses 'none' beside others where there are no sources too", () => {
    expect(catchCspError(() => csp().trustedTypes("'none'", "'allow-duplicates'")).code).toBe(
      'ERR_CSP_NONE_WITH_OTHERS',
    )
    expect(String(csp().trustedTypes("'none'").trustedTypes('one'))).toBe('trusted-types one')
  })

  it('keeps flags and empty lists when they are written again', () => {
    expect(String(csp().upgradeInsecureRequests().upgradeInsecureRequests())).toBe(
      'upgrade-insecure-requests',
    )
    expect(String(csp().sandbox('allow-forms').sandbox())).toBe('sandbox allow-forms')
    expect(String(csp().sandbox().sandbox('allow-forms'))).toBe('sandbox allow-forms')
  })

  test.each([
    'frame-ancestors',
    'sandbox',
    'report-to',
    'report-uri',
    'trusted-types',
    'webrtc',
    'new-directive',
  ])('NONCE has no meaning in %s', (directive) => {
    const error = catchCspError(() => csp().set(directive, [NONCE]))
    expect(error).toMatchObject({ code: 'ERR_CSP_DIRECTIVE_VALUE', directive, value: NONCE })
    expect(error.message).toContain('Use it in script-src or style-src instead')
  })
})
