/** The two limits, and that no number of clients makes them grow. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const client = (key: string) => ({ kind: 'client', key }) as const

test('a client has its rate, and has it again after a minute', async () => {
  const limit = createRateLimit({ client: 1, total: 100 })
  expect(await limit(client('a'))).toBeUndefined()
  expect(await limit(client('a'))).toBeCloseTo(60, 0)
  expect(await limit(client('b'))).toBeUndefined()
  vi.advanceTimersByTime(60_000)
  expect(await limit(client('a'))).toBeUndefined()
})

test('all together have theirs', async () => {
  const limit = createRateLimit({ client: 100, total: 2 })
  expect(await limit(client('a'))).toBeUndefined()
  expect(await limit({ kind: 'unknown' })).toBeUndefined()
  expect(await limit(client('b'))).toBeCloseTo(60, 0)
  expect(await limit({ kind: 'local' })).toBeUndefined()
})

test('clients over the number that is remembered count for all together, until the minute is over', async () => {
  const limit = createRateLimit({ client: 1, total: 4 }, { mostKeys: 1 })
  expect(await limit(client('a'))).toBeUndefined()
  expect(await limit(client('b'))).toBeUndefined()
  expect(await limit(client('b'))).toBeUndefined()
  expect(await limit(client('b'))).toBeUndefined()
  expect(await limit(client('b'))).toBeCloseTo(60, 0)
  vi.advanceTimersByTime(60_000)
  expect(await limit(client('b'))).toBeUndefined()
  expect(await limit(client('b'))).toBeCloseTo(60, 0)
})

test('a million clients leave no more behind than a thousand', async () => {
  const limit = createRateLimit({ client: 10, total: 2_000_000 }, { mostKeys: 1000 })
  for (let index = 0; index < 100_000; index++) await limit(client(String(index)))
  expect(vi.getTimerCount()).toBeLessThanOrEqual(1001)
})
