/** A log that several processes write, one of which may end at any moment: no report is torn, lost or counted twice. */

import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { batch, report } from './batches.ts'
import {
  logPath,
  openLogStore,
  recordsOf,
  sizeOfOne,
  startMailBox,
  startWriter,
  textOf,
} from './logs.ts'

const one = batch([report({}, { page: 'https://shop.example/a/1' })])

describe('two processes', () => {
  test('write whole reports, and every one of them', async () => {
    const log = logPath()
    const writers = ['a', 'b'].map((name) => startWriter({ name, log, count: 100 }))
    const said = await Promise.all(writers.map(({ ended }) => ended))
    expect(said.flat()).toEqual(Array.from({ length: 200 }, () => 'stored'))
    const pages = recordsOf(log).map(({ violation }) => violation.page)
    expect(new Set(pages).size).toBe(200)
    expect((await (await openLogStore({ log, readOnly: true })).read()).total).toBe(200)
  })

  test('stop at the limit together, and count together', async () => {
    const log = logPath()
    const size = await sizeOfOne(one)
    const limit = size * 10
    const writers = ['a', 'b', 'c'].map((name) => startWriter({ name, log, count: 20, limit }))
    const said = (await Promise.all(writers.map(({ ended }) => ended))).flat()
    const stored = said.filter((kept) => kept === 'stored').length
    expect(said.filter((kept) => kept === 'dropped')).toHaveLength(60 - stored)
    const before = textOf(log).lastIndexOf('\n{\n') + 1
    expect(before).toBeLessThanOrEqual(limit)
    expect(statSync(log).size).toBeGreaterThan(limit)
    const summary = await (await openLogStore({ log, readOnly: true })).read()
    expect(summary).toMatchObject({ total: stored, dropped: 60 - stored })
  })

  test('rotate together, and every report stays counted', async () => {
    const log = logPath()
    const writers = ['a', 'b'].map((name) =>
      startWriter({ name, log, count: 50, limit: 3000, rotate: 2 }),
    )
    const said = (await Promise.all(writers.map(({ ended }) => ended))).flat()
    expect(said).toEqual(Array.from({ length: 100 }, () => 'stored'))
    expect((await (await openLogStore({ log, readOnly: true })).read()).total).toBe(100)
  })

  test('send one mail', async () => {
    const box = await startMailBox()
    const log = logPath()
    const settings = { log, count: 5, port: box.port }
    const writers = ['a', 'b', 'c'].map((name) => startWriter({ ...settings, name }))
    await Promise.all(writers.map(({ ended }) => ended))
    expect(box.attempts).toBe(1)
  })

  test('one that is killed leaves no lock behind, and no half of a report', async () => {
    const log = logPath()
    let acknowledged = 0
    for (let round = 0; round < 3; round++) {
      const writer = startWriter({ name: `r${round}`, log, count: 1_000_000, limit: 1e9 })
      while (writer.said().length < 100) await sleep(5)
      writer.child.kill('SIGKILL')
      acknowledged += (await writer.ended).length
    }
    const store = await openLogStore({ log, limit: 1e9 })
    const started = performance.now()
    await store.add(one)
    expect(performance.now() - started).toBeLessThan(2000)
    const { total } = await store.read()
    // One report of each may have been written and not told.
    expect(total).toBeGreaterThanOrEqual(acknowledged + 1)
    expect(total).toBeLessThanOrEqual(acknowledged + 1 + 3)
    expect(recordsOf(log)).toHaveLength(total)
  })
})

test('a full disk: nothing is told to be stored that is not, and nothing is half written', async () => {
  const log = logPath()
  // 16 blocks of 1024 bytes: the limit of the operating system for files of that process.
  const writer = startWriter({ name: 'a', log, count: 40 }, { limit: 16 })
  const said = await writer.ended
  const stored = said.filter((kept) => kept === 'stored')
  expect(stored.length).toBeGreaterThan(3)
  expect(said.length).toBe(40)
  for (const problem of said.slice(stored.length))
    expect(problem).toMatch(/^Cannot write the log: /)
  expect(recordsOf(log)).toHaveLength(stored.length)
  const store = await openLogStore({ log })
  expect(await store.add(one)).toBe('stored')
  expect((await store.read()).total).toBe(stored.length + 1)
})
