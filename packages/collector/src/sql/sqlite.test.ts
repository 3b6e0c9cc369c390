import { chmodSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { batch, keyOf, report } from '../../test/batches.ts'
import { makeStore } from '../../test/journalled.ts'
import { openReopening } from '../../test/reopening.ts'
import { ENGINES, removeTemporaryFiles, temporaryFile } from '../../test/sqlite.ts'
import { describeStore } from '../../test/store-contract.ts'
import { readSums } from '../../test/tables.ts'
import { openSQLite } from './sqlite.ts'
import type { OpenSQLite } from './sqlite-engine.ts'

removeTemporaryFiles()

describe.each(ENGINES)('on %s', (_, load) => {
  const open = async (file: string): Promise<ReturnType<typeof makeStore>> =>
    makeStore(await openSQLite(file, { engine: await load() }))

  describeStore('in the journal of a file', () => open(temporaryFile()))
  describeStore('in the tables of a file', async () => {
    const file = temporaryFile()
    return openReopening(() => open(file))
  })

  it('lets nobody else read its files, the log and its index included', async () => {
    const before = process.umask(0)
    try {
      const file = temporaryFile()
      const store = await open(file)
      await store.add(batch())
      const modes = ['', '-wal', '-shm'].map((end) => statSync(file + end).mode & 0o777)
      expect(modes).toEqual([0o600, 0o600, 0o600])
      await store.close()
    } finally {
      process.umask(before)
    }
  })

  it('leaves the permissions of a file that is there', async () => {
    const file = temporaryFile()
    await (await open(file)).close()
    chmodSync(file, 0o640)
    await (await open(file)).close()
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  it('waits for another process only so long', async () => {
    const file = temporaryFile()
    const errors: Error[] = []
    const database = await openSQLite(file, { engine: await load() })
    const store = makeStore(database, { onError: (error) => errors.push(error) })
    await store.add(batch())
    const other = (await load())(file)
    other.exec('begin immediate')
    let turns = 0
    const counter = setInterval(() => turns++, 10)
    await expect(store.check()).rejects.toThrow('Cannot store reports: database is locked.')
    await expect(store.add(batch())).rejects.toThrow('Cannot store reports: database is locked.')
    clearInterval(counter)
    // The event loop has turned meanwhile.
    expect(turns).toBeGreaterThan(100)
    other.exec('rollback')
    expect(await store.add(batch())).toBe('stored')
    expect((await store.read()).total).toBe(2)
    expect(errors.map(({ message }) => message)).toContain(
      'Cannot count stored reports: database is locked.',
    )
    other.close()
    await store.close()
  })

  it('adds to the tables once what two stores on one file are told', async () => {
    const file = temporaryFile()
    const stores = [await open(file), await open(file)]
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        stores.map((store) => store.add(batch([report({ key: keyOf(round % 3) })]))),
      )
    }
    for (const store of stores) expect((await store.read()).total).toBe(40)
    for (const store of stores) await store.close()
    expect(await sumsOf(file)).toMatchObject({ journal: 0, total: 40, groups: 40, hours: 40 })
  })

  it.each([
    ['full', ['normal', 'full']],
    ['off', ['off', 'off']],
  ] as const)('waits for the disk for the journal alone: %s', async (synchronous, expected) => {
    const openFile = await load()
    const pragmas: string[] = []
    const engine: OpenSQLite = (file) => {
      const own = openFile(file)
      return {
        exec(statements) {
          pragmas.push(...statements.split('pragma synchronous = ').slice(1))
          own.exec(statements)
        },
        prepare: (statement) => own.prepare(statement),
        close: () => own.close(),
      }
    }
    const database = await openSQLite(temporaryFile(), { engine, synchronous })
    expect(pragmas).toEqual([synchronous])
    const store = makeStore(database)
    await store.add(batch())
    await store.close()
    expect(new Set(pragmas.slice(1))).toEqual(new Set(expected))
    expect(pragmas.at(-1)).toBe(synchronous)
  })

  it('refuses a newer schema, and names both versions', async () => {
    const file = temporaryFile()
    await (await open(file)).close()
    const raw = (await load())(file)
    raw.exec("update cusp_meta set value = '7' where name = 'schema'")
    raw.close()
    const problem =
      'Cannot open the store: its schema has version 7, and this version of @cusp/collector knows 1. Use a newer @cusp/collector.'
    await expect(open(file)).rejects.toThrow(problem)
    await expect(openSQLite(file, { engine: await load(), readOnly: true })).rejects.toThrow(
      problem,
    )
  })

  async function sumsOf(file: string): Promise<Awaited<ReturnType<typeof readSums>>> {
    const raw = (await load())(file)
    try {
      return await readSums((statement) => raw.prepare(statement).all() as object[])
    } finally {
      raw.close()
    }
  }
})
