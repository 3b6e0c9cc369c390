/**
 * Stores as released versions have written them: a file of SQLite and a dump of PostgreSQL for each
 * version of the schema.
 */

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { emptyFold, foldBatch } from '../src/fold/fold.ts'
import { writeFold } from '../src/fold/journal-row.ts'
import type { Database } from '../src/sql/database.ts'
import type { Batch } from '../src/store/batch.ts'
import { batch, keyOf, report, START } from './batches.ts'
import { makeStore } from './journalled.ts'

const FOLDER = path.join(import.meta.dirname, '../test-data')

/** Where the store of a version lies. */
export function schemaFile(version: number, ending: 'db' | 'sql'): string {
  return path.join(FOLDER, `schema-${version}.${ending}`)
}

/** The dump of a version, without what only psql understands. */
export function readDump(version: number): string {
  const lines = readFileSync(schemaFile(version, 'sql'), 'utf8').split('\n')
  return lines.filter((line) => !line.startsWith('\\')).join('\n')
}

/** Fills a store with what a test asks it for afterwards: in its tables, and in its journal. */
export async function fillStore(open: () => Promise<Database>): Promise<void> {
  const store = makeStore(await open(), { now: () => START })
  const counts = { rejected: { 'not-json': 2 }, others: { deprecation: 3 } }
  await store.add(batch([report({}, { sample: "it's" }), ...more()], counts))
  await store.close()
  const database = await open()
  const left: Batch = batch([report({}, { seenAt: START + 2000 }), report({ key: keyOf('new') })], {
    rejected: { 'too-deep': 1 },
  })
  const fold = emptyFold()
  foldBatch(fold, left)
  await database.append(writeFold(fold), START)
  await database.close()
}

function more(): Batch['reports'] {
  return [
    report({}, { seenAt: START + 1000, page: 'https://shop.example/two' }),
    report({ key: keyOf('two'), project: 'blog', class: 'inline' }, { directive: 'script-src' }),
    report({ key: 'overflow' }, { policy: "default-src 'none'" }),
  ]
}
