/**
 * Whatever is posted: an answer that says what it is, no crash, no growth, and every report counted
 * once.
 */

import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { drawFrom, drawHostile } from './bodies.ts'
import { runHostile } from './run.ts'

const seed = randomInt(2 ** 31)

test(`4 000 hostile bodies of seed ${seed}`, async () => {
  const { statuses, kept, stored, groups, warnings } = await runHostile({ bodies: 4000, seed })
  expect([...statuses.keys()].filter((status) => ![204, 400, 413, 415].includes(status))).toEqual(
    [],
  )
  // All kinds of answers are among them, or these bodies would not be hostile.
  for (const status of [204, 400, 413, 415]) expect(statuses.get(status)).toBeGreaterThan(0)
  expect(kept).toBe(stored)
  expect(stored).toBeGreaterThan(1000)
  // Those of two projects, with an overflow group each; an hour may begin meanwhile.
  expect(groups).toBeLessThanOrEqual(2 * 2 * 501)
  // Some of them say that they come through a proxy.
  expect(warnings.filter((warning) => !warning.includes('trustedProxies'))).toEqual([])
})

test('a seed has the same bodies every time', () => {
  const [one, two] = [drawFrom(seed), drawFrom(seed)]
  for (let count = 0; count < 100; count++) {
    expect(JSON.stringify(drawHostile(one))).toBe(JSON.stringify(drawHostile(two)))
  }
})
