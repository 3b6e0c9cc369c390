/** What holds of every explanation of a policy: it and `decide` never disagree. */

import { parsePolicy } from '@cusp/core'
import type { Check } from '@cusp/engine'
import { decide, EXAMPLE_SELF } from '@cusp/engine'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as any from '../../../engine/test/arbitraries.ts'
import { describePolicies } from '../write/policy-description.ts'

const CODE = 'what nobody hashed()'
const INLINE: readonly (readonly [kind: string, check: Check])[] = [
  ['inline scripts', { type: 'inline', inline: 'script', source: CODE }],
  ['javascript: URLs', { type: 'inline', inline: 'navigation', source: `javascript:${CODE}` }],
  ['event handlers', { type: 'inline', inline: 'script attribute', source: CODE }],
  ['inline styles', { type: 'inline', inline: 'style', source: CODE }],
  ['style attributes', { type: 'inline', inline: 'style attribute', source: CODE }],
]

test('explain says that inline code runs exactly where decide lets it run', () => {
  const counts = { live: 0, blocked: 0 }
  fc.assert(
    fc.property(any.policyText, (text) => {
      const { policy, issues } = parsePolicy(text)
      const [described] = describePolicies([
        { policy, disposition: 'enforce', source: 'header', issues },
      ]).data
      for (const [kind, check] of INLINE) {
        const [result] = decide(policy, check, { self: EXAMPLE_SELF }).results
        const directive = described?.directives.find(({ name }) => name === result?.directive)
        if (directive === undefined || result === undefined) continue
        const said = new Set(directive.meaning.split(/: |, /).slice(1))
        const isSaid = said.has('any inline code') || said.has(kind)
        expect({ text, kind, isSaid }).toEqual({ text, kind, isSaid: !result.violated })
        counts[isSaid ? 'live' : 'blocked']++
      }
    }),
    { numRuns: 2000 },
  )
  expect(counts.live).toBeGreaterThan(20)
  expect(counts.blocked).toBeGreaterThan(20)
}, 60_000)

test('explain calls no value without effect by which decide allows something', () => {
  let allowed = 0
  fc.assert(
    fc.property(any.policyText, any.check, (text, check) => {
      if ('initiator' in check && check.initiator === 'prefetch') return
      const { policy, issues } = parsePolicy(text)
      const [result] = decide(policy, check, { self: EXAMPLE_SELF }).results
      if (result === undefined || result.violated || result.expression === null) return
      allowed++
      const [described] = describePolicies([
        { policy, disposition: 'enforce', source: 'header', issues },
      ]).data
      const directive = described?.directives.find(({ name }) => name === result.directive)
      expect(directive?.withoutEffect).not.toContain(result.expression)
      expect(directive?.meaning).not.toMatch(/: (?:nothing|other directives decide)$/)
    }),
    { numRuns: 5000 },
  )
  expect(allowed).toBeGreaterThan(100)
}, 60_000)
