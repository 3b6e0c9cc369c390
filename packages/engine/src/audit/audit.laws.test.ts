/** What holds of every audit. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as any from '../../test/arbitraries.ts'
import type { Check } from '../check/check.ts'
import { compile, decide } from '../decide/decide.ts'
import { sandboxFlags } from '../rules/sandbox.ts'
import { audit } from './audit.ts'

function runsScript(witness: Check): boolean {
  if (witness.type === 'inline') return !witness.inline.startsWith('style')
  if (witness.type === 'request') return ['script', 'worker'].includes(witness.destination ?? '')
  return witness.type === 'eval' || witness.type === 'wasm'
}

function isString(witness: Check): boolean {
  if (witness.type === 'request') return witness.destination === 'worker'
  if (witness.type === 'inline') return witness.inline === 'navigation'
  return witness.type === 'eval'
}

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

  test('no witness is what a sandbox or trusted types forbid', () => {
    const text = fc
      .tuple(
        any.policyText,
        fc.constantFrom('sandbox', 'sandbox allow-scripts', 'sandbox allow-forms', ''),
        fc.constantFrom("require-trusted-types-for 'script'", ''),
      )
      .map((parts) => parts.join('; '))
    const counts = { scriptless: 0, typed: 0 }
    fc.assert(
      fc.property(text, (value) => {
        const witnesses = audit({ value }).flatMap(({ witness }) => witness ?? [])
        const has = (isForbidden: (witness: Check) => boolean): boolean =>
          witnesses.some(isForbidden)
        const { flags } = sandboxFlags({ value })
        const sink = { type: 'trusted-types-sink', sink: 'eval' } as const
        const isTyped = !decide({ value }, sink).allowed
        expect(flags.includes('forms') && has(({ type }) => type === 'form-action')).toBe(false)
        expect(flags.includes('scripts') && has(runsScript)).toBe(false)
        expect(isTyped && has(isString)).toBe(false)
        if (flags.includes('scripts')) counts.scriptless++
        if (isTyped) counts.typed++
      }),
      { numRuns: 1000 },
    )
    expect(counts.scriptless).toBeGreaterThan(100)
    expect(counts.typed).toBeGreaterThan(100)
  }, 30_000)

  test('it throws on no text', () => {
    const text = fc.oneof(any.policyText, fc.string(), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(text, (value) => void audit({ value })),
      { numRuns: 500 },
    )
  }, 30_000)
})
