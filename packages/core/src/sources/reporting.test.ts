import { describe, expect, it, test } from 'vitest'
import { deliver } from '../deliver.ts'
import type { CspErrorCode } from '../vocabulary/errors.ts'
import { SELF } from '../vocabulary/keywords.ts'
import { parsePolicy } from '../parse.ts'
import type { Policy } from '../model/policy.ts'
import { csp } from '../policy/policy-value.ts'
import { isEndpointName, reportingEndpointsValue, reportToValue } from './reporting.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

const base = csp().defaultSrc(SELF)

/** What the three outputs of the reporting declaration say, side by side. */
function outputs(policy: Policy): string {
  const text = String(policy).replace("default-src 'self'", '').replace(/^; /, '')
  const header = deliver(policy)
    .headers()
    .find(([name]) => name === 'Reporting-Endpoints')
  return `${text} | ${header?.[1] ?? ''}`
}

describe('reportTo', () => {
  type Case = readonly [what: string, policy: Policy, outputs: string]
  const cases: readonly Case[] = [
    ['a pair', base.reportTo('csp', '/r'), 'report-to csp; report-uri /r | csp="/r"'],
    [
      'an absolute URL',
      base.reportTo('csp', 'https://r.example/csp?a=1;b,c#f'),
      'report-to csp; report-uri https://r.example/csp?a=1%3Bb%2Cc#f | csp="https://r.example/csp?a=1%3Bb%2Cc#f"',
    ],
    ['relative URLs', base.reportTo('csp', '../r'), 'report-to csp; report-uri ../r | csp="../r"'],
    [
      'another host',
      base.reportTo('csp', '//r.example/'),
      'report-to csp; report-uri //r.example/ | csp="//r.example/"',
    ],
    ['the name alone', base.reportTo('csp'), 'report-to csp | '],
    [
      'a wildcard key',
      base.reportTo('*csp_1-x.y', '/r'),
      'report-to *csp_1-x.y; report-uri /r | *csp_1-x.y="/r"',
    ],
    // again: replaces
    [
      'a second pair',
      base.reportTo('csp', '/r').reportTo('other', '/o'),
      'report-to other; report-uri /o | other="/o"',
    ],
    [
      'the same name, another URL',
      base.reportTo('csp', '/r').reportTo('csp', '/o'),
      'report-to csp; report-uri /o | csp="/o"',
    ],
    [
      'the name alone after a pair',
      base.reportTo('csp', '/r').reportTo('other'),
      'report-to other | ',
    ],
    [
      'a pair after the name alone',
      base.reportTo('csp').reportTo('csp', '/r'),
      'report-to csp; report-uri /r | csp="/r"',
    ],
    ['set after a pair', base.reportTo('csp', '/r').set('report-to', ['x']), 'report-to x | '],
    // several groups
    [
      'a further endpoint',
      base.reportTo('csp', '/r').endpoint('default', '/d'),
      'report-to csp; report-uri /r | csp="/r", default="/d"',
    ],
    [
      'a pair leaves further endpoints',
      base.endpoint('default', '/d').reportTo('csp', '/r').reportTo('other', '/o'),
      'report-to other; report-uri /o | default="/d", other="/o"',
    ],
    [
      'an endpoint again',
      base.endpoint('a', '/1').endpoint('b', '/2').endpoint('a', '/3'),
      ' | b="/2", a="/3"',
    ],
    [
      'the endpoint of a name',
      base.reportTo('csp').endpoint('csp', '/r'),
      'report-to csp | csp="/r"',
    ],
    // remove
    ['without the pair', base.reportTo('csp', '/r').remove('report-to'), ' | '],
    [
      'without report-uri',
      base.reportTo('csp', '/r').remove('report-uri'),
      'report-to csp | csp="/r"',
    ],
    [
      'a removed pair leaves further endpoints',
      base.reportTo('csp', '/r').endpoint('default', '/d').remove('report-to'),
      ' | default="/d"',
    ],
    // report-uri of its own
    [
      'own URLs stay',
      base.reportTo('csp', '/r').set('report-uri', ['/own']).remove('report-to'),
      'report-uri /own | csp="/r"',
    ],
    [
      'two URLs',
      base.set('report-uri', ['/a', '/b']).reportTo('csp'),
      'report-uri /a /b; report-to csp | ',
    ],
  ]
  test.each(cases)('%s', (_, policy, expected) => {
    expect(outputs(policy)).toBe(expected)
  })

  it('works on a parsed policy', () => {
    const { policy } = parsePolicy("default-src 'self'; report-uri /old; report-to old")
    expect(outputs(policy.reportTo('csp', '/r'))).toBe('report-uri /r; report-to csp | csp="/r"')
  })

  it('reportUri writes the legacy directive alone, and replaces it', () => {
    // oxlint-disable-next-line typescript/no-deprecated -- the deprecated method works
    expect(outputs(base.reportUri('/a').reportUri('/b', '/c'))).toBe('report-uri /b /c | ')
  })

  type Refused = readonly [name: unknown, url: unknown, code: CspErrorCode, fix: string]
  const refused: readonly Refused[] = [
    [
      'CSP',
      '/r',
      'ERR_CSP_ENDPOINT_NAME',
      'upper-case letters, which never match the header. Use "csp" instead',
    ],
    ['', '/r', 'ERR_CSP_ENDPOINT_NAME', 'lower-case letters'],
    ['1csp', '/r', 'ERR_CSP_ENDPOINT_NAME', 'lower-case letters'],
    ['c sp', '/r', 'ERR_CSP_ENDPOINT_NAME', 'lower-case letters'],
    ['csp;x', '/r', 'ERR_CSP_ENDPOINT_NAME', 'lower-case letters'],
    ['csp="/r", x', '/r', 'ERR_CSP_ENDPOINT_NAME', 'lower-case letters'],
    ['__proto__', '/r', 'ERR_CSP_ENDPOINT_NAME', 'lower-case letters'],
    ['Ä', '/r', 'ERR_CSP_ENDPOINT_NAME', 'lower-case letters'],
    [5, '/r', 'ERR_CSP_DIRECTIVE_VALUE', 'text'],
    ['csp', '', 'ERR_CSP_ENDPOINT_URL', '/csp-reports'],
    ['csp', 'a b', 'ERR_CSP_ENDPOINT_URL', '/csp-reports'],
    ['csp', '/r"', 'ERR_CSP_ENDPOINT_URL', '/csp-reports'],
    ['csp', '/r\\', 'ERR_CSP_ENDPOINT_URL', '/csp-reports'],
    ['csp', '/r%zz', 'ERR_CSP_ENDPOINT_URL', '/csp-reports'],
    ['csp', '/é', 'ERR_CSP_ENDPOINT_URL', 'percent-encode'],
    ['csp', '/r\r\nX: y', 'ERR_CSP_ENDPOINT_URL', 'percent-encode'],
    ['csp', 'ftp://r.example/', 'ERR_CSP_ENDPOINT_URL', 'cannot receive reports'],
    ['csp', 'javascript:alert(1)', 'ERR_CSP_ENDPOINT_URL', 'cannot receive reports'],
    ['csp', 'localhost:3000/r', 'ERR_CSP_ENDPOINT_URL', 'cannot receive reports'],
    ['csp', 'https:/r', 'ERR_CSP_ENDPOINT_URL', 'cannot receive reports'],
    ['csp', 'https://', 'ERR_CSP_ENDPOINT_URL', 'cannot receive reports'],
    ['csp', 'https://user:secret@r.example/', 'ERR_CSP_ENDPOINT_URL', 'user name'],
    ['csp', '//user@r.example/', 'ERR_CSP_ENDPOINT_URL', 'user name'],
    ['csp', null, 'ERR_CSP_DIRECTIVE_VALUE', 'null is not text'],
    ['csp', new URL('https://r.example/'), 'ERR_CSP_DIRECTIVE_VALUE', 'an object is not text'],
  ]
  test.each(refused)('refuses %j at %j: %s', (name, url, code, fix) => {
    for (const write of [
      () => base.reportTo(name as string, url as string),
      () => base.endpoint(name as string, url as string),
    ]) {
      const error = catchCspError(write)
      expect(error.code).toBe(code)
      expect(error.message).toContain(fix)
    }
  })

  it('checks the name where it stands alone, and the URLs of report-uri', () => {
    expect(catchCspError(() => base.reportTo('CSP'))).toMatchObject({
      code: 'ERR_CSP_ENDPOINT_NAME',
      directive: 'report-to',
      value: 'CSP',
    })
    expect(catchCspError(() => base.set('report-uri', ['ftp://x'])).code).toBe(
      'ERR_CSP_ENDPOINT_URL',
    )
  })
})

describe('the headers', () => {
  it('escapes a URL as a structured-field string, should one ever need it', () => {
    expect(reportingEndpointsValue([{ name: 'csp', url: '/a"\\' }])).toBe(String.raw`csp="/a\"\\"`)
  })

  it('writes the legacy Report-To header on demand, members joined by commas', () => {
    const policy = base.reportTo('csp', '/r').endpoint('default', 'https://r.example/d')
    expect(deliver(policy, { legacyReportTo: true }).headers().slice(1)).toEqual([
      ['Reporting-Endpoints', 'csp="/r", default="https://r.example/d"'],
      [
        'Report-To',
        '{"group":"csp","max_age":86400,"endpoints":[{"url":"/r"}]}, {"group":"default","max_age":86400,"endpoints":[{"url":"https://r.example/d"}]}',
      ],
    ])
    for (const member of JSON.parse(`[${reportToValue(policy.endpoints)}]`) as {
      group: string
    }[]) {
      expect(isEndpointName(member.group)).toBe(true)
    }
    expect(deliver(base, { legacyReportTo: true }).headers()).toHaveLength(1)
  })
})
