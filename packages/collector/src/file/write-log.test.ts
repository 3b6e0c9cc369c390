/**
 * A process may end between any two steps: what the next one makes of the state and the text that
 * it finds.
 */

import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { batch, report } from '../../test/batches.ts'
import { logPath, recordsOf, textOf } from '../../test/logs.ts'
import { writeRecord } from './log-record.ts'
import type { LogState } from './log-state.ts'
import { NO_LOG } from './log-state.ts'
import type { LogOptions } from './write-log.ts'
import { writeBatches } from './write-log.ts'

const first = report({}, { page: 'https://shop.example/first' })
const second = batch([report({}, { page: 'https://shop.example/second' })])

async function write(state: LogState, own: Partial<LogOptions> = {}, batches = [second]) {
  const options = { log: logPath(), limit: 1000, rotate: 0, hasMail: true, ...own }
  const { result, state: next } = await writeBatches(batches, { ...options, state })
  return { ...result, next, log: options.log }
}

describe('a log that begins', () => {
  test('is said before it is written', async () => {
    const { kept, mail, next, log } = await write(NO_LOG)
    expect({ kept, mail, state: next?.log }).toEqual({ kept: [], mail: null, state: 'begins' })
    expect(existsSync(log)).toBe(false)
  })

  test.each([
    ['there is nothing', undefined],
    ['it is empty', ''],
    ['its first record was cut off', writeRecord(first).slice(0, 60)],
  ])('has a mail about the next one where %s', async (_what, text) => {
    const log = logPath()
    if (text !== undefined) writeFileSync(log, text)
    const { kept, mail, next } = await write({ ...NO_LOG, log: 'begins' }, { log })
    expect(kept).toEqual(['stored'])
    expect(mail?.record).toContain('https://shop.example/second')
    expect(next).toMatchObject({ log: 'present', mail: { isSent: false, attempts: 0 } })
    expect(textOf(log)).toContain('https://shop.example/second')
  })

  test('has a mail about the first one where that was written, and its process has ended', async () => {
    const log = logPath()
    writeFileSync(log, writeRecord(first))
    const { mail } = await write({ ...NO_LOG, log: 'begins' }, { log })
    expect(mail?.record).toBe(writeRecord(first).trimEnd())
    expect(recordsOf(log)).toHaveLength(2)
  })

  test('stays so where nothing is to be written', async () => {
    const { kept, next, log } = await write({ ...NO_LOG, log: 'begins' }, {}, [batch([])])
    expect({ kept, state: next?.log ?? 'begins' }).toEqual({ kept: ['stored'], state: 'begins' })
    expect(textOf(log)).toBe('')
  })

  test('has no mail where nobody asks for one', async () => {
    const { mail, next } = await write({ ...NO_LOG, log: 'begins' }, { hasMail: false })
    expect({ mail, state: next?.log }).toEqual({ mail: null, state: 'present' })
  })
})

describe('a log that rotates', () => {
  const full = writeRecord(first).repeat(3)
  const sent = { record: '{}', isSent: true, attempts: 1, notBefore: 0 }
  const rotates: LogState = { ...NO_LOG, log: 'rotates', mail: sent }

  test('is said before it is done', async () => {
    const log = logPath()
    writeFileSync(log, full)
    const present: LogState = { ...rotates, log: 'present' }
    const { kept, next } = await write(present, { log, rotate: 2 })
    expect({ kept, state: next?.log }).toEqual({ kept: [], state: 'rotates' })
    expect(textOf(log)).toBe(full)
  })

  test('is done by whoever finds it so', async () => {
    const log = logPath()
    writeFileSync(log, full)
    const { kept, mail, next } = await write(rotates, { log, rotate: 2 })
    expect({ kept, mail, state: next?.log }).toEqual({
      kept: ['stored'],
      mail: sent,
      state: 'present',
    })
    expect(textOf(`${log}.1`)).toBe(full)
    expect(recordsOf(log)).toHaveLength(1)
  })

  test('was done where there is none: it is not one that somebody has removed', async () => {
    const log = logPath()
    writeFileSync(log, full)
    renameSync(log, `${log}.1`)
    const { kept, mail } = await write(rotates, { log, rotate: 2 })
    expect({ kept, mail }).toEqual({ kept: ['stored'], mail: sent })
    expect(textOf(`${log}.1`)).toBe(full)
    expect(existsSync(`${log}.2`)).toBe(false)
  })
})
