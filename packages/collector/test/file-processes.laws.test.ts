/**
 * A log that several processes write, one of which may end at any moment: no report is torn, lost
 * or counted twice.
 */

import { readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { batch, report } from './batches.ts'
import { hasStrace } from './durability/syncs.ts'
import {
  buildWriter,
  logPath,
  openLogStore,
  recordsOf,
  sizeOfOne,
  startMailBox,
  startWriter,
  textOf,
} from './logs.ts'

const one = batch([report({}, { page: 'https://shop.example/a/1' })])

let program: string
beforeAll(async () => {
  program = await buildWriter()
})

describe('two processes', () => {
  test('write whole reports, and every one of them', async () => {
    const log = logPath()
    const writers = ['a', 'b'].map((name) => startWriter(program, { name, log, count: 100 }))
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
    const writers = ['a', 'b', 'c'].map((name) =>
      startWriter(program, { name, log, count: 20, limit }),
    )
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
      startWriter(program, { name, log, count: 50, limit: 3000, rotate: 2 }),
    )
    const said = (await Promise.all(writers.map(({ ended }) => ended))).flat()
    expect(said).toEqual(Array.from({ length: 100 }, () => 'stored'))
    expect((await (await openLogStore({ log, readOnly: true })).read()).total).toBe(100)
  })

  test('send one mail', async () => {
    const box = await startMailBox()
    const log = logPath()
    const settings = { log, count: 5, port: box.port }
    const writers = ['a', 'b', 'c'].map((name) => startWriter(program, { ...settings, name }))
    await Promise.all(writers.map(({ ended }) => ended))
    expect(box.attempts).toBe(1)
  })

  test('one that is killed leaves no lock behind, and no half of a report', async () => {
    const log = logPath()
    let acknowledged = 0
    for (let round = 0; round < 3; round++) {
      const writer = startWriter(program, { name: `r${round}`, log, count: 1_000_000, limit: 1e9 })
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
  // The limit of the operating system for files of that process: 16 blocks of 1024 bytes.
  const limited = ['bash', '-c', 'ulimit -f 16; exec "$0" "$@"']
  const writer = startWriter(program, { name: 'a', log, count: 40 }, limited)
  const said = await writer.ended
  const stored = said.filter((kept) => kept === 'stored')
  expect(stored.length).toBeGreaterThan(3)
  expect(said.length).toBe(40)
  for (const problem of said.slice(stored.length)) {
    expect(problem).toMatch(/^Cannot write the log: /)
  }
  expect(recordsOf(log)).toHaveLength(stored.length)
  const store = await openLogStore({ log })
  expect(await store.add(one)).toBe('stored')
  expect((await store.read()).total).toBe(stored.length + 1)
})

test.runIf(hasStrace())(
  'power may fail: each report is flushed before it is told to be stored',
  async () => {
    const log = logPath()
    const trace = `${log}.trace`
    const calls = '--trace=write,pwrite64,fsync,fdatasync'
    const strace = ['strace', '--follow-forks', '--decode-fds=path', calls, `--output=${trace}`]
    const { ended } = startWriter(program, { name: 'a', log, count: 20 }, strace)
    expect(await ended).toHaveLength(20)
    expect(countFlushes(readFileSync(trace, 'utf8'))).toEqual({ told: 20, early: 0 })
  },
)

/**
 * How often it is told that a report is stored, and how often the log had not been flushed after
 * its last write.
 */
function countFlushes(trace: string): { readonly told: number; readonly early: number } {
  let isFlushed = false
  let told = 0
  let early = 0
  const flushing = new Set<string>()
  for (const call of trace.split('\n')) {
    const [thread = ''] = call.split(' ', 1)
    const isOfLog = call.includes('/csp-violations.log>')
    if (isOfLog && / p?write(?:64)?\(/.test(call)) isFlushed = false
    // Another thread may have a call in between: then the end of this one stands on a line of its
    // own.
    if (isOfLog && call.includes('sync(')) flushing.add(thread)
    const isEnd = call.endsWith(' = 0') && /f(?:data)?sync(?:\(| resumed>)/.test(call)
    if (isEnd && flushing.delete(thread)) isFlushed = true
    if (!call.includes('"stored\\n"')) continue
    told++
    if (!isFlushed) early++
  }
  return { told, early }
}
