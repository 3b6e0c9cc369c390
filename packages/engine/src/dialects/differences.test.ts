/** Every difference changes an answer: none is in the table that no case meets. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as any from '../../test/arbitraries.ts'
import type { Check } from '../check/check.ts'
import { decide } from '../decide/decide.ts'
import type { PolicyRecord } from '../policy/policy-input.ts'
import { violation } from '../report/violation.ts'
import { getDialect, makeDialect } from './dialect.ts'
import type { DialectName, DifferenceTag } from './differences.ts'
import { DIFFERENCES } from './differences.ts'

interface Case {
  readonly policies: readonly PolicyRecord[]
  readonly check: Check
  readonly self: string | null
}

/** Frames of what a page has put into blob: URLs are rare among all checks. */
const frame: fc.Arbitrary<Check> = fc
  .constantFrom('blob:https://a.test/1', 'about:blank')
  .map((url): Check => ({ type: 'request', destination: 'iframe', url }))

const form: fc.Arbitrary<Check> = any.url.map((url): Check => ({ type: 'form-action', url }))

/** A policy, its form-action beside others. */
const text: fc.Arbitrary<string> = fc
  .tuple(any.policyText, fc.option(any.source))
  .map(([policy, source]) => (source === null ? policy : `form-action ${source}; ${policy}`))

const cases: fc.Arbitrary<Case> = fc.record({
  policies: fc.array(
    fc.record({
      value: fc.array(text, { minLength: 1, maxLength: 2 }).map((texts) => texts.join(', ')),
      disposition: fc.constantFrom('enforce' as const, 'report' as const),
      source: fc.constantFrom('header' as const, 'header' as const, 'meta' as const),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  check: fc.oneof({ weight: 6, arbitrary: any.check }, frame, form),
  self: any.self,
})

/** So many cases are drawn at the most. */
const MOST = 60_000

// What every dialect does is not asked for in the code.
const ASKED = DIFFERENCES.filter(({ dialects }) => !dialects.includes('spec'))

test('each difference changes an answer of its own dialect', () => {
  const unmet = new Map<DifferenceTag, DialectName>(
    ASKED.map(({ tag, dialects }) => [tag, dialects.at(-1) ?? 'spec']),
  )
  let drawn = 0
  for (const sample of fc.sample(cases, { numRuns: MOST, seed: 20_261_127 })) {
    drawn++
    for (const name of ['chromium', 'firefox', 'webkit'] as const) {
      for (const tag of askedBy(sample, name)) {
        if (unmet.has(tag) && answer(sample, name) !== answer(sample, name, tag)) unmet.delete(tag)
      }
    }
    if (unmet.size === 0) break
  }
  expect([...unmet.keys()]).toEqual([])
  expect(drawn).toBeLessThan(MOST)
}, 120_000)

/** The differences of a dialect that a case asks for. */
function askedBy(sample: Case, name: DialectName): ReadonlySet<DifferenceTag> {
  const own = getDialect(name)
  const asked = new Set<DifferenceTag>()
  const has = (tag: DifferenceTag): boolean => {
    if (own.has(tag)) asked.add(tag)
    return own.has(tag)
  }
  answerIn(sample, { name, has })
  return asked
}

/** What is decided and reported, with all differences of a dialect or without one. */
function answer(sample: Case, name: DialectName, without?: DifferenceTag): string {
  const own = getDialect(name)
  const tags = DIFFERENCES.map(({ tag }) => tag).filter((tag) => own.has(tag) && tag !== without)
  return answerIn(sample, makeDialect(name, new Set(tags)))
}

function answerIn({ policies, check, self }: Case, dialect: ReturnType<typeof getDialect>): string {
  const decision = decide(policies, check, { self, dialect })
  const reports = violation(decision, {
    documentURL: 'https://a.test/page',
    sourceFile: 'https://a.test/app.js?v=1',
  })
  return JSON.stringify([decision.allowed, decision.results, reports])
}
