import { chmodSync, copyFileSync, existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batch, keyOf, report, START } from '../../test/batches.ts'
import { makeStore } from '../../test/journalled.ts'
import { isPostgresSkipped, startPostgres } from '../../test/postgres.ts'
import type { PostgresServer } from '../../test/postgres.ts'
import { readDump, schemaFile } from '../../test/schema-files.ts'
import { removeTemporaryFiles, temporaryFile } from '../../test/sqlite.ts'
import type { Database } from './database.ts'
import { SCHEMA_VERSION } from './migrations.ts'
import { openPostgres } from './postgres.ts'
import { openSQLite } from './sqlite.ts'

removeTemporaryFiles()

const VERSIONS = Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1)

describe.each(VERSIONS)('a store of schema %i', (version) => {
  it('is there for this test', () => {
    expect(existsSync(schemaFile(version, 'db'))).toBe(true)
    expect(existsSync(schemaFile(version, 'sql'))).toBe(true)
  })

  it('is read and goes on: SQLite', async () => {
    const file = temporaryFile()
    copyFileSync(schemaFile(version, 'db'), file)
    chmodSync(file, 0o600)
    await expectToGoOn(() => openSQLite(file))
  })

  describe.skipIf(isPostgresSkipped())('on a server', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    }, 60_000)
    afterAll(() => server.remove(), 60_000)

    it('is read and goes on: PostgreSQL', async () => {
      const url = await server.createDatabase()
      await server.query(url, readDump(version))
      await expectToGoOn(() => openPostgres(url))
    })
  })
})

/** What fillStore has put there. */
async function expectToGoOn(open: () => Promise<Database>): Promise<void> {
  const store = makeStore(await open(), { now: () => START })
  const before = await store.read()
  expect(before).toMatchObject({ total: 6, rejected: 3, others: { deprecation: 3 } })
  expect(before.groups).toMatchObject([
    {
      key: keyOf('one'),
      project: 'default',
      count: 3,
      class: 'source',
      directive: 'script-src-elem',
      blocked: 'cdn.example',
      disposition: 'enforce',
      firstSeen: START,
      lastSeen: START + 2000,
      pages: ['https://shop.example/cart', 'https://shop.example/two'],
      browsers: ['chrome 156'],
    },
    { key: keyOf('two'), project: 'blog', class: 'inline', directive: 'script-src', count: 1 },
    { key: keyOf('new'), project: 'default', count: 1 },
    { key: 'overflow', directive: '', count: 1 },
  ])
  const samples = before.groups[0]?.samples.map((text) => JSON.parse(text))
  expect(samples).toMatchObject([
    { seenAt: START, sample: "it's", policy: report().violation.policy },
    { seenAt: START + 1000 },
    { seenAt: START + 2000, policy: report().violation.policy },
  ])
  await store.add(batch())
  await store.close()
  const again = makeStore(await open(), { now: () => START })
  expect(await again.read()).toMatchObject({ total: 7, groups: [{ count: 4 }, {}, {}, {}] })
  await again.close()
}
