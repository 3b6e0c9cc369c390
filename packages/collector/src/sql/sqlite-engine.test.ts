import { describe, expect, it, vi } from 'vitest'
import { ENGINES, removeTemporaryFiles, temporaryFile } from '../../test/sqlite.ts'
import { loadNodeSQLite, loadSQLite } from './sqlite-engine.ts'

removeTemporaryFiles()

/** What node:sqlite exports, for a Node that has none. */
class DatabaseSync {
  readonly file: string

  constructor(file: string) {
    this.file = file
  }
}

describe('what SQLite is loaded from', () => {
  it('is node:sqlite where it exists, and libsql elsewhere', async () => {
    const open = await loadSQLite()
    const file = open(temporaryFile())
    const [row] = file.prepare('select sqlite_version() as version').all() as { version: string }[]
    expect(row?.version).toMatch(/^3\.\d+/)
    file.close()
    expect(loadNodeSQLite() === undefined).toBe(
      process.getBuiltinModule('node:sqlite') === undefined,
    )
  })

  it('is node:sqlite without its warning, and with every other one', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const loaded = vi.spyOn(process, 'getBuiltinModule').mockImplementation(() => {
      process.emitWarning('SQLite is an experimental feature', 'ExperimentalWarning')
      process.emitWarning('Something else', 'ExperimentalWarning')
      process.emitWarning('SQLite is slow', 'DeprecationWarning')
      return { DatabaseSync }
    })
    try {
      expect(loadNodeSQLite()?.('csp.db')).toMatchObject({ file: 'csp.db' })
      const said = warned.mock.calls.map(([warning]) => warning)
      expect(said).toEqual(['Something else', 'SQLite is slow'])
      process.emitWarning('later')
      expect(warned).toHaveBeenCalledWith('later')
    } finally {
      loaded.mockRestore()
      warned.mockRestore()
    }
  })

  it.each(ENGINES)('reads and writes what a store needs: %s', async (_, load) => {
    const file = (await load())(temporaryFile())
    file.exec('create table one (id integer primary key autoincrement, name text, count bigint)')
    const add = file.prepare('insert into one (name, count) values (?, ?)')
    expect(Number(add.run('a', 1_795_780_801_000).lastInsertRowid)).toBe(1)
    expect(Number(add.run('ü😀', Number.MAX_SAFE_INTEGER).changes)).toBe(1)
    const rows = file.prepare(
      'select name, count, typeof(count) as type from one where id > ? limit ?',
    )
    expect(JSON.parse(JSON.stringify(rows.all(0, 5)))).toEqual([
      { name: 'a', count: 1_795_780_801_000, type: 'integer' },
      { name: 'ü😀', count: Number.MAX_SAFE_INTEGER, type: 'integer' },
    ])
    file.close()
  })
})
