/** What the parser does, whatever it is given. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePolicy, parsePolicyList } from './parse.ts'

test('never throws, and what it reads it reads again', () => {
  const pieces = fc.constantFrom(
    ';',
    ',',
    ' ',
    '\t',
    '\n',
    '\u000b',
    '\u00a0',
    '\u0000',
    "'",
    'é',
    '\ud800',
    'script-src',
    'img-src',
    'report-to',
    'report-uri',
    'sandbox',
    "'self'",
    "'none'",
    "'nonce-",
    'https://',
    '*',
    ':',
    '/',
    'a.example',
    '%',
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const { policy, issues } = parsePolicy(text)
      expect(parsePolicy(String(policy)).policy.equals(policy)).toBe(true)
      for (const { position } of issues) {
        if (position?.start === undefined) continue
        const place = text.slice(position.start, position.end)
        expect(place).toMatch(/^[^\t\n\f\r ;](?:[^;]*[^\t\n\f\r ;])?$/)
        if (position.value === undefined) continue
        expect(place).toBe(policy.directives[position.directive]?.values[position.value])
      }
      for (const parsed of parsePolicyList(text)) {
        expect(parsed.policy.directives.length).toBeGreaterThan(0)
        for (const { position } of parsed.issues) {
          if (position?.value === undefined) continue
          const value = parsed.policy.directives[position.directive]?.values[position.value]
          expect(text.slice(position.start, position.end)).toBe(value)
        }
      }
    }),
    { numRuns: 5000 },
  )
})
