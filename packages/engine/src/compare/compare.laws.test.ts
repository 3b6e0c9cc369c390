/** What holds of every comparison. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as any from '../../test/arbitraries.ts'
import type { Check } from '../check/check.ts'
import { compile, decide } from '../decide/decide.ts'
import type { PolicyInput } from '../policy/policy-input.ts'
import type { CompareOptions } from './compare.ts'
import { compare } from './compare.ts'

describe('laws', () => {
  const options: fc.Arbitrary<CompareOptions & { readonly self: string | null }> = fc.record({
    self: any.self,
    dialect: any.dialect,
    sources: fc.constant(['alert(1)', 'color: red', 'javascript:go()', '']),
  })
  const records = fc
    .array(any.policyText, { minLength: 1, maxLength: 2 })
    .map((texts) => texts.map((value) => ({ value })))
  /** Policies that differ in one place. */
  const pair: fc.Arbitrary<readonly [PolicyInput, PolicyInput]> = fc.oneof(
    fc.tuple(records, records),
    fc
      .tuple(any.policyText, any.source, fc.nat(), fc.boolean())
      .map(([value, source, seed, isAdded]): readonly [PolicyInput, PolicyInput] => [
        { value },
        { value: edit(value, { source, seed, isAdded }) },
      ]),
  )

  test('witnesses hold', () => {
    fc.assert(
      fc.property(pair, options, ([before, after], how) => {
        const wrong = compare(before, after, how).filter(({ change, witness, ...shown }) => {
          if (witness === null) return shown.before !== null || shown.after !== null
          const isWider = change === 'wider'
          const { sources: _, ...deciding } = how
          const [was, is] = [decide(before, witness, deciding), decide(after, witness, deciding)]
          if (shown.before?.allowed !== was.allowed || shown.after?.allowed !== is.allowed)
            return true
          return was.allowed === isWider || is.allowed !== isWider
        })
        expect(wrong).toEqual([])
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('what it does not find does not differ', () => {
    let differences = 0
    fc.assert(
      fc.property(
        pair,
        fc.array(any.check, { minLength: 20, maxLength: 40 }),
        options,
        ([before, after], checks, how) => {
          const { sources: _, ...deciding } = how
          const [one, other] = [compile(before, deciding), compile(after, deciding)]
          const changes = compare(before, after, how)
          const missed = checks.filter(isPossible).filter((check) => {
            const wasAllowed = one.decide(check).allowed
            if (wasAllowed === other.decide(check).allowed) return false
            differences++
            return changes.every(({ change }) => (change === 'narrower') !== wasAllowed)
          })
          expect(missed).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
    expect(differences).toBeGreaterThan(100)
  }, 60_000)

  test('nothing differs from itself, and the way back is the opposite', () => {
    fc.assert(
      fc.property(pair, options, ([before, after], how) => {
        expect(compare(before, before, how)).toEqual([])
        const there = compare(before, after, how).map(({ change, kind, directive }) =>
          [change, kind, directive].join(' '),
        )
        const back = compare(after, before, how).map(({ change, kind, directive }) =>
          [change === 'wider' ? 'narrower' : 'wider', kind, directive].join(' '),
        )
        expect(back.toSorted()).toEqual(there.toSorted())
      }),
      { numRuns: 40 },
    )
  }, 60_000)
})

/**
 * A worker has neither nonce nor integrity, and no parser inserts it; WebSocket URLs are connected
 * to and nothing else.
 */
function isPossible(check: Check): boolean {
  const urls = 'url' in check ? [check.url] : 'ancestors' in check ? check.ancestors : []
  const isSocket = urls.some((url) => /^\s*wss?:/i.test(String(url)))
  const isConnection = check.type === 'request' && !check.destination && !check.initiator
  if (isSocket && !isConnection) return false
  if (check.type !== 'request' || !/worker/.test(check.destination ?? '')) return true
  return !check.nonce && !check.integrity && check.parserInserted !== true
}

/** The text of a policy with a source more, or one less, in one directive. */
function edit(
  text: string,
  {
    source,
    seed,
    isAdded,
  }: { readonly source: string; readonly seed: number; readonly isAdded: boolean },
): string {
  const directives = text.split('; ')
  const place = seed % directives.length
  const words = (directives[place] as string).split(' ')
  const edited = isAdded ? [...words, source] : words.slice(0, -1)
  return directives.with(place, edited.join(' ')).join('; ')
}
