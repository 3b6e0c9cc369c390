/** What holds of every audit. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as any from '../../test/arbitraries.ts'
import { compile } from '../decide/decide.ts'
import { audit } from './audit.ts'

describe('audit', () => {
  test('every witness is allowed, whatever the policies', () => {
    const policies = fc.array(
      fc.record({
        value: any.policyText,
        disposition: fc.constantFrom('enforce' as const, 'enforce' as const, 'report' as const),
        source: fc.constantFrom('header' as const, 'meta' as const),
      }),
      { minLength: 1, maxLength: 3 },
    )
    const options = fc.record({ self: any.self, dialect: any.dialect })
    fc.assert(
      fc.property(policies, options, (records, how) => {
        const decider = compile(records, how)
        const blocked = audit(records, how).filter(({ witness, dialect }) => {
          if (witness === null) return false
          const own = dialect === undefined ? decider : compile(records, { ...how, dialect })
          return !own.decide(witness).allowed
        })
        expect(blocked).toEqual([])
      }),
      { numRuns: 500 },
    )
  }, 30_000)

  test('it throws on no text', () => {
    const text = fc.oneof(any.policyText, fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(text, (value) => void audit({ value })),
      { numRuns: 500 },
    )
  }, 30_000)
})
