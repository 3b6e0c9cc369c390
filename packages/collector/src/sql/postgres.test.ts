import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batch, keyOf, report } from '../../test/batches.ts'
import { isPostgresSkipped, startPostgres } from '../../test/postgres.ts'
import type { PostgresServer } from '../../test/postgres.ts'
import { describeStore } from '../../test/store-contract.ts'
import { readKeep } from '../store/retention.ts'
import { openJournalled } from './journalled-store.ts'
import { openPostgres } from './postgres.ts'

describe.skipIf(isPostgresSkipped())('PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.remove())

  describeStore('on PostgreSQL', async ({ now = Date.now } = {}) => {
    const database = await openPostgres(await server.createDatabase())
    return openJournalled(database, {
      address: 'postgres://host/csp',
      readOnly: false,
      keepFor: readKeep('90d'),
      now,
      onError: (error) => {
        throw error
      },
    })
  })
})
