/** What holds of every policy and every check. */

import { CspError, NONCE, csp, parsePolicy } from '@cusp/core'
import type { ListDirective, Policy } from '@cusp/core'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Check } from '../check/check.ts'
import { compile, decide } from './decide.ts'
import type { DecideOptions } from './decide.ts'
import { getDialect } from '../dialects/dialect.ts'
import { explain } from '../explain/explain.ts'
import { doesUrlMatchExpression, doesUrlMatchSourceList } from '../sources/match-url.ts'
import { sandboxFlags } from '../rules/sandbox.ts'
import { makeSourceList } from '../sources/source-list.ts'
import * as any from '../../test/arbitraries.ts'
import { findURLMatch } from '../sources/url-index.ts'
import { readSelf, readURL } from '../url/url.ts'
import { violation } from '../report/violation.ts'

const options: fc.Arbitrary<DecideOptions> = fc.record({ self: any.self, dialect: any.dialect })
// Thousands of runs, with coverage on a loaded machine.
vi.setConfig({ testTimeout: 60_000 })

const runs = { numRuns: 1000 }

test('the index agrees with the specification, expression by expression', () => {
  fc.assert(
    fc.property(
      fc.array(any.source, { maxLength: 12 }),
      any.url,
      fc.record({ self: any.self, dialect: any.dialect, redirectCount: fc.nat(1) }),
      fc.constantFrom('img-src', 'media-src', 'connect-src'),
      (sources, text, { self, dialect: name, redirectCount }, directive) => {
        const url = readURL(text)
        fc.pre(url !== null)
        const dialect = getDialect(name)
        const context = { self: readSelf(self), dialect, redirectCount, directive }
        const list = makeSourceList(sources, { name: directive, dialect })
        const found = findURLMatch(list.index, url, context)
        expect(found !== null).toBe(doesUrlMatchSourceList(url, list.expressions, context))
        expect(found === null || doesUrlMatchExpression(url, found, context)).toBe(true)
      },
    ),
    { numRuns: 4000 },
  )
})

test('compile decides as decide does', () => {
  fc.assert(
    fc.property(
      fc.array(any.policy, { maxLength: 3 }),
      any.check,
      options,
      (policies, check, how) => {
        expect(compile(policies, how).decide(check)).toEqual(decide(policies, check, how))
      },
    ),
    runs,
  )
})

test('the order of sources changes no decision', () => {
  fc.assert(
    fc.property(any.policyText, any.check, options, fc.nat(), (text, check, how, seed) => {
      const dialect = getDialect(how.dialect)
      // In WebKit 'strict-dynamic' takes what follows it from the list; in Firefox an escape ends
      // one.
      fc.pre(!dialect.has('strict-dynamic-voids-sources') || !/strict-dynamic/i.test(text))
      fc.pre(!dialect.has('handed-over-with-decoded-paths') || !text.includes('%3B'))
      const shuffled = text
        .split('; ')
        .map((directive) => rotate(directive, seed))
        .join('; ')
      expect(decide({ value: shuffled }, check, how).allowed).toBe(
        decide({ value: text }, check, how).allowed,
      )
    }),
    runs,
  )
})

test('parsing what was serialised changes no decision', () => {
  fc.assert(
    fc.property(any.policy, any.check, options, (policy, check, how) => {
      const again = parsePolicy(policy.toString()).policy
      expect(decide(again, check, how).results).toEqual(decide(policy, check, how).results)
    }),
    runs,
  )
})

test('adding a policy only tightens, with or without trusted types', () => {
  fc.assert(
    fc.property(any.policy, any.policy, any.check, options, (one, other, check, how) => {
      // A second policy may upgrade the URL or require trusted types, and so make another question
      // of it.
      fc.pre(!other.get('upgrade-insecure-requests') && !other.get('require-trusted-types-for'))
      // In one engine, 'strict-dynamic' of any policy lets redirects of scripts through all of
      // them.
      const isUnasked = getDialect(how.dialect).has('strict-dynamic-redirects-not-asked')
      fc.pre(!isUnasked || !/strict-dynamic/i.test(String(other)))
      const before = decide(one, check, how).allowed
      expect(decide([one, other], check, how).allowed && !before).toBe(false)
    }),
    runs,
  )
})

test('report-only never blocks, and reports what enforcing would block', () => {
  fc.assert(
    fc.property(any.policyText, any.check, options, (value, check, how) => {
      const decision = decide({ value, disposition: 'report' }, check, how)
      expect(decision.allowed).toBe(true)
      const enforced = decide({ value }, check, how)
      const isSameQuestion = !/upgrade-insecure|trusted-types/.test(value)
      const violated = decision.results.some((result) => result.violated)
      expect(!isSameQuestion || violated !== enforced.allowed).toBe(true)
    }),
    runs,
  )
})

test('policy.allow takes nothing away', () => {
  fc.assert(
    fc.property(
      any.policy,
      fc.tuple(any.listDirective, fc.array(any.source, { minLength: 1, maxLength: 3 })),
      any.check,
      options,
      (policy, [name, sources], check, how) => {
        // A worker that falls back to script-src is a script, and by its own directive it is not.
        fc.pre(name !== 'worker-src' || policy.get(name) !== undefined || !policy.get('script-src'))
        const wider = attempt(() => policy.allow(name as ListDirective, ...sources))
        fc.pre(wider !== undefined && !mayEndDirective(wider, how))
        const before = decide(policy, check, how).allowed
        expect(before && !decide(wider, check, how).allowed).toBe(false)
      },
    ),
    { numRuns: 5000 },
  )
})

test('no policy and no check makes it throw, and everything can be explained and reported', () => {
  const anyText = fc.oneof(any.policyText, fc.string(), fc.string({ unit: 'binary' }))
  const anyCheck = fc.oneof(
    any.check,
    // The dot makes it no near miss of a known destination, which would be refused.
    fc
      .string({ unit: 'binary' })
      .map((url): Check => ({ type: 'request', url, destination: `${url}.` })),
    fc
      .string({ unit: 'binary' })
      .map((source): Check => ({ type: 'inline', inline: 'script', source, nonce: source })),
    fc
      .string({ unit: 'binary' })
      .map((name): Check => ({ type: 'frame-ancestors', ancestors: [name], url: name })),
    fc.string({ unit: 'binary' }).map((name): Check => ({ type: 'trusted-types-policy', name })),
  )
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          value: anyText,
          disposition: fc.constantFrom('enforce' as const, 'report' as const),
          source: fc.constantFrom('header' as const, 'meta' as const),
        }),
        { maxLength: 3 },
      ),
      anyCheck,
      options,
      (records, check, how) => {
        const decision = decide(records, check, how)
        const sentences = explain(decision)
        expect(sentences).toHaveLength(decision.results.length + 1)
        expect(sentences.join(' ')).not.toMatch(/undefined|null|; \.|decides\.$/)
        const violated = decision.results.filter((result) => result.violated)
        const reports = violation(decision, { documentURL: 'https://a.test/' })
        // Engines keep some violations to themselves, and one names a policy too many for
        // WebAssembly.
        const isExact = how.dialect === 'spec'
        expect(!isExact || reports.length === violated.length).toBe(true)
        expect(check.type !== 'wasm' && reports.length > violated.length).toBe(false)
        expect(JSON.parse(JSON.stringify(decision))).toMatchObject({ allowed: decision.allowed })
        sandboxFlags(records)
      },
    ),
    { numRuns: 1500 },
  )
})

// Linear time is seconds at the worst; anything steeper would run into the limit of the test.
describe('a megabyte takes bounded time', () => {
  const size = 1_000_000
  test.each<[string, string, string]>([
    ['one source', `img-src ${'a'.repeat(size)}`, 'https://a.test/'],
    ['many labels', `img-src *${'.a'.repeat(size / 2)}`, `https://${'a.'.repeat(size / 2)}a/`],
    ['many hosts', `img-src ${'a.b '.repeat(size / 4)}`, 'https://a.b/'],
    [
      'many paths',
      `img-src ${'x.test/abc '.repeat(size / 11)}`,
      `https://x.test/${'ab'.repeat(size / 2)}`,
    ],
    [
      'many segments',
      `img-src ${'x.test/a/ '.repeat(size / 10)}`,
      `https://x.test${'/a'.repeat(size / 2)}`,
    ],
    [
      'many escapes',
      `img-src x.test/${'%61'.repeat(size / 3)}`,
      `https://x.test/${'%61'.repeat(size / 3)}b`,
    ],
    ['many ports', `img-src ${'a:1'.repeat(size / 3)}`, 'https://a.test/'],
    ['many quotes', `img-src ${"'".repeat(size)}`, 'https://a.test/'],
    ['many directives', 'a;'.repeat(size / 2), 'https://a.test/'],
    ['many policies', 'a,'.repeat(size / 2), 'https://a.test/'],
    ['many question marks', `img-src ${'?'.repeat(size)}`, `https://a.test/${'?'.repeat(size)}`],
    ['many dots', `img-src ${'.'.repeat(size)}`, `https://${'.'.repeat(size)}`],
  ])('%s', (_, value, url) => {
    const check = { type: 'request', destination: 'image', url } as const
    const decision = decide({ value }, check, { self: 'https://x.test' })
    expect(explain(decision)).not.toEqual([])
  })
})

test('NONCE stands for the nonce of the response', () => {
  const policy = csp().scriptSrc(NONCE)
  const script = { type: 'request', destination: 'script', url: 'https://a.test/' } as const
  expect(decide(policy, { ...script, nonce: NONCE })).toMatchObject({
    allowed: true,
    results: [{ reason: 'nonce-matches', expression: "'nonce-{NONCE}'" }],
  })
  expect(decide(policy, { ...script, nonce: 'abc' }).allowed).toBe(false)
  expect(decide({ value: "script-src 'nonce-abc'" }, { ...script, nonce: NONCE }).allowed).toBe(
    false,
  )
})

/** Whether an escaped separator ends a directive for Firefox's other process: core warns of it. */
function mayEndDirective(policy: Policy, { dialect }: DecideOptions): boolean {
  return (
    getDialect(dialect).has('handed-over-with-decoded-paths') && /%3b/i.test(JSON.stringify(policy))
  )
}

/** The directive with its sources turned around by some places. */
function rotate(text: string, seed: number): string {
  const [name = '', ...sources] = text.split(' ')
  const turn = sources.length === 0 ? 0 : seed % sources.length
  return [name, ...sources.slice(turn).toReversed(), ...sources.slice(0, turn)].join(' ')
}

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make()
  } catch (error) {
    if (error instanceof CspError) return undefined
    throw error
  }
}
