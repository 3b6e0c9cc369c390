/** What is held, and when nothing is held any more. */

import { expect, test } from 'vitest'
import { createLoad } from './load.ts'
import { answerRejected } from './why-rejected.ts'

test('requests and bytes are counted until they are released', () => {
  const load = createLoad({ requests: 2, bytes: 10 })
  const one = load.open()
  const two = load.open()
  expect(load.requests).toBe(2)
  expect(load.open()).toBeUndefined()
  expect(one?.add(6)).toBe(true)
  expect(two?.add(6)).toBe(false)
  one?.release()
  expect(two?.add(1)).toBe(true)
  two?.release()
  expect(load.requests).toBe(0)
  expect(load.open()?.add(10)).toBe(true)
})

test('what two hold is held until both have released it', async () => {
  const load = createLoad({ requests: 2, bytes: 10 })
  await load.idle()
  const [one, two] = [load.open(), load.open()]
  one?.keep()
  let isIdle = false
  const idle = load.idle().then(() => (isIdle = true))
  one?.release()
  two?.release()
  await Promise.resolve()
  expect({ requests: load.requests, isIdle }).toEqual({ requests: 1, isIdle: false })
  one?.release()
  await idle
  expect(load.requests).toBe(0)
})

test('where no reason is known, nothing was there', () => {
  const { status, text } = answerRejected({ violations: [], others: [], rejected: [] })
  expect({ status, text }).toMatchObject({ status: 400, text: expect.stringMatching(/is empty/) })
})
