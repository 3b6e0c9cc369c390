import fc from 'fast-check'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { batch, keyOf, report, START } from '../../test/batches.ts'
import type { Random } from '../../test/durability/random.ts'
import { random } from '../../test/durability/random.ts'
import { makeStore } from '../../test/journalled.ts'
import { askFile, removeTemporaryFiles, temporaryFile } from '../../test/sqlite.ts'
import { readSums } from '../../test/tables.ts'
import type { Store } from '../store/store.ts'
import type { Database } from './database.ts'
import { openSQLite } from './sqlite.ts'

removeTemporaryFiles()

/**
 * What happens next: something is added, time passes, a process ends as it should, or one is never
 * heard of again.
 */
const event = fc.record({
  what: fc.constantFrom('add', 'add', 'add', 'wait', 'close', 'die'),
  store: fc.nat(1),
  groups: fc.integer({ min: 1, max: 130 }),
})

describe('each report', () => {
  it('is counted once, whatever fails, and before or after it was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), fc.nat(), async (events, seed) => {
        const file = temporaryFile()
        const next = random(seed)
        let now = START
        let sent = 0
        let acknowledged = 0
        const open = async (): Promise<Store> => {
          const database = withFaults(await openSQLite(file), next)
          return makeStore(database, { now: () => now, foldEvery: 3, onError: () => {} })
        }
        const stores = [await open(), await open()]
        const reader = makeStore(await openSQLite(file, { readOnly: true }), { readOnly: true })
        const dead: Store[] = []
        for (const { what, store: index, groups } of events) {
          now += 4000
          const store = stores[index] ?? (await open())
          if (what === 'add') {
            const reports = Array.from({ length: groups }, (_, key) => report({ key: keyOf(key) }))
            sent += groups
            const kept = await store.add(batch(reports)).catch(() => 'refused')
            if (kept === 'stored') acknowledged += groups
          }
          if (what === 'wait') await sleep(next(12))
          if (what === 'close') await store.close()
          if (what === 'die') dead.push(store)
          if (what === 'close' || what === 'die') stores[index] = await open()
          const { total, groups: listed } = await reader.read({ limit: 1000 })
          expect(total).toBeGreaterThanOrEqual(acknowledged)
          expect(total).toBeLessThanOrEqual(sent)
          expect(listed.reduce((sum, { count }) => sum + count, 0)).toBe(total)
        }
        await reader.close()
        for (const store of [...stores, ...dead]) await store.close()
        const last = makeStore(await openSQLite(file), { now: () => now + 100_000 })
        await last.close()

        const { ask, close } = await askFile(file)
        const sums = await readSums(ask)
        close()
        expect(sums.total).toBeGreaterThanOrEqual(acknowledged)
        expect(sums.total).toBeLessThanOrEqual(sent)
        expect(sums).toMatchObject({ journal: 0, groups: sums.total, hours: sums.total })
      }),
      { numRuns: 25 },
    )
  })
})

/** A database of which each seventh call fails: half of these are done all the same. */
function withFaults(database: Database, next: Random): Database {
  const perhaps = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const dice = next(14)
    if (dice === 0) throw new Error('failed before')
    const result = await work()
    if (dice === 1) throw new Error('failed after')
    return result
  }
  return {
    ...database,
    append: (body, now) => perhaps(() => database.append(body, now)),
    transact: (script) => perhaps(() => database.transact(script)),
    inspect: (script) => perhaps(() => database.inspect(script)),
  }
}
