/** The lock of a log, with each engine: between connections as between processes. */

import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { logPath } from '../../test/logs.ts'
import { ENGINES } from '../../test/sqlite.ts'
import type { OpenSQLite } from '../sql/sqlite-engine.ts'
import { StoreUnavailable } from '../store/store.ts'
import type { LogLock } from './log-state.ts'
import { NO_LOG, openLogLock } from './log-state.ts'

const DROPPED = { ...NO_LOG, dropped: { default: 1 } }

describe.each(ENGINES)('%s', (_name, load) => {
  async function start(patience = 5000) {
    const engine = await load()
    const file = `${logPath()}.state`
    const open = (own: OpenSQLite = engine): LogLock => {
      const lock = openLogLock(file, { engine: own, patience })
      onTestFinished(() => lock.close())
      return lock
    }
    return { file, engine, open }
  }

  test('one works at a time, in the order in which they come', async () => {
    const { open } = await start()
    const [one, two] = [open(), open()]
    const seen: string[] = []
    const work = async (lock: LogLock, name: string) =>
      lock.alone(async () => {
        seen.push(`${name} begins`)
        await sleep(10)
        seen.push(`${name} ends`)
        return { result: name }
      })
    const results = await Promise.all([work(one, 'a'), work(one, 'b'), work(two, 'c')])
    expect(results).toEqual(['a', 'b', 'c'])
    const ends = seen.filter((_text, index) => index % 2 === 1)
    const begins = seen.filter((_text, index) => index % 2 === 0)
    expect(ends).toEqual(begins.map((text) => text.replace('begins', 'ends')))
    expect(seen.indexOf('a ends')).toBeLessThan(seen.indexOf('b begins'))
  })

  test('what follows is there for the next one, and not where the work has failed', async () => {
    const { open } = await start()
    const [one, two] = [open(), open()]
    expect(await one.alone((state) => ({ result: state }))).toEqual(NO_LOG)
    await one.alone(() => ({ result: 0, state: DROPPED }))
    expect(await two.alone((state) => ({ result: state }))).toEqual(DROPPED)
    const failing = two.alone(() => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(await one.alone((state) => ({ result: state }))).toEqual(DROPPED)
  })

  test('who waits for too long is told so, and has it later', async () => {
    const { open } = await start(30)
    const [one, two] = [open(), open()]
    const waitingForEnd: (() => void)[] = []
    const holding = one.alone(async () => {
      await new Promise<void>((resolve) => void waitingForEnd.push(resolve))
      return { result: 1 }
    })
    await sleep(20)
    const waiting = two.alone(() => ({ result: 2 }))
    await expect(waiting).rejects.toThrow(StoreUnavailable)
    await expect(two.alone(() => ({ result: 2 }))).rejects.toThrow(
      'Cannot use the log: another process holds its lock.',
    )
    waitingForEnd[0]?.()
    expect(await holding).toBe(1)
    expect(await two.alone(() => ({ result: 2 }))).toBe(2)
  })

  test('a file that was removed or replaced is made again, with its lock', async () => {
    const { file, open } = await start()
    const [one, two] = [open(), open()]
    await one.alone(() => ({ result: 0, state: DROPPED }))
    rmSync(file)
    expect(await one.alone((state) => ({ result: state }))).toEqual(NO_LOG)
    expect(existsSync(file)).toBe(true)
    await one.alone(() => ({ result: 0, state: DROPPED }))
    expect(await two.alone((state) => ({ result: state }))).toEqual(DROPPED)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('one that is replaced while somebody waits for it is not taken', async () => {
    const { file, engine, open } = await start()
    const one = open()
    await one.alone(() => ({ result: 0 }))
    let isReplaced = false
    const replacing: OpenSQLite = (name) => {
      const own = engine(name)
      return {
        exec(statement) {
          own.exec(statement)
          if (statement !== 'begin exclusive' || isReplaced) return
          isReplaced = true
          renameSync(file, `${file}.old`)
        },
        prepare: (statement) => own.prepare(statement),
        close: () => own.close(),
      }
    }
    const two = open(replacing)
    await two.alone(() => ({ result: 0, state: DROPPED }))
    expect(isReplaced).toBe(true)
    expect(await one.alone((state) => ({ result: state }))).toEqual(DROPPED)
  })

  test('what is not a lock is no reason to wait', async () => {
    const { engine, open } = await start()
    const broken: OpenSQLite = (name) => ({
      ...engine(name),
      exec: () => {
        throw new Error('disk I/O error')
      },
      close: () => {},
    })
    await expect(open(broken).alone(() => ({ result: 0 }))).rejects.toThrow('disk I/O error')
  })
})
