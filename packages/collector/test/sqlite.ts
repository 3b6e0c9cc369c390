/** Stores in temporary files, with each engine. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll } from 'vitest'
import type { Ask } from './tables.ts'
import type { OpenSQLite } from '../src/sql/sqlite-engine.ts'
import { loadLibSQL, loadNodeSQLite } from '../src/sql/sqlite-engine.ts'

/** What stores run on. Where Node has no SQLite yet, a package stands in that has its interface. */
export const ENGINES: readonly (readonly [name: string, load: () => Promise<OpenSQLite>])[] = [
  ['libsql', loadLibSQL],
  ['node:sqlite', async () => loadNodeSQLite() ?? ((file) => new DatabaseSync(file))],
]

const folders: string[] = []

/** A path in a folder that goes when the tests are over. */
export function temporaryFile(name = 'csp.db'): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-store-'))
  folders.push(folder)
  return path.join(folder, name)
}

/** Deletes them: call it in a file of tests that uses them. */
export function removeTemporaryFiles(): void {
  afterAll(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
}

/** Reads and changes a file without a store. */
export async function askFile(
  file: string,
): Promise<{ ask: Ask; run: (statement: string) => void; close: () => void }> {
  const connection = (await loadLibSQL())(file)
  connection.exec('pragma busy_timeout = 2000')
  return {
    run: (statement) => connection.exec(statement),
    ask: (statement) => connection.prepare(statement).all() as object[],
    close: () => connection.close(),
  }
}
