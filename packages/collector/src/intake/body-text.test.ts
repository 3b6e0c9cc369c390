/** How deep a text is, before anybody parses it. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, isBatch, isDeeperThan } from './body-text.ts'

describe('isDeeperThan', () => {
  test.each([
    ['', 0, false],
    ['{}', 1, false],
    ['{}', 0, true],
    ['[[]]', 1, true],
    ['[[]]', 2, false],
    ['[[],[],[]]', 2, false],
    ['[{"a":[{}]}]', 3, true],
    ['[{"a":[{}]}]', 4, false],
    ['["[[[[[["]', 1, false],
    ['["\\"[[[[[["]', 1, false],
    ['["\\\\",[[[]]]]', 3, true],
    ['["[[[', 1, false],
    ['["\\', 0, true],
    [']]]][[', 2, false],
  ])('%s, %d: %j', (text, most, expected) => {
    expect(isDeeperThan(text, most)).toBe(expected)
  })

  test('is what the value of a text says', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(8), (text, most) => {
        return isDeeperThan(text, most) === depthOf(JSON.parse(text)) > most
      }),
    )
  })

  test('half a megabyte of brackets is looked at once', () => {
    const started = performance.now()
    expect(isDeeperThan('['.repeat(524_288), 64)).toBe(true)
    expect(isDeeperThan('[],'.repeat(174_762), 64)).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

test.each([
  ['[]', true],
  [' \t\r\n[]', true],
  ['\ufeff []', true],
  ['{}', false],
  ['', false],
  ['x[', false],
])('%j is a batch: %j', (text, expected) => {
  expect(isBatch(text)).toBe(expected)
})

test.each(['utf8', 'utf16le'] as const)('a text in %s comes out as it was', (encoding) => {
  expect(decode(Buffer.from('\ufeff["é𝄞"]', encoding)).replace('\ufeff', '')).toBe('["é𝄞"]')
})

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
