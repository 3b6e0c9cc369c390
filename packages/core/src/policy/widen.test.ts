import { describe, expect, it, test } from 'vitest'
import type { ListDirective } from '../vocabulary/directives.ts'
import type { CspErrorCode } from '../vocabulary/errors.ts'
import {
  NONCE,
  NONE,
  SELF,
  STRICT_DYNAMIC,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
} from '../vocabulary/keywords.ts'
import { deliver } from '../deliver.ts'
import { parsePolicy } from '../parse.ts'
import { createNonce } from '../sources/nonce.ts'
import type { Policy } from '../model/policy.ts'
import { csp } from './policy-value.ts'
import { strict } from '../presets.ts'
import { catchCspError } from '../../test/catch-csp-error.ts'

const NONCE_TEXT = "'nonce-r4nd0mr4nd0mr4nd0mr4nd0m'"
const HASH = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"

/** allow as untyped code calls it. */
function allow(policy: Policy, name: string, ...sources: readonly unknown[]): Policy {
  return policy.allow(name as ListDirective, ...(sources as string[]))
}

type Case = readonly [
  before: string,
  name: ListDirective,
  sources: readonly string[],
  after: string,
]

const widened: readonly Case[] = [
  ["img-src 'self'", 'img-src', ['a.example'], "img-src 'self' a.example"],
  // starts from the list that was in force, and edits the named directive only
  [
    "default-src 'self'; font-src *",
    'img-src',
    ['a.example'],
    "default-src 'self'; font-src *; img-src 'self' a.example",
  ],
  [
    "child-src a.example; default-src 'none'",
    'frame-src',
    ['b.example'],
    "child-src a.example; default-src 'none'; frame-src a.example b.example",
  ],
  [
    'script-src x.example',
    'worker-src',
    ['blob:'],
    'script-src x.example; worker-src x.example blob:',
  ],
  [
    "style-src 'self'",
    'style-src-elem',
    ['a.example'],
    "style-src 'self'; style-src-elem 'self' a.example",
  ],
  // 'none' and the empty list give way
  ["img-src 'none'", 'img-src', ['a.example'], 'img-src a.example'],
  ["default-src 'NONE'", 'img-src', ['a.example'], "default-src 'NONE'; img-src a.example"],
  ['img-src', 'img-src', ['a.example'], 'img-src a.example'],
  // nothing restricted it
  ["script-src 'self'", 'img-src', ['a.example'], "script-src 'self'"],
  ["default-src 'self'", 'form-action', ['a.example'], "default-src 'self'"],
  ["default-src 'self'", 'sandbox', ['allow-forms'], "default-src 'self'"],
  ['', 'default-src', ['a.example'], ''],
  // allowed already
  ["default-src 'self' a.example", 'img-src', ['a.example'], "default-src 'self' a.example"],
  ['sandbox allow-forms', 'sandbox', [], 'sandbox allow-forms'],
  // 'strict-dynamic' of script-src allows any worker; in worker-src it would allow none
  [
    "script-src 'nonce-x' 'strict-dynamic'",
    'worker-src',
    ['blob:'],
    "script-src 'nonce-x' 'strict-dynamic'",
  ],
  [
    "default-src 'strict-dynamic' a.example; worker-src 'self'",
    'child-src',
    ['blob:'],
    "default-src 'strict-dynamic' a.example; worker-src 'self'; child-src 'strict-dynamic' a.example blob:",
  ],
  // lists of other kinds
  ['sandbox', 'sandbox', ['allow-forms'], 'sandbox allow-forms'],
  ["trusted-types 'none'", 'trusted-types', ['one'], 'trusted-types one'],
  ["frame-ancestors 'none'", 'frame-ancestors', [SELF], "frame-ancestors 'self'"],
  ["base-uri 'none'", 'base-uri', [SELF], "base-uri 'self'"],
  // nonces and hashes where they take nothing away
  ["script-src 'self'", 'script-src', [HASH], `script-src 'self' ${HASH}`],
  [
    "script-src 'nonce-x' 'unsafe-inline'",
    'script-src',
    [HASH],
    `script-src 'nonce-x' 'unsafe-inline' ${HASH}`,
  ],
  [
    "script-src 'strict-dynamic' 'unsafe-inline'",
    'script-src',
    [HASH],
    `script-src 'strict-dynamic' 'unsafe-inline' ${HASH}`,
  ],
  [
    "script-src 'Strict-Dynamic'",
    'script-src',
    [STRICT_DYNAMIC, NONCE_TEXT],
    `script-src 'Strict-Dynamic' 'strict-dynamic' ${NONCE_TEXT}`,
  ],
  // attributes: nonces, hashes without 'unsafe-hashes' and what they made void are left out
  [
    `style-src 'self' ${NONCE_TEXT}`,
    'style-src-attr',
    [UNSAFE_INLINE],
    `style-src 'self' ${NONCE_TEXT}; style-src-attr 'self' 'unsafe-inline'`,
  ],
  [
    `style-src ${NONCE_TEXT} 'unsafe-inline'`,
    'style-src-attr',
    [UNSAFE_INLINE],
    `style-src ${NONCE_TEXT} 'unsafe-inline'; style-src-attr 'unsafe-inline'`,
  ],
  [
    `style-src ${NONCE_TEXT} 'unsafe-inline'`,
    'style-src-attr',
    [UNSAFE_HASHES, HASH],
    `style-src ${NONCE_TEXT} 'unsafe-inline'; style-src-attr 'unsafe-hashes' ${HASH}`,
  ],
  [
    `style-src ${HASH} 'unsafe-hashes'`,
    'style-src-attr',
    [UNSAFE_INLINE],
    `style-src ${HASH} 'unsafe-hashes'; style-src-attr 'unsafe-hashes' 'unsafe-inline'`,
  ],
  [
    `script-src ${NONCE_TEXT} 'strict-dynamic' https: 'unsafe-inline'`,
    'script-src-attr',
    [UNSAFE_INLINE],
    `script-src ${NONCE_TEXT} 'strict-dynamic' https: 'unsafe-inline'; script-src-attr https: 'unsafe-inline'`,
  ],
  [
    `script-src ${HASH}`,
    'script-src-attr',
    [UNSAFE_HASHES],
    `script-src ${HASH}; script-src-attr ${HASH} 'unsafe-hashes'`,
  ],
  [
    `style-src-attr ${NONCE_TEXT}`,
    'style-src-attr',
    [UNSAFE_INLINE],
    "style-src-attr 'unsafe-inline'",
  ],
  // default-src decides for images too, where 'strict-dynamic' makes nothing void
  [
    "default-src 'strict-dynamic'",
    'default-src',
    ['a.example'],
    "default-src 'strict-dynamic' a.example",
  ],
]

describe('allow', () => {
  test.each(widened)('%j, %s %j', (before, name, sources, after) => {
    const { policy } = parsePolicy(before)
    const result = allow(policy, name, ...sources)
    expect(String(result)).toBe(after)
    expect(result === policy).toBe(before === after)
  })

  it('adds the nonce of the response', () => {
    const policy = csp().defaultSrc(SELF).allow('script-src', NONCE)
    expect(policy.get('script-src')).toEqual([SELF, NONCE])
  })

  type Refused = readonly [
    before: string,
    name: string,
    sources: readonly unknown[],
    code: CspErrorCode,
    reason: string,
  ]
  const refused: readonly Refused[] = [
    [
      "script-src 'self' 'unsafe-inline'",
      'script-src',
      [NONCE],
      'ERR_CSP_NOT_WIDER',
      'a nonce makes',
    ],
    [
      "script-src 'Unsafe-Inline'",
      'script-src',
      [HASH],
      'ERR_CSP_NOT_WIDER',
      "makes 'unsafe-inline' void",
    ],
    [
      "default-src 'unsafe-inline'",
      'style-src',
      [HASH],
      'ERR_CSP_NOT_WIDER',
      "'unsafe-inline' void",
    ],
    [
      "default-src 'strict-dynamic' 'unsafe-inline'",
      'default-src',
      [HASH],
      'ERR_CSP_NOT_WIDER',
      "'unsafe-inline' void",
    ],
    [
      "default-src 'strict-dynamic' 'unsafe-inline'",
      'style-src',
      [HASH],
      'ERR_CSP_NOT_WIDER',
      "'unsafe-inline' void",
    ],
    [
      "script-src 'self'",
      'script-src',
      [STRICT_DYNAMIC],
      'ERR_CSP_NOT_WIDER',
      'hosts of the list void',
    ],
    // what would allow nothing
    ...(
      [
        [
          "script-src 'nonce-x' 'strict-dynamic'",
          'script-src',
          ['a.example'],
          'void. Use the nonce',
        ],
        ["script-src 'nonce-x' 'strict-dynamic'", 'script-src', [SELF], "makes 'self' void"],
        ["script-src 'strict-dynamic' https:", 'script-src', ['https:'], 'makes https: void'],
        ["script-src 'strict-dynamic'", 'script-src-elem', ['a.example'], 'makes a.example void'],
        ["default-src 'strict-dynamic'", 'script-src', ['a.example'], 'makes a.example void'],
        ["style-src 'nonce-x'", 'style-src', [UNSAFE_INLINE], 'allow("style-src-attr"'],
        ["style-src 'nonce-x' 'unsafe-inline'", 'style-src', [UNSAFE_INLINE], 'a nonce or hash'],
        [`default-src ${HASH}`, 'script-src', [UNSAFE_INLINE], 'hashSource(content)'],
        ["script-src 'strict-dynamic'", 'script-src', [UNSAFE_INLINE], "'strict-dynamic' makes"],
        ["style-src 'self'", 'style-src', [NONCE, UNSAFE_INLINE], 'a nonce or hash makes'],
        ["style-src 'self'", 'style-src-attr', [NONCE], 'a nonce has no effect'],
        ["style-src 'self'", 'style-src-attr', [HASH], 'Use UNSAFE_HASHES beside it'],
        ["style-src 'self'", 'style-src-attr', ['a.example'], 'Use it in style-src instead'],
        ["img-src 'self'", 'img-src', [NONCE], 'Use it in script-src or style-src instead'],
        ["connect-src 'self'", 'connect-src', [HASH], 'Use it in script-src or style-src instead'],
        ["script-src 'self'", 'script-src-elem', ["'unsafe-eval'"], 'Use it in script-src or'],
        [
          "script-src-elem 'self'; script-src *",
          'script-src',
          ['a.example'],
          'script-src-elem decides',
        ],
        ["style-src-elem 'self'", 'style-src', [UNSAFE_INLINE], 'allow("style-src-elem", …)'],
        [
          "frame-src 'none'; worker-src 'none'; child-src *",
          'child-src',
          ['a.example'],
          'worker-src decide',
        ],
        ["frame-src 'none'; script-src 'none'", 'child-src', ['a.example'], 'script-src decide'],
        ["script-src 'self'", 'frame-src', ["'wasm-unsafe-eval'"], 'has no effect in frame-src'],
        ["img-src 'self'", 'img-src', ["'unsafe-allow-redirects'"], 'Use no such keyword instead'],
      ] as const
    ).map(([before, name, sources, reason]): Refused => [
      before,
      name,
      sources,
      'ERR_CSP_NOT_WIDER',
      reason,
    ]),
    ["img-src 'self'", 'img-src', [NONE], 'ERR_CSP_NOT_WIDER', 'allows nothing'],
    ['', 'img-src', [NONE], 'ERR_CSP_NOT_WIDER', 'allows nothing'],
    ["trusted-types 'none'", 'trusted-types', [NONE], 'ERR_CSP_NOT_WIDER', 'allows nothing'],
    // 'strict-dynamic' of default-src allows any worker
    [
      "default-src 'strict-dynamic' a.example",
      'worker-src',
      ['blob:'],
      'ERR_CSP_NOT_WIDER',
      'allows any worker, and in worker-src it would not. Use set("worker-src", …)',
    ],
    [
      "default-src 'strict-dynamic'",
      'child-src',
      ['*'],
      'ERR_CSP_NOT_WIDER',
      'allows any worker, and in child-src it would not. Use set("child-src", …)',
    ],
    // a new child-src would take the workers over from script-src
    [
      "default-src 'self'; script-src a.example",
      'child-src',
      ['b.example'],
      'ERR_CSP_NOT_WIDER',
      'worker-src is absent and follows script-src',
    ],
    ['', 'report-to', ['csp'], 'ERR_CSP_NOT_WIDER', 'not a list of permissions'],
    ['', 'upgrade-insecure-requests', [], 'ERR_CSP_NOT_WIDER', 'not a list of permissions'],
    ['', 'webrtc', ["'allow'"], 'ERR_CSP_NOT_WIDER', 'not a list of permissions'],
    [
      '',
      'require-trusted-types-for',
      ["'script'"],
      'ERR_CSP_NOT_WIDER',
      'not a list of permissions',
    ],
    ['', 'new-directive', ['x'], 'ERR_CSP_NOT_WIDER', 'not a list of permissions'],
    ['', 'navigate-to', [SELF], 'ERR_CSP_DIRECTIVE_REMOVED', 'form-action'],
    ['', 'imgs-src', [SELF], 'ERR_CSP_DIRECTIVE_UNKNOWN', 'Did you mean img-src?'],
    ["img-src 'self'", 'img-src', [], 'ERR_CSP_DIRECTIVE_EMPTY', 'no value'],
    ["img-src 'self'", 'img-src', ['self'], 'ERR_CSP_KEYWORD_UNQUOTED', 'single quotes'],
    ["img-src 'self'", 'img-src', [undefined], 'ERR_CSP_DIRECTIVE_VALUE', 'is not text'],
  ]
  test.each(refused)('%j, %s %j: %s', (before, name, sources, code, reason) => {
    const error = catchCspError(() => allow(parsePolicy(before).policy, name, ...sources))
    expect(error).toMatchObject({ code, directive: name })
    expect(error.message).toContain(reason)
  })

  it('makes a child-src where workers have their own directive or followed the same list', () => {
    expect(
      String(
        parsePolicy("default-src 'self'; script-src x; worker-src y").policy.allow(
          'child-src',
          'z',
        ),
      ),
    ).toBe("default-src 'self'; script-src x; worker-src y; child-src 'self' z")
    expect(String(csp().defaultSrc(SELF).allow('child-src', 'z'))).toBe(
      "default-src 'self'; child-src 'self' z",
    )
  })
})

describe('merge', () => {
  const policy = csp().defaultSrc(SELF).imgSrc(NONE).upgradeInsecureRequests().reportTo('csp', '/r')

  it('allows what the additions list and keeps what they do not mention', () => {
    const additions = csp()
      .imgSrc('a.example', 'data:')
      .connectSrc('b.example')
      .formAction('c.example')
      .objectSrc(NONE)
    expect(String(policy.merge(additions))).toBe(
      "default-src 'self'; img-src a.example data:; upgrade-insecure-requests; report-to csp; report-uri /r; connect-src 'self' b.example",
    )
  })

  it('is the policy itself with nothing, or with itself', () => {
    expect(policy.merge(csp())).toBe(policy)
    expect(policy.merge(policy)).toBe(policy)
    expect(policy.merge(csp().objectSrc(NONE))).toBe(policy)
    expect(strict().merge(strict()).equals(strict())).toBe(true)
  })

  // peers.md 2.16
  it("never leaves 'none' beside a host", () => {
    const merged = csp().scriptSrc(NONE).merge(csp().scriptSrc('a.example'))
    expect(String(merged)).toBe('script-src a.example')
  })

  it('leaves out what would allow nothing, and says so', () => {
    const page = csp().scriptSrc(NONCE, STRICT_DYNAMIC).styleSrc(SELF, NONCE).baseUri(NONE)
    const vendor = csp()
      .scriptSrc('https://maps.example')
      .styleSrc(UNSAFE_INLINE, 'https://fonts.example')
      .imgSrc('https://maps.example')
    const merged = page.merge(vendor)
    expect(merged.get('script-src')).toEqual([NONCE, STRICT_DYNAMIC])
    expect(merged.get('style-src')).toEqual([SELF, NONCE, 'https://fonts.example'])
    const notes = merged.issues().filter(({ code }) => code === 'not-merged')
    expect(notes).toMatchObject([
      {
        severity: 'warning',
        directive: 'script-src',
        value: 'https://maps.example',
        message:
          "merge() left https://maps.example out of script-src: 'strict-dynamic' makes https://maps.example void",
        fix: 'the nonce on the script element that loads it',
      },
      { directive: 'style-src', value: UNSAFE_INLINE },
    ])
    expect(String(deliver(merged).headers(createNonce()))).toContain('fonts.example')
    // Written anew, the directive has no note any more.
    expect(merged.set('script-src', [SELF]).issues()).not.toContainEqual(
      expect.objectContaining({ code: 'not-merged', directive: 'script-src' }),
    )
    const images = csp().imgSrc(SELF).merge(csp().imgSrc(NONCE))
    expect(images.issues()[0]?.message).toContain("left 'nonce-{NONCE}' out of img-src")
  })

  it('says nothing of what is void already', () => {
    expect(strict().merge(strict()).issues()).toEqual(strict().issues())
  })

  it('takes further endpoints and refuses a second URL for one', () => {
    const merged = policy.merge(csp().endpoint('more', '/m').endpoint('csp', '/r'))
    expect(merged.endpoints).toEqual([
      { name: 'csp', url: '/r' },
      { name: 'more', url: '/m' },
    ])
    const error = catchCspError(() => policy.merge(csp().endpoint('csp', '/other')))
    expect(error.code).toBe('ERR_CSP_ENDPOINT_CONFLICT')
    expect(error.message).toContain('it has the URLs "/r" and "/other"')
  })

  test.each([
    ['upgrade-insecure-requests', csp().scriptSrc(SELF), csp().upgradeInsecureRequests()],
    ['report-to', csp().scriptSrc(SELF).reportTo('csp', '/r'), csp().reportTo('other')],
    ['report-uri', csp().scriptSrc(SELF), csp().directive('report-uri', '/r')],
    ['new-directive', csp().scriptSrc(SELF), csp().directive('new-directive', 'x')],
  ])('refuses %s, which is not a list of permissions', (directive, before, additions) => {
    expect(catchCspError(() => before.merge(additions))).toMatchObject({
      code: 'ERR_CSP_NOT_WIDER',
      directive,
    })
  })

  it('refuses the empty policy and what is none', () => {
    expect(catchCspError(() => csp().merge(strict())).code).toBe('ERR_CSP_POLICY_EMPTY')
    for (const value of [undefined, null, {}, 'img-src *', deliverable]) {
      expect(catchCspError(() => policy.merge(value as Policy)).code).toBe('ERR_CSP_INPUT')
    }
  })
})

const deliverable = { enforce: csp() }
