import { describe, expect, it } from 'vitest'
import { batch, report } from '../../test/batches.ts'
import type { Batch } from '../store/batch.ts'
import { StoreUnavailable } from '../store/store.ts'
import { nextTurn, Turns } from './turns.ts'

describe('turns', () => {
  it('store together what comes in one turn of the event loop', async () => {
    const { turns, stored } = start()
    await Promise.all([turns.add(batch()), turns.add(batch([report(), report()]))])
    await turns.add(batch())
    expect(stored.map(countReports)).toEqual([3, 1])
  })

  it('store together what comes in a row of turns', async () => {
    const { turns, stored } = start()
    const kept: Promise<string>[] = []
    for (let turn = 0; turn < 3; turn++) {
      kept.push(turns.add(batch()))
      await nextTurn()
    }
    await Promise.all(kept)
    expect(stored.map(countReports)).toEqual([3])
  })

  it('wait for nobody when enough has come', async () => {
    const { turns, stored } = start()
    const kept: Promise<string>[] = []
    for (let turn = 0; turn < 3; turn++) {
      kept.push(...Array.from({ length: 20 }, () => turns.add(batch())))
      await nextTurn()
    }
    await Promise.all(kept)
    expect(stored.map(countReports)).toEqual([40, 20])
  })

  it('go on while the database is busy, and are stored as soon as it is not', async () => {
    const { turns, stored, finish } = start({ isSlow: true })
    const kept: Promise<string>[] = []
    for (let turn = 0; turn < 7; turn++) {
      kept.push(turns.add(batch()))
      await nextTurn()
      await nextTurn()
    }
    // Four are on their way; what came later waits together.
    expect(stored.map(countReports)).toEqual([1, 1, 1, 1])
    finish()
    await nextTurn()
    expect(stored.map(countReports)).toEqual([1, 1, 1, 1, 3])
    const drained = turns.drain()
    while (finish()) await nextTurn()
    await drained
    expect(await Promise.all(kept)).toEqual(Array.from({ length: 7 }, () => 'stored'))
  })

  it('refuse what a database that has stopped answering would never get', async () => {
    const { turns, finish } = start({ isSlow: true })
    const many = batch(Array.from({ length: 50_000 }, () => report()))
    const first = turns.add(many)
    await expect(turns.add(batch())).rejects.toThrow(StoreUnavailable)
    await expect(turns.add(batch())).rejects.toThrow(
      'Cannot store reports: 50001 of them wait for the store already.',
    )
    while (!finish()) await nextTurn()
    expect(await first).toBe('stored')
    await nextTurn()
    const later = turns.add(batch())
    while (!finish()) await nextTurn()
    expect(await later).toBe('stored')
  })

  it('fail for each who waits, and for nobody else', async () => {
    let isAway = true
    const turns = new Turns(async () => {
      if (isAway) throw new Error('the disk is gone')
    })
    const both = await Promise.allSettled([turns.add(batch()), turns.add(batch())])
    for (const one of both) {
      expect(one).toMatchObject({
        status: 'rejected',
        reason: { name: 'StoreUnavailable', message: 'Cannot store reports: the disk is gone.' },
      })
    }
    isAway = false
    expect(await turns.add(batch())).toBe('stored')
  })
})

function countReports(batches: readonly Batch[]): number {
  return batches.reduce((sum, { reports }) => sum + reports.length, 0)
}

function start({ isSlow = false } = {}): {
  readonly turns: Turns
  readonly stored: readonly (readonly Batch[])[]
  readonly finish: () => boolean
} {
  const stored: (readonly Batch[])[] = []
  const waiting: (() => void)[] = []
  const turns = new Turns(async (batches) => {
    stored.push(batches)
    if (!isSlow) return
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  })
  const finish = (): boolean => {
    const next = waiting.shift()
    next?.()
    return next !== undefined
  }
  return { turns, stored, finish }
}
