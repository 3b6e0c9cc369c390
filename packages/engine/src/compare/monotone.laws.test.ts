/**
 * Widening takes nothing away (core's promise 6), judged by comparisons and not by sampled checks.
 */

import type { ListDirective, Policy } from '@cusp/core'
import { csp, CspError, NONCE, SELF } from '@cusp/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DecideOptions } from '../decide/decide.ts'
import { getDialect, makeDialect } from '../dialects/dialect.ts'
import type { DifferenceTag } from '../dialects/differences.ts'
import { compare } from './compare.ts'
import type { PolicyChange } from './change.ts'
import * as any from '../../test/arbitraries.ts'

const WIDENABLE: readonly ListDirective[] = [
  'default-src',
  'script-src',
  'script-src-elem',
  'script-src-attr',
  'style-src',
  'style-src-elem',
  'style-src-attr',
  'connect-src',
  'font-src',
  'img-src',
  'manifest-src',
  'media-src',
  'object-src',
  'frame-src',
  'fenced-frame-src',
  'child-src',
  'worker-src',
  'base-uri',
  'form-action',
  'frame-ancestors',
]

const options = fc.record({ self: any.self, dialect: any.dialect })
const widening = fc.tuple(
  fc.constantFrom(...WIDENABLE),
  fc.array(fc.oneof({ weight: 9, arbitrary: any.source }, fc.constant(NONCE)), {
    minLength: 1,
    maxLength: 3,
  }),
)

test('allow takes nothing away', () => {
  let widened = 0
  fc.assert(
    fc.property(any.policy, widening, options, (policy, [name, sources], how) => {
      const wider = attempt(() => policy.allow(name, ...(sources as string[])))
      if (wider === undefined || mayEndDirective(wider, how)) return
      widened++
      expect(narrowings(compare(policy, wider, how))).toEqual([])
    }),
    { numRuns: 800 },
  )
  expect(widened).toBeGreaterThan(200)
}, 60_000)

/** What the law has found once. */
test.each([
  [
    csp().set('frame-src', [SELF]),
    'fenced-frame-src',
    'http:',
    makeDialect('engines', new Set<DifferenceTag>(['self-matches-own-blob-frames'])),
  ],
] as const)('%s with more in %s takes nothing away', (policy, name, source, dialect) => {
  const wider = policy.allow(name, source)
  expect(wider.get(name)).toContain(source)
  expect(narrowings(compare(policy, wider, { self: 'https://a.test', dialect }))).toEqual([])
})

test('merge takes nothing away', () => {
  fc.assert(
    fc.property(any.policy, any.policy, options, (policy, additions, how) => {
      const wider = attempt(() => policy.merge(additions))
      if (wider === undefined || mayEndDirective(wider, how)) return
      expect(narrowings(compare(policy, wider, how))).toEqual([])
    }),
    { numRuns: 400 },
  )
}, 60_000)

test('allow gives what it was asked for', () => {
  fc.assert(
    fc.property(any.policy, fc.constantFrom(...WIDENABLE), (policy, name) => {
      const wider = attempt(() => policy.allow(name, 'https://wanted.example'))
      if (wider === undefined) return
      const again = attempt(() => wider.allow(name, 'https://wanted.example'))
      expect(again).toBe(wider)
    }),
    { numRuns: 500 },
  )
}, 60_000)

function narrowings(changes: readonly PolicyChange[]): readonly string[] {
  return changes.filter(({ change }) => change === 'narrower').map(({ message }) => message)
}

/** Whether an escaped separator ends a directive for Firefox's other process: core warns of it. */
function mayEndDirective(policy: Policy, { dialect }: DecideOptions): boolean {
  return (
    getDialect(dialect).has('handed-over-with-decoded-paths') && /%3b/i.test(JSON.stringify(policy))
  )
}

/** A widening that is refused takes nothing away. */
function attempt(widen: () => Policy): Policy | undefined {
  try {
    return widen()
  } catch (error) {
    if (error instanceof CspError) return undefined
    throw error
  }
}
