/**
 * Writes the store of the newest version of the schema into test-data. One that was released never
 * changes: it is not written again.
 */

import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { SCHEMA_VERSION } from '../src/sql/migrations.ts'
import { openPostgres } from '../src/sql/postgres.ts'
import { openSQLite } from '../src/sql/sqlite.ts'
import { findPostgres, startPostgres } from './postgres.ts'
import { fillStore, schemaFile } from './schema-files.ts'

const target = schemaFile(SCHEMA_VERSION, 'db')
if (existsSync(target) && !process.argv.includes('--unreleased')) {
  throw new Error(`${target} exists. Use --unreleased where no release has this version.`)
}
const folder = mkdtempSync(path.join(tmpdir(), 'cusp-schema-'))
const file = path.join(folder, 'csp.db')
await fillStore(() => openSQLite(file))
copyFileSync(file, target)
rmSync(folder, { recursive: true })

const server = await startPostgres()
const url = await server.createDatabase()
await fillStore(() => openPostgres(url))
const pgDump = path.join(findPostgres() ?? '', 'pg_dump')
const dump = execFileSync(pgDump, ['--inserts', '--no-owner', url], { encoding: 'utf8' })
writeFileSync(schemaFile(SCHEMA_VERSION, 'sql'), dump)
await server.remove()
