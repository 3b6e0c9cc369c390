/** What holds of every answer of subsumes. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as any from '../../test/arbitraries.ts'
import { compile } from '../decide/decide.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import { compare } from './compare.ts'
import { subsumes } from './subsumes.ts'

describe('laws', () => {
  const options = fc.record({ self: any.self, dialect: any.dialect })
  const records = fc
    .array(any.policyText, { minLength: 1, maxLength: 2 })
    .map((texts) => texts.map((value) => ({ value })))
  /** Mostly pairs of which one is made from the other, so that subsumption is no rare thing. */
  const pair: fc.Arbitrary<readonly [PolicyInput, PolicyInput]> = fc.oneof(
    fc.tuple(records, records),
    fc.tuple(any.policyText, any.policyText).map(narrowed),
    fc
      .tuple(any.policyText, fc.array(any.source, { maxLength: 2 }), fc.nat())
      .map(([text, sources, seed]) => edited(text, sources, seed)),
  )

  test('what a required policy blocks, one that it subsumes blocks too', () => {
    let held = 0
    fc.assert(
      fc.property(
        pair,
        fc.array(any.check, { minLength: 20, maxLength: 40 }),
        options,
        ([a, b], checks, how) => {
          if (!subsumes(a, b, how)) return
          held++
          const [required, returned] = [compile(a, how), compile(b, how)]
          const wrong = checks.filter(
            (check) => returned.decide(check).allowed && !required.decide(check).allowed,
          )
          expect(wrong).toEqual([])
        },
      ),
      { numRuns: 600 },
    )
    expect(held).toBeGreaterThan(100)
  }, 120_000)

  test('compare finds nothing wider in what is subsumed', () => {
    fc.assert(
      fc.property(pair, options, ([a, b], how) => {
        if (!subsumes(a, b, how)) return
        const changes = compare(a, b, { ...how, sources: ['alert(1)'] })
        expect(changes.filter(({ change }) => change === 'wider')).toEqual([])
      }),
      { numRuns: 200 },
    )
  }, 120_000)

  test('every policy subsumes itself', () => {
    fc.assert(
      fc.property(records, options, (policies, how) => {
        expect(subsumes(policies, policies, how)).toBe(true)
      }),
      { numRuns: 600 },
    )
  }, 120_000)
})

/** A policy, and it together with another. */
function narrowed([text, other]: readonly [string, string]): readonly [PolicyInput, PolicyInput] {
  return [{ value: text }, { value: `${text}, ${other}` }]
}

/** A policy with sources more in one directive, and it without them. */
function edited(
  text: string,
  sources: readonly string[],
  seed: number,
): readonly [PolicyInput, PolicyInput] {
  const directives = text.split('; ')
  const place = seed % directives.length
  const wider = directives.with(place, [directives[place], ...sources].join(' ')).join('; ')
  return [{ value: wider }, { value: text }]
}
