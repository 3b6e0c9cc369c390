/**
 * Who sends the mail, and when it is tried again: told by the state of the log, in time that the
 * test makes.
 */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogLock, LogState, MailState } from './log-state.ts'
import { NO_LOG } from './log-state.ts'
import type { MailerParts } from './mailer.ts'
import { createMailer } from './mailer.ts'

const MINUTE = 60_000
const due: MailState = { record: '{}', isSent: false, attempts: 0, notBefore: 0 }

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A log with a state, whose lock is always free, and a mail that ends as the test says. */
function start(own: Partial<MailerParts> = {}) {
  let state: LogState = { ...NO_LOG, log: 'present', mail: due }
  let last: Promise<unknown> = Promise.resolve()
  const lock: LogLock = {
    alone(work) {
      const result = last.then(async () => {
        const worked = await work(state)
        state = worked.state ?? state
        return worked.result
      })
      last = result
      return result
    },
    close: () => Promise.resolve(),
  }
  const ends: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []
  const sender = {
    sendMail: () => new Promise<void>((resolve, reject) => void ends.push({ resolve, reject })),
  }
  const errors: Error[] = []
  const setup = { to: 'a@b.example', from: 'c@d.example', domain: 'shop.example', transport: {} }
  const onError = (error: Error) => void errors.push(error)
  const make = () => createMailer({ lock, log: '/csp.log', setup, sender, onError, ...own })
  return {
    make,
    ends,
    errors,
    get mail() {
      return state.mail
    },
    set mail(mail) {
      state = { ...state, mail }
    },
  }
}

test('says that it is sent, for as long as it takes', async () => {
  const log = start()
  const mailer = log.make()
  mailer.look(log.mail)
  await vi.advanceTimersByTimeAsync(0)
  expect(log.mail).toMatchObject({ attempts: 1, isSent: false })
  for (let minute = 0; minute < 10; minute++) {
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(log.mail?.notBefore).toBeGreaterThan(Date.now() + MINUTE)
    log.make().look(log.mail)
  }
  expect(log.ends).toHaveLength(1)
  log.ends[0]?.resolve()
  await mailer.close()
  expect(log.mail?.isSent).toBe(true)
  expect(vi.getTimerCount()).toBe(10)
})

test('is taken over from a process that has ended', async () => {
  const log = start()
  log.mail = { ...due, attempts: 1, notBefore: Date.now() + 2 * MINUTE }
  log.make().look(log.mail)
  await vi.advanceTimersByTimeAsync(2 * MINUTE - 1)
  expect(log.ends).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(log.ends).toHaveLength(1)
})

test('is tried again after twice as long each time, an hour at most', async () => {
  const log = start()
  log.make().look(log.mail)
  const waits: number[] = []
  for (let attempt = 0; attempt < 9; attempt++) {
    await vi.advanceTimersByTimeAsync(0)
    log.ends[attempt]?.reject(attempt === 0 ? 'no words' : new Error('away'))
    await vi.advanceTimersByTimeAsync(0)
    const wait = (log.mail?.notBefore ?? 0) - Date.now()
    waits.push(wait / MINUTE)
    await vi.advanceTimersByTimeAsync(wait)
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  expect(log.errors[0]?.message).toBe('Cannot send the mail about the first violation: no words')
  expect(log.errors[1]?.message).toBe('Cannot send the mail about the first violation: away')
})

test('one that fails while it closes is left to the next process', async () => {
  const log = start()
  const mailer = log.make()
  mailer.look(log.mail)
  await vi.advanceTimersByTimeAsync(0)
  const closing = mailer.close()
  log.ends[0]?.reject(new Error('away'))
  await closing
  expect(vi.getTimerCount()).toBe(0)
  expect(log.mail).toMatchObject({ isSent: false, notBefore: Date.now() + MINUTE })
})

test('two that see it at once send one', async () => {
  const log = start()
  for (const mailer of [log.make(), log.make()]) mailer.look(log.mail)
  await vi.advanceTimersByTimeAsync(0)
  expect(log.ends).toHaveLength(1)
})

test('one of a log that was removed meanwhile does not count for the next one', async () => {
  const log = start()
  log.make().look(log.mail)
  await vi.advanceTimersByTimeAsync(0)
  log.mail = { ...due, record: '{"another":1}' }
  log.ends[0]?.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(log.mail).toMatchObject({ isSent: false, record: '{"another":1}' })
})

test('nothing is sent where nothing is due', async () => {
  const log = start()
  const mailer = log.make()
  mailer.look(null)
  mailer.look({ ...due, isSent: true })
  // What it was told is not what it is by now.
  log.mail = null
  mailer.look(due)
  await vi.advanceTimersByTimeAsync(0)
  await mailer.close()
  mailer.look(due)
  await vi.advanceTimersByTimeAsync(0)
  expect(log.ends).toHaveLength(0)
})

test('what fails below is said, when it is looked again and while it is sent', async () => {
  const log = start()
  let isBroken = false
  const lock: LogLock = {
    alone: async (work) => {
      if (isBroken) throw new Error('no lock')
      return (await work({ ...NO_LOG, mail: due })).result
    },
    close: () => Promise.resolve(),
  }
  const failing = start({ lock, onError: (error) => void log.errors.push(error) })
  const mailer = failing.make()
  isBroken = true
  mailer.look({ ...due, notBefore: Date.now() + 1 })
  await vi.advanceTimersByTimeAsync(1)
  expect(log.errors.map(({ message }) => message)).toEqual([
    'Cannot send the mail about the first violation: no lock',
  ])
  isBroken = false
  mailer.look(due)
  await vi.advanceTimersByTimeAsync(0)
  isBroken = true
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(log.errors).toHaveLength(2)
  failing.ends[0]?.reject(new Error('away'))
  await vi.advanceTimersByTimeAsync(0)
  expect(log.errors).toHaveLength(3)
  await mailer.close()
})
