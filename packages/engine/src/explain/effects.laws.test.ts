/** What holds of the effects of every policy: they and `decide` never disagree. */

import { parsePolicy } from '@cusp/core'
import { NONCE_SHOWN } from '@cusp/core/internal'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as any from '../../test/arbitraries.ts'
import { decide } from '../decide/decide.ts'
import { getDialect } from '../dialects/dialect.ts'
import type { PolicyRecord } from '../policy/policy-input.ts'
import { effects } from './effects.ts'

const delivery = fc.record({
  disposition: fc.constantFrom('enforce' as const, 'enforce' as const, 'report' as const),
  source: fc.constantFrom('header' as const, 'meta' as const),
})
const circumstances = fc.record({ self: any.self, dialect: any.dialect })

describe('effects', () => {
  test.each([
    ['enforce', 1],
    ['report', 0],
  ] as const)("'trusted-types-eval' counts where types are enforced: %s", (disposition, count) => {
    const { policy } = parsePolicy(
      "script-src 'trusted-types-eval'; require-trusted-types-for 'script'",
    )
    const [scripts] = effects(policy, { disposition })
    expect(scripts?.values[0]?.allows.size).toBe(count)
  })

  test('whatever is said to be allowed, decide allows', () => {
    fc.assert(
      fc.property(any.policyText, delivery, circumstances, (value, how, options) => {
        const { policy } = parsePolicy(value)
        const record: PolicyRecord = { value: value.replaceAll(',', '%2C'), ...how }
        const said = effects(policy, { ...how, ...options })
          .flatMap(({ values }) => values.flatMap(({ allows }) => Array.from(allows.values())))
          .filter((check) => check !== null)
        expect(
          said.filter((check) => decide(record, check, options).results[0]?.violated !== false),
        ).toEqual([])
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  test('whatever decide allows by a value, that value is said to allow', () => {
    let allowed = 0
    fc.assert(
      fc.property(any.policyText, any.check, circumstances, (value, check, options) => {
        if ('initiator' in check && check.initiator === 'prefetch') return
        const { policy } = parsePolicy(value)
        const [result] = decide(policy, check, options).results
        if (result === undefined || result.violated || result.expression === null) return
        // A process of Firefox reads another text than the one that is written.
        const isReadAgain = getDialect(options.dialect).has('handed-over-with-decoded-paths')
        const written = policy.directives.find(({ name }) => name === result.directive)
        if (isReadAgain && written?.values.includes(result.expression) !== true) return
        allowed++
        const directive = effects(policy, options).find(({ name }) => name === result.directive)
        const found = directive?.values.find((one) => one.value === result.expression)
        expect(found?.value).not.toBe(NONCE_SHOWN)
        expect(found?.allows.size).toBeGreaterThan(0)
      }),
      { numRuns: 5000 },
    )
    expect(allowed).toBeGreaterThan(100)
  }, 60_000)
})
