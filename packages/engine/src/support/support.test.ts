import { readFileSync } from 'node:fs'
import { csp, deliver, NONCE, NONE, parsePolicy, SELF, STRICT_DYNAMIC } from '@cusp/core'
import { describe, expect, test } from 'vitest'

import { SUPPORT_ROWS } from './table.ts'
import { compatibility } from './targets.ts'
import { support } from './support.ts'

/** The messages with their effects. */
function say(policy: string, ...targets: readonly string[]): readonly string[] {
  const { findings } = support(parsePolicy(policy), targets)
  return findings.map(({ effect, message }) => `${effect}: ${message}`)
}

describe('what is said of a policy', () => {
  test.each<[policy: string, targets: readonly string[], said: readonly string[]]>([
    ["default-src 'self'; script-src 'nonce-abc'", ['safari 15.3', 'chrome 120'], []],
    [
      "script-src 'nonce-abc' 'strict-dynamic'",
      ['safari 15.3', 'ios_saf 15.2-15.3', 'safari 15.4', 'ios_saf 15.4', 'firefox 51'],
      [
        "stricter: 'strict-dynamic' in script-src is ignored by Firefox before 52, Safari and Safari on iOS before 15.4: scripts that trusted scripts load are blocked",
      ],
    ],
    [
      "script-src 'nonce-abc' 'STRICT-dynamic' https: 'unsafe-inline'",
      ['safari 15.3'],
      [
        "weaker: 'STRICT-dynamic' in script-src is ignored by Safari before 15.4: https: beside it counts there, so scripts load from any host",
      ],
    ],
    [
      "script-src 'nonce-abc' 'strict-dynamic' 'self'",
      ['safari 15'],
      [
        "different: 'strict-dynamic' in script-src is ignored by Safari before 15.4: 'self' beside it counts there, and what trusted scripts load from other hosts is blocked",
      ],
    ],
    [
      "script-src 'nonce-abc' 'strict-dynamic' 'self' cdn.example",
      ['safari 15'],
      [
        "different: 'strict-dynamic' in script-src is ignored by Safari before 15.4: 'self' and cdn.example beside it count there, and what trusted scripts load from other hosts is blocked",
      ],
    ],
    [
      'report-to csp',
      ['firefox 148', 'and_ff 148', 'firefox 149', 'safari 16.4', 'safari 16.3'],
      [
        'reporting: report-to is ignored by Firefox and Firefox for Android before 149, Safari before 16.4: nobody hears of violations',
      ],
    ],
    [
      'report-to csp; report-uri /reports',
      ['firefox 148'],
      ['none: report-to is ignored by Firefox before 149: report-uri is used instead'],
    ],
    [
      'report-to csp',
      ['chrome 80', 'chrome 69'],
      [
        'reporting: report-to is ignored by Chrome before 70: nobody hears of violations',
        'reporting: the Reporting-Endpoints header is ignored by Chrome before 96: report-to finds its endpoint only in the older Report-To header, and report-uri is ignored beside report-to',
      ],
    ],
    [
      "style-src-elem 'self'; default-src 'none'",
      ['safari 26.1', 'safari 15.3', 'safari 26.2'],
      ['different: style-src-elem is ignored by Safari before 26.2: default-src decides instead'],
    ],
    [
      "style-src-elem 'self'",
      ['safari 15.3'],
      ['weaker: style-src-elem is ignored by Safari before 26.2: nothing restricts it'],
    ],
    [
      "script-src-elem 'nonce-abc' 'strict-dynamic'",
      ['safari 15.3'],
      ['weaker: script-src-elem is ignored by Safari before 15.4: nothing restricts it'],
    ],
    [
      "worker-src 'self'; child-src 'none'; script-src *",
      ['safari 15.4'],
      ['different: worker-src is ignored by Safari before 15.5: child-src decides instead'],
    ],
    [
      "connect-src 'self'",
      ['firefox 45', 'firefox 22', 'firefox 50'],
      [
        'weaker: the whole policy is ignored by Firefox before 23: nothing is blocked or reported',
        "weaker: connect-src is followed in part by Firefox before 50: Before Firefox 50, ping attributes of <a> elements weren't covered by connect-src.",
      ],
    ],
    ["form-action 'none'", ['chrome 120', 'firefox 153'], []],
    [
      "default-src 'self'; form-action 'self'",
      ['ie 11', 'chrome 120', 'firefox 153'],
      [
        'weaker: the whole policy is ignored by Internet Explorer: nothing is blocked or reported',
        'weaker: form-action after a redirect is ignored by Firefox: a form is sent wherever an allowed target redirects it',
      ],
    ],
    [
      'block-all-mixed-content',
      ['firefox 130', 'firefox 121', 'firefox 47'],
      [
        'none: block-all-mixed-content is ignored by Firefox before 48 and since 122: it blocks or upgrades mixed content in any case',
      ],
    ],
    [
      'block-all-mixed-content',
      ['firefox 130', 'chrome 120'],
      [
        'none: block-all-mixed-content is ignored by Firefox since 122: it blocks or upgrades mixed content in any case',
      ],
    ],
    [
      "require-trusted-types-for 'script'; trusted-types app",
      ['firefox 147', 'safari 18.5', 'safari TP', 'chrome 83'],
      [
        'weaker: require-trusted-types-for is ignored by Firefox before 148, Safari before 26: plain strings reach the sinks of DOM-based scripting attacks',
        'weaker: trusted-types is ignored by Firefox before 148, Safari before 26: Trusted Types policies of any name may be made',
      ],
    ],
    [
      "script-src 'wasm-unsafe-eval'",
      ['safari 15.6'],
      [
        "stricter: 'wasm-unsafe-eval' in script-src is ignored by Safari before 16: WebAssembly is blocked unless 'unsafe-eval' allows it",
      ],
    ],
    [
      "script-src 'wasm-unsafe-eval' 'unsafe-eval'",
      ['safari 15.6'],
      [
        "none: 'wasm-unsafe-eval' in script-src is ignored by Safari before 16: 'unsafe-eval' allows the same",
      ],
    ],
    [
      "script-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='; default-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='",
      ['safari 15.5'],
      [
        'stricter: a hash in script-src for a script file is ignored by Safari before 15.6: hashes allow inline scripts only',
      ],
    ],
    [
      "webrtc 'block'; no-such-directive 'strict-dynamic'; webrtc 'report-sample'",
      ['safari 9'],
      [],
    ],
    [
      "fenced-frame-src 'report-sample'",
      ['safari 26.2', 'chrome 110'],
      [
        'none: fenced-frame-src is ignored by Chrome before 126, Safari: such a browser has no fenced frames',
      ],
    ],
  ])('%s in %j', (policy, targets, said) => {
    expect(say(policy, ...targets)).toEqual(said)
  })

  test('the targets of each browser and what to do', () => {
    const policy = csp().scriptSrc(NONCE, STRICT_DYNAMIC)
    const { findings, unknown, data } = support(policy, ['safari 14.1', 'safari 15.2-15.3'])
    expect(findings).toEqual([
      {
        feature: 'strict-dynamic',
        policy: 0,
        disposition: 'enforce',
        directive: 'script-src',
        value: "'strict-dynamic'",
        effect: 'stricter',
        message: expect.any(String),
        fix: 'https: as well, which other browsers ignore',
        browsers: [
          {
            browser: 'safari',
            name: 'Safari',
            targets: ['safari 14.1', 'safari 15.2-15.3'],
            since: '15.4',
            until: null,
          },
        ],
      },
    ])
    expect(unknown).toEqual([])
    expect(data.date).toMatch(/^20\d\d-\d\d-\d\d$/)
  })

  test('browsers that the data do not know', () => {
    expect(support(csp().defaultSrc(SELF), ['op_mini all', 'kaios 2.5']).unknown).toEqual([
      'op_mini all',
      'kaios 2.5',
    ])
  })

  test('several policies, each in its disposition', () => {
    const policy = csp().frameAncestors(NONE).sandbox('allow-scripts').upgradeInsecureRequests()
    const delivery = deliver({ enforce: policy, reportOnly: policy })
    const { findings } = support(delivery, ['firefox 49', 'safari 10'])
    const said = findings.map(({ policy: index, message }) => `${index} ${message}`)
    expect(said).toEqual([
      '0 sandbox is ignored by Firefox before 50: the page is not sandboxed',
      '0 upgrade-insecure-requests is ignored by Safari before 10.1: http: URLs are not upgraded: they are blocked as mixed content or loaded insecurely',
      '1 frame-ancestors is followed in part by Firefox before 58: Before Firefox 58, frame-ancestors is ignored in Content-Security-Policy-Report-Only.',
    ])
  })

  test('a meta element', () => {
    const record = { value: "frame-ancestors 'none'; base-uri 'none'", source: 'meta' } as const
    const { findings } = support(record, ['firefox 34'])
    expect(findings.map(({ message }) => message)).toEqual([
      'the whole policy is ignored by Firefox before 45: policies in meta elements are not read',
      'base-uri is ignored by Firefox before 35: an injected <base> moves relative URLs anywhere',
    ])
  })

  test.each(['', 'safari', 'safari 15.', 'defaults', '> 1%', 'safari 15.3 or so', 'safari -1'])(
    'refuses the target %j',
    (target) => {
      expect(() => support(csp(), [target])).toThrow(
        expect.objectContaining({ code: 'ERR_CSP_CHECK', value: target }),
      )
    },
  )

  test('a sentence for every directive of the table', () => {
    const features = SUPPORT_ROWS.map(([feature]) => feature)
    for (const feature of features) {
      const { findings } = support({ value: feature }, ['firefox 23', 'safari 7', 'chrome 25'])
      for (const { message } of findings) {
        expect(message).toMatch(
          new RegExp(`^.*${feature}.* is (?:ignored|followed in part) by .+: .+$`),
        )
      }
    }
  })
})

describe('the tables of the two documents that the project began with', () => {
  test.each<[feature: string, versions: Record<string, string | null>]>([
    [
      'connect-src',
      { chrome: '25', edge: '14', firefox: '23', ie: null, opera: '15', safari: '7' },
    ],
    ['report-uri', { chrome: '25', edge: '14', firefox: '23', ie: null, opera: '15', safari: '7' }],
    ['report-to', { chrome: '70', edge: '79', firefox: '149', ie: null, safari: '16.4' }],
  ])('%s', (feature, versions) => {
    const rows = compatibility(feature) ?? []
    const since = Object.fromEntries(
      rows.map(({ browser, ranges }) => [browser, ranges[0]?.since ?? null]),
    )
    expect(since).toMatchObject(versions)
  })

  test('connect-src without ping before Firefox 50', () => {
    const firefox = compatibility('connect-src')?.find(({ browser }) => browser === 'firefox')
    expect(firefox).toEqual({
      browser: 'firefox',
      name: 'Firefox',
      ranges: [
        { since: '23', until: '50', isPartial: true },
        { since: '50', until: null, isPartial: false },
      ],
    })
  })

  test('in the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const rows = new Map(
      Array.from(readme.matchAll(/^\| (\w.*?) +\|(.*)\|$/gm), ([, name, cells]) => [name, cells]),
    )
    const features = ['connect-src', 'report-uri', 'report-to', 'reporting-endpoints']
    const columns = features.map((feature) => compatibility(feature) ?? [])
    for (const [index, { name }] of (columns[0] ?? []).entries()) {
      const cells = columns.map((column) => column[index]?.ranges[0]?.since ?? 'none')
      expect(
        rows
          .get(name)
          ?.split('|')
          .map((cell) => cell.trim()),
      ).toEqual(cells)
    }
  })

  test('no table for what the data do not know', () => {
    expect(compatibility('webrtc')).toBeUndefined()
  })
})
