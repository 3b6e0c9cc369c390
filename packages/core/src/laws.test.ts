/**
 * The law of promise 1: whatever strings go in, what comes out is one policy with exactly the
 * directives that were written, in printable ASCII, without a separator that nobody wrote.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deliver } from './deliver.ts'
import type { ListDirective } from './vocabulary/directives.ts'
import { DIRECTIVES, methodName } from './vocabulary/directives.ts'
import { CspError } from './vocabulary/errors.ts'
import { KEYWORDS, NONCE, NONE } from './vocabulary/keywords.ts'
import { createNonce } from './sources/nonce.ts'
import { parsePolicy, parsePolicyList } from './parse.ts'
import type { Policy } from './model/policy.ts'
import { csp } from './policy/policy-value.ts'
import { examineSource, isSourceExpression } from './sources/source-expression.ts'

const NAMES = [...DIRECTIVES.keys()]
const nonce = createNonce()

/** How many strings went in, and how many policies came out. */
const count = { inputs: 0, accepted: 0 }

// Separators, and what some parser may take for one.
const SEPARATORS = Array.from(
  ';, \t\n\r\f\u000b\u0000\u001f\u007f\u0085\u00a0\u2028\ufeff\u037e\uff1b\uff0c\u201a\u2018\u2019éßİ\u212a',
)
const INJECTIONS = [
  '; script-src *',
  ', script-src *',
  '\r\nSet-Cookie: a=b',
  '\r\n\r\n<script>alert(1)</script>',
  "' 'unsafe-inline",
  "'; default-src *; x '",
  '\ud800',
  '\udc00',
]
const PIECES =
  `"><script> %0d%0a %3B %2C % {x} \\ " &quot; self 'self' 'none' 'nonce- 'sha256- https: https:// a.example * *. :
  :* :443 / /a // ? # @ . - _ ' é.example \uff41.example allow-scripts 'script' csp`.split(/\s+/)
const fragments = fc.constantFrom(...SEPARATORS, ...INJECTIONS, ...PIECES, ...KEYWORDS.keys())
const hostile = fc.oneof(
  { arbitrary: fc.array(fragments, { maxLength: 6 }).map((parts) => parts.join('')), weight: 6 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 12 }), weight: 1 },
  { arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), weight: 1 },
  { arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }), weight: 1 },
  { arbitrary: fc.domain(), weight: 1 },
)
const harmless = fc.constantFrom(
  "'self'",
  'https:',
  'a.example',
  '*',
  'allow-forms',
  "'script'",
  '/r',
  'csp',
  "'allow'",
)
const input = fc.oneof(
  { arbitrary: hostile, weight: 12 },
  { arbitrary: harmless, weight: 6 },
  { arbitrary: fc.constant<unknown>(NONCE), weight: 1 },
  {
    arbitrary: fc.constantFrom<unknown>(undefined, null, false, 0, {}, [], Symbol('x')),
    weight: 1,
  },
)
const name = fc.oneof(
  { arbitrary: fc.constantFrom(...NAMES), weight: 6 },
  { arbitrary: hostile, weight: 1 },
  { arbitrary: fc.stringMatching(/^[a-z0-9-]{1,12}$/), weight: 1 },
)

/** A call that writes: what it is named, and how it is made. */
interface Call {
  readonly write: (policy: Policy) => Policy
  /** The directives that it may write. */
  readonly names: readonly string[]
  /** Strings that went in. */
  readonly size: number
}

type Loose = Record<string, (...values: readonly unknown[]) => Policy>

const calls = fc.oneof(
  fc
    .tuple(fc.constantFrom(...NAMES), fc.array(input, { maxLength: 3 }))
    .map(([directive, values]): Call => ({
      write: (policy) => (policy as unknown as Loose)[methodName(directive)]?.(...values) as Policy,
      names: [directive, ...(directive === 'report-to' ? ['report-uri'] : [])],
      size: values.length,
    })),
  fc
    .tuple(name, fc.array(input, { maxLength: 3 }), fc.constantFrom('set', 'directive'))
    .map(([directive, values, method]): Call => ({
      write: (policy) =>
        method === 'set'
          ? policy.set(directive, values as string[])
          : policy.directive(directive, ...(values as string[])),
      names: [directive.toLowerCase()],
      size: values.length + 1,
    })),
  fc.tuple(name, fc.array(input, { maxLength: 3 })).map(([directive, values]): Call => ({
    write: (policy) =>
      policy.defaultSrc('https:').allow(directive as ListDirective, ...(values as string[])),
    names: ['default-src', directive.toLowerCase()],
    size: values.length + 1,
  })),
  fc.tuple(input, input).map(([group, url]): Call => ({
    write: (policy) => policy.reportTo(group as string, url as string),
    names: ['report-to', 'report-uri'],
    size: 2,
  })),
  fc.tuple(input, input).map(([group, url]): Call => ({
    write: (policy) => policy.imgSrc('*').endpoint(group as string, url as string),
    names: ['img-src'],
    size: 2,
  })),
)

/** Makes the call; undefined when it was refused, which is the only other outcome. */
function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action()
  } catch (error) {
    if (error instanceof CspError) return undefined
    throw error
  }
}

const PRINTABLE = /^[\u0020-\u007e]*$/

function expectClean(policy: Policy, names: readonly string[]): void {
  const text = policy.toString({ nonce })
  expect(text).toMatch(PRINTABLE)
  expect(text).not.toContain(',')
  // One policy, and exactly the directives that were written.
  const { policy: parsed } = parsePolicy(text)
  expect(parsePolicyList(text)).toHaveLength(policy.directives.length === 0 ? 0 : 1)
  const written = policy.directives.map((directive) => ({
    name: directive.name,
    values: directive.values.map((value) => (value === NONCE ? `'nonce-${nonce}'` : value)),
  }))
  expect(parsed.directives).toEqual(written)
  expect(String(parsed)).toBe(text)
  expect(text.split(';')).toHaveLength(Math.max(1, policy.directives.length))
  expect(names).toEqual(
    expect.arrayContaining(policy.directives.map((directive) => directive.name)),
  )

  // What the builder accepted has no error, and leaves the house clean.
  expect(
    policy
      .issues()
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message),
  ).toEqual([])
  if (policy.directives.length === 0 && policy.endpoints.length === 0) return
  for (const [header, value] of deliver(policy, { legacyReportTo: true }).headers(nonce)) {
    expect(`${header}: ${value}`).toMatch(PRINTABLE)
  }
  const { meta } = policy.splitForMeta()
  const tag = attempt(() => meta.toMeta({ nonce }))
  expect(tag ?? '<meta http-equiv="Content-Security-Policy" content="">').toMatch(
    /^<meta http-equiv="Content-Security-Policy" content="[^"<>\r\n]*">$/,
  )
}

describe('whatever strings go in', () => {
  it('every accepted call gives exactly one policy with the directives that were written', () => {
    fc.assert(
      fc.property(calls, ({ write, names, size }) => {
        count.inputs += size
        const policy = attempt(() => write(csp()))
        if (policy === undefined) return
        count.accepted++
        expectClean(policy, names)
      }),
      { numRuns: 100_000 },
    )
  }, 60_000)

  it('several calls on one policy do too', () => {
    fc.assert(
      fc.property(fc.array(calls, { minLength: 2, maxLength: 8 }), (list) => {
        let policy = csp()
        for (const { write, size } of list) {
          count.inputs += size
          policy = attempt(() => write(policy)) ?? policy
        }
        count.accepted++
        expectClean(policy, [
          'default-src',
          'img-src',
          'report-uri',
          ...list.flatMap(({ names }) => names),
        ])
      }),
      { numRuns: 4000 },
    )
  }, 60_000)

  it('a nonce is base64 or refused', () => {
    const policy = csp().scriptSrc(NONCE).imgSrc('*')
    const nonces = fc.oneof(
      hostile,
      hostile.map((text) => nonce + text),
      hostile.map((text) => text + nonce),
    )
    fc.assert(
      fc.property(nonces, (text) => {
        count.inputs++
        for (const write of [
          () => policy.toString({ nonce: text }),
          () => deliver(policy).headers(text)[0]?.[1],
          () => /content="(.*)"/.exec(policy.toMeta({ nonce: text }))?.[1],
        ]) {
          const written = attempt(write)
          expect(written ?? "script-src 'nonce-a'; img-src *").toMatch(
            /^script-src 'nonce-[\w+/-]+={0,2}'; img-src \*$/,
          )
        }
      }),
      { numRuns: 5000 },
    )
  }, 60_000)

  it('is at least 100 000 strings, of which enough are accepted to mean something', () => {
    expect(count.inputs).toBeGreaterThan(100_000)
    expect(count.accepted).toBeGreaterThan(10_000)
  })
})

describe('a source', () => {
  it('that is accepted is one expression of the grammar, and is written the same again', () => {
    let accepted = 0
    fc.assert(
      fc.property(hostile, (text) => {
        const examined = examineSource(text)
        if (!('text' in examined)) return
        accepted++
        expect(isSourceExpression(examined.text) || examined.text === NONE).toBe(true)
        expect(examineSource(examined.text)).toEqual(examined)
      }),
      { numRuns: 20_000 },
    )
    expect(accepted).toBeGreaterThan(2000)
  }, 60_000)
})

describe('round trip', () => {
  const sources = fc.oneof(
    fc.constantFrom(...KEYWORDS.keys()),
    fc.domain(),
    fc
      .tuple(
        fc.constantFrom('https://', 'wss://', '*.', ''),
        fc.domain(),
        fc.constantFrom('', ':443', ':*', '/a;b'),
      )
      .map((parts) => parts.join('')),
    fc.constantFrom('data:', 'blob:', '*', "'nonce-abc'"),
  )

  it('parse(toString(p)) equals p', () => {
    const policies = fc
      .array(fc.tuple(name, fc.array(sources, { maxLength: 4 })), { maxLength: 5 })
      .map((entries) =>
        entries.reduce(
          (policy, [directive, values]) => attempt(() => policy.set(directive, values)) ?? policy,
          csp(),
        ),
      )
    let size = 0
    fc.assert(
      fc.property(policies, (policy) => {
        size += policy.directives.length
        expect(parsePolicy(String(policy)).policy.equals(policy)).toBe(true)
        expect(
          parsePolicy(`  ${String(policy).replaceAll(' ', '\t\n ')} ;; `).policy.equals(policy),
        ).toBe(true)
      }),
      { numRuns: 4000 },
    )
    expect(size).toBeGreaterThan(4000)
  }, 60_000)
})

describe('what is sent', () => {
  const pieces = fc.constantFrom(...Array.from(';,\t\u000b\u0000é%'), ...PIECES, ...KEYWORDS.keys())
  const word = fc.oneof(
    { arbitrary: harmless, weight: 4 },
    {
      arbitrary: fc.constantFrom('https://cdn.example/npm/a,b/x.js', '/r?a,b', 'a.example/,', ','),
      weight: 1,
    },
    { arbitrary: fc.array(pieces, { maxLength: 3 }).map((parts) => parts.join('')), weight: 1 },
  )
  const directive = fc
    .tuple(fc.oneof(fc.constantFrom(...NAMES), pieces), fc.array(word, { maxLength: 3 }))
    .map(([first, words]) => [first, ...words].join(' '))
  const texts = fc.array(directive, { minLength: 1, maxLength: 3 }).map((list) => list.join(';'))

  it('is read as the policies that were meant, whatever text they were parsed from', () => {
    let sent = 0
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 2 }), (list) => {
        const policies = list.map((text) => parsePolicy(text).policy)
        const delivery = attempt(() => deliver({ enforce: policies }))
        if (delivery === undefined) return
        sent++
        const header = delivery.headers()[0]?.[1] ?? ''
        expect(parsePolicyList(header).map(({ policy }) => policy.directives)).toEqual(
          policies.map(({ directives }) => directives),
        )
      }),
      { numRuns: 20_000 },
    )
    expect(sent).toBeGreaterThan(500)
  }, 60_000)
})
