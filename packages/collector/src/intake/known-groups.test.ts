/** Which groups are known, and how many may begin. */

import { expect, test } from 'vitest'
import { createKnownGroups } from './known-groups.ts'

const HOUR = 3_600_000
const at = (now: number, project = 'default') => ({ project, now })

test('a key is new once', () => {
  const groups = createKnownGroups({ perHour: 10, most: 10 })
  expect(groups.admit('a', at(0))).toBe('new')
  expect(groups.admit('a', at(0))).toBe('known')
  expect(groups.size).toBe(1)
})

test('so many are new in an hour, for each project; the next hour has its own', () => {
  const groups = createKnownGroups({ perHour: 1, most: 10 })
  expect(groups.admit('a', at(0))).toBe('new')
  expect(groups.admit('b', at(HOUR - 1))).toBe('overflow')
  expect(groups.admit('b', at(HOUR - 1))).toBe('overflow')
  expect(groups.admit('c', at(HOUR - 1, 'shop'))).toBe('new')
  expect(groups.admit('b', at(HOUR))).toBe('new')
  expect(groups.admit('a', at(HOUR))).toBe('known')
})

test('what the store has is known, and takes no room', () => {
  const groups = createKnownGroups({ perHour: 1, most: 10 })
  groups.remember(['a', 'b', 'a'])
  expect(groups.admit('a', at(0))).toBe('known')
  expect(groups.admit('c', at(0))).toBe('new')
})

test('those seen lately stay, and no number of others makes it grow', () => {
  const groups = createKnownGroups({ perHour: Infinity, most: 100 })
  for (let index = 0; index < 10_000; index++) {
    groups.admit(`other ${index}`, at(0))
    expect(groups.admit('ours', at(0))).toBe(index === 0 ? 'new' : 'known')
  }
  expect(groups.size).toBeLessThanOrEqual(200)
  expect(groups.admit('other 0', at(0))).toBe('new')
})
