import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { batch } from '../test/batches.ts'
import { askFile, removeTemporaryFiles, temporaryFile } from '../test/sqlite.ts'
import { openStore } from './open-store.ts'
import { StoreUnavailable } from './store/store.ts'

removeTemporaryFiles()

describe('openStore', () => {
  it('opens a store in memory', async () => {
    const store = openStore('memory:')
    await store.add(batch())
    expect((await store.read()).total).toBe(1)
    await store.close()
  })

  it('opens a file, and opens it again', async () => {
    const file = temporaryFile()
    const store = openStore(`sqlite:${file}`)
    expect(store.address).toBe(`sqlite:${file}`)
    await store.check()
    expect(await store.add(batch())).toBe('stored')
    expect(await store.recentKeys(1)).toHaveLength(1)
    await store.close()
    await expect(store.add(batch())).rejects.toThrow('Cannot store reports: the store is closed.')

    const reader = openStore(`sqlite://${file}`, { readOnly: true, keep: '7d' })
    expect((await reader.read()).total).toBe(1)
    await reader.check()
    await expect(reader.add(batch())).rejects.toThrow(
      'Cannot store reports: the store is open for reading only.',
    )
    await reader.close()
  })

  it('reads while a collector stores, and sees what is in its journal', async () => {
    const file = temporaryFile()
    const store = openStore(`sqlite:${file}`)
    const reader = openStore(`sqlite:${file}`)
    await store.add(batch())
    expect((await reader.read()).total).toBe(1)
    await store.close()
    await reader.close()
  })

  it('creates nothing when it only reads', async () => {
    const file = temporaryFile('typo.db')
    const store = openStore(`sqlite:${file}`, { readOnly: true })
    const problem = `Cannot open the store: the file ${JSON.stringify(file)} does not exist.`
    await expect(store.read()).rejects.toThrow(StoreUnavailable)
    await expect(store.read()).rejects.toThrow(problem)
    await expect(store.check()).rejects.toThrow(problem)
    await store.close()
    expect(existsSync(file)).toBe(false)
  })

  it('says which folder does not exist', async () => {
    const file = path.join(temporaryFile('none'), 'csp.db')
    const store = openStore(`sqlite:${file}`)
    await expect(store.add(batch())).rejects.toThrow(
      `Cannot open the store: the folder ${JSON.stringify(path.dirname(file))} does not exist.`,
    )
    await store.close()
    await expect(store.add(batch())).rejects.toThrow('it is closed')
  })

  it('refuses a file that is something else', async () => {
    const file = temporaryFile('notes.txt')
    writeFileSync(file, 'Buy milk. '.repeat(1000))
    for (const readOnly of [true, false]) {
      const store = openStore(`sqlite:${file}`, { readOnly })
      await expect(store.check()).rejects.toThrow(/^Cannot open the store: .*not a database/)
      await store.close()
    }
  })

  it('refuses to read a database without reports', async () => {
    const file = temporaryFile('empty.db')
    writeFileSync(file, '')
    const store = openStore(`sqlite:${file}`, { readOnly: true })
    await expect(store.read()).rejects.toThrow('it has no reports of @cusp/collector')
    await store.close()
  })

  it('opens a file as soon as that is possible', async () => {
    const file = temporaryFile('later.db')
    const reader = openStore(`sqlite:${file}`, { readOnly: true })
    await expect(reader.read()).rejects.toThrow('does not exist')
    const store = openStore(`sqlite:${file}`)
    await store.add(batch())
    await vi.waitFor(async () => expect((await reader.read()).total).toBe(1), 5000)
    await store.close()
    await reader.close()
  })

  it('warns of what fails in the background, unless it is told to tell somebody else', async () => {
    const file = await tornFile()
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const store = openStore(`sqlite:${file}`)
    await store.check()
    await store.close()
    expect(warned.mock.calls).toEqual([[expect.objectContaining({ name: 'StoreUnavailable' })]])
    warned.mockRestore()
    const errors: Error[] = []
    const told = openStore(`sqlite:${file}`, { onError: (error) => errors.push(error) })
    await told.check()
    await told.close()
    expect(errors).toHaveLength(1)
  })

  it.each([
    ['an error', new Error('the listener has failed')],
    ['anything else', 'the listener has failed'],
  ])('goes on where the listener throws %s', async (_, thrown) => {
    const file = await tornFile()
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const store = openStore(`sqlite:${file}`, {
      onError() {
        // oxlint-disable-next-line typescript/only-throw-error -- the case
        throw thrown
      },
    })
    await store.check()
    await store.close()
    const [[warning] = []] = warned.mock.calls
    expect(warning).toMatchObject({ message: 'the listener has failed' })
    warned.mockRestore()
  })

  const refused: readonly (readonly [address: string, message: string])[] = [
    [
      './typo.db',
      'Cannot open the store: "./typo.db" does not name a kind of store. Use "sqlite:./typo.db" instead.',
    ],
    ['', 'Cannot open the store: "" does not name a kind of store. Use "sqlite:./csp.db" instead.'],
    [
      'sqlit:./csp.db',
      'Cannot open the store: "sqlit:" is not a kind of store. Use sqlite: instead.',
    ],
    [
      'mysql://root:secret@host/csp',
      'Cannot open the store: "mysql:" is not a kind of store. Use sqlite:, postgres:, postgresql:, memory:, file: instead.',
    ],
    ['sqlite:', 'Cannot open the store: sqlite: has no path. Use "sqlite:./csp.db" instead.'],
    [
      'sqlite://csp.db',
      'Cannot open the store: "sqlite://csp.db" has a host, and a file has none. Use "sqlite:./csp.db" instead.',
    ],
    [
      'sqlite::memory:',
      'Cannot open the store: sqlite::memory: is not a file. Use "memory:" instead.',
    ],
    [
      'memory:x',
      'Cannot open the store: "memory:x" has more than its scheme. Use "memory:" instead.',
    ],
  ]
  it.each(refused)('refuses %j', (address, message) => {
    expect(() => openStore(address)).toThrow(
      expect.objectContaining({ code: 'ERR_CSP_INPUT', message }),
    )
  })

  it.each([
    'postgres://csp:secret@',
    'postgres://csp:sec/ret@host/csp',
    'postgres://csp:12/secret@host/csp',
    'postgres://csp:12#secret@host/csp',
    'postgres://csp:12?secret@host',
  ])('does not show what may be a password: %s', (address) => {
    const open = (): unknown => openStore(address)
    expect(open).toThrow('Cannot open the store: the address of PostgreSQL is not a URL.')
    expect(open).not.toThrow(/sec/)
  })

  it('refuses options that it does not know', () => {
    expect(openWith({ kept: '9d' })).toThrow(
      'Cannot open the store: "kept" is not an option. Use keep instead.',
    )
    expect(openWith({ keep: '1h' })).toThrow(
      'Cannot open the store: the option keep is "1h", which is not a number of days. Use "90d" instead.',
    )
    expect(openWith({ keep: 90 })).toThrow('the option keep is 90')
    expect(openWith({ readOnly: true })).toThrow(
      'Cannot open the store: memory: has nothing to read yet. Use readOnly: false instead.',
    )
    // @ts-expect-error -- as in JavaScript
    expect(() => openStore(undefined)).toThrow(
      'Cannot open the store: undefined is not an address. Use "sqlite:./csp.db" instead.',
    )
  })
})

function openWith(options: object): () => unknown {
  return () => openStore('memory:', options)
}

/** A store whose journal has a row that nobody can read. */
async function tornFile(): Promise<string> {
  const file = temporaryFile()
  const store = openStore(`sqlite:${file}`)
  await store.check()
  await store.close()
  const { run, close } = await askFile(file)
  run("insert into cusp_journal (written_at, body) values (0, 'torn')")
  close()
  return file
}
