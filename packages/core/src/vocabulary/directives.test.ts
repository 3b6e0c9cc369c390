import { describe, expect, it, test } from 'vitest'
import type { DirectiveInfo, DirectiveName } from './directives.ts'
import {
  chainOf,
  DIRECTIVES,
  methodName,
  nearestDirective,
  REMOVED_DIRECTIVES,
  SANDBOX_TOKENS,
} from './directives.ts'
import { csp } from '../policy/policy-value.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

type Row = readonly [
  name: DirectiveName,
  method: string,
  example: string,
  chain: string,
  traits: Partial<Omit<DirectiveInfo, 'name' | 'fallback'>>,
]

const NO_META = { worksInMeta: false }
const NO_REPORT_ONLY = { worksInReportOnly: false }

// The tables of the specifications: name, method, a value, who decides in its absence, what is not
// "source-list, works everywhere, current".
const rows: readonly Row[] = [
  ['default-src', 'defaultSrc', "'self'", '', {}],
  ['script-src', 'scriptSrc', "'self'", 'default-src', {}],
  ['script-src-elem', 'scriptSrcElem', "'self'", 'script-src default-src', {}],
  ['script-src-attr', 'scriptSrcAttr', "'unsafe-inline'", 'script-src default-src', {}],
  ['style-src', 'styleSrc', "'self'", 'default-src', {}],
  ['style-src-elem', 'styleSrcElem', "'self'", 'style-src default-src', {}],
  ['style-src-attr', 'styleSrcAttr', "'unsafe-inline'", 'style-src default-src', {}],
  ['connect-src', 'connectSrc', 'wss://live.example.com', 'default-src', {}],
  ['img-src', 'imgSrc', 'data:', 'default-src', {}],
  ['font-src', 'fontSrc', 'https://fonts.example', 'default-src', {}],
  ['media-src', 'mediaSrc', '*.example.com', 'default-src', {}],
  ['object-src', 'objectSrc', "'none'", 'default-src', {}],
  ['manifest-src', 'manifestSrc', "'self'", 'default-src', {}],
  ['child-src', 'childSrc', "'self'", 'default-src', {}],
  ['frame-src', 'frameSrc', "'self'", 'child-src default-src', {}],
  [
    'fenced-frame-src',
    'fencedFrameSrc',
    'https:',
    'frame-src child-src default-src',
    { status: 'experimental' },
  ],
  ['worker-src', 'workerSrc', 'blob:', 'child-src script-src default-src', {}],
  ['base-uri', 'baseUri', "'none'", '', {}],
  ['form-action', 'formAction', "'self'", '', {}],
  [
    'frame-ancestors',
    'frameAncestors',
    "'none'",
    '',
    { grammar: 'ancestor-source-list', ...NO_META },
  ],
  [
    'sandbox',
    'sandbox',
    'allow-scripts',
    '',
    { grammar: 'sandbox', ...NO_META, ...NO_REPORT_ONLY },
  ],
  ['webrtc', 'webrtc', "'block'", '', { grammar: 'webrtc', status: 'experimental' }],
  [
    'upgrade-insecure-requests',
    'upgradeInsecureRequests',
    '',
    '',
    { grammar: 'none', ...NO_REPORT_ONLY },
  ],
  [
    'block-all-mixed-content',
    'blockAllMixedContent',
    '',
    '',
    { grammar: 'none', status: 'deprecated', ...NO_REPORT_ONLY },
  ],
  [
    'treat-as-public-address',
    'treatAsPublicAddress',
    '',
    '',
    { grammar: 'none', status: 'experimental', ...NO_META, ...NO_REPORT_ONLY },
  ],
  [
    'require-trusted-types-for',
    'requireTrustedTypesFor',
    "'script'",
    '',
    { grammar: 'trusted-types-sinks' },
  ],
  ['trusted-types', 'trustedTypes', 'default', '', { grammar: 'trusted-types' }],
  [
    'report-uri',
    'reportUri',
    '/csp-reports',
    '',
    { grammar: 'uri-references', status: 'deprecated', ...NO_META },
  ],
  ['report-to', 'reportTo', 'csp', '', { grammar: 'token' }],
]

describe('the directive table', () => {
  it('has exactly the directives of the specifications', () => {
    expect([...DIRECTIVES.keys()].toSorted()).toEqual(rows.map(([name]) => name).toSorted())
  })

  test.each(rows)('%s', (name, method, value, chain, traits) => {
    expect(DIRECTIVES.get(name)).toEqual({
      name,
      grammar: 'source-list',
      worksInMeta: true,
      worksInReportOnly: true,
      status: 'current',
      ...traits,
      fallback: chain === '' ? [] : chain.split(' '),
    })
    expect(chainOf(name).join(' ')).toBe(`${name} ${chain}`.trim())
    expect(methodName(name)).toBe(method)

    const values = value === '' ? [] : [value]
    const policy = csp() as unknown as Record<string, (...values: readonly string[]) => unknown>
    const text = `${name} ${value}`.trim()
    expect(String(policy[method]?.(...values)), 'the method').toBe(text)
    expect(String(csp().set(name, values)), 'set').toBe(text)
    expect(String(csp().directive(name.toUpperCase(), ...values)), 'directive').toBe(text)
  })

  it('is frozen, row by row', () => {
    for (const info of DIRECTIVES.values()) {
      expect(Object.isFrozen(info)).toBe(true)
      expect(Object.isFrozen(info.fallback)).toBe(true)
    }
  })

  it('names the sandbox tokens of HTML, the storage-access one and that of cookies', () => {
    expect(SANDBOX_TOKENS).toHaveLength(15)
    for (const token of SANDBOX_TOKENS) expect(token).toMatch(/^allow-/)
  })
})

describe('removed directives', () => {
  const removed: readonly (readonly [name: string, replacement: string])[] = [
    ['prefetch-src', 'default-src'],
    ['navigate-to', 'form-action'],
    ['plugin-types', 'object-src'],
    ['referrer', 'Referrer-Policy'],
    ['reflected-xss', 'script-src'],
    ['require-sri-for', 'Integrity-Policy'],
    ['disown-opener', 'Cross-Origin-Opener-Policy'],
    ['policy-uri', 'the policy itself'],
    ['allow', 'default-src'],
    ['options', 'script-src'],
    ['frame-options', 'frame-ancestors'],
    ['xhr-src', 'connect-src'],
    ['script-src-v2', 'script-src'],
  ]

  test.each(removed)('%s is refused and names %s', (name, replacement) => {
    const error = catchCspError(() => csp().directive(name, "'self'"))
    expect(error).toMatchObject({
      code: 'ERR_CSP_DIRECTIVE_REMOVED',
      directive: name,
      value: name,
    })
    expect(error.message).toContain(replacement)
    expect(catchCspError(() => csp().set(name, [])).code).toBe('ERR_CSP_DIRECTIVE_REMOVED')
  })

  it('are all in this table', () => {
    expect([...REMOVED_DIRECTIVES.keys()]).toEqual(removed.map(([name]) => name))
  })
})

describe('nearestDirective', () => {
  const near: readonly (readonly [wrong: string, right: string | undefined])[] = [
    ['defualt-src', 'default-src'],
    ['scipt-src', 'script-src'],
    ['script_src', 'script-src'],
    ['scriptsrc', 'script-src'],
    ['img-scr', 'img-src'],
    ['base-url', 'base-uri'],
    ['frame-ancestor', 'frame-ancestors'],
    ['requiretrustedtypesfor', 'require-trusted-types-for'],
    ['block_all_mixed_content', 'block-all-mixed-content'],
    ['constructor', undefined],
    ['model-src', undefined],
    ['', undefined],
  ]
  test.each(near)('%j means %j', (wrong, right) => {
    expect(nearestDirective(wrong)).toBe(right)
  })
})
