import { afterAll, beforeAll, describe } from 'vitest'
import { makeStore } from '../../test/journalled.ts'
import { isPostgresSkipped, startPostgres } from '../../test/postgres.ts'
import type { PostgresServer } from '../../test/postgres.ts'
import { openReopening } from '../../test/reopening.ts'
import { describeStore } from '../../test/store-contract.ts'
import { openPostgres } from './postgres.ts'

describe.skipIf(isPostgresSkipped())('PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.remove())

  describeStore('in the journal of a server', async () =>
    makeStore(await openPostgres(await server.createDatabase())),
  )
  describeStore('in the tables of a server', async () => {
    const url = await server.createDatabase()
    return openReopening(async () => makeStore(await openPostgres(url)))
  })
})
