import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPostgresSkipped, startPostgres } from '../postgres.ts'
import type { PostgresServer } from '../postgres.ts'
import { askFile, removeTemporaryFiles, temporaryFile } from '../sqlite.ts'
import { describeOutcome } from './kills.ts'
import { fillDisk, stopAgainAndAgain } from './outages.ts'
import { hasStrace, traceSyncs } from './syncs.ts'

const SEED = Number(process.env['CUSP_SEED'] ?? 20_261_127)

removeTemporaryFiles()

describe('a full disk', () => {
  it('refuses reports, and stores them again when there is room: a file that may not grow', async () => {
    const file = temporaryFile()
    const ask = async (): ReturnType<typeof askFile> => askFile(file)
    const outcome = await fillDisk({ address: `sqlite:${file}`, rounds: 1, seed: SEED, ask })
    console.log(describeOutcome('SQLite, full disk', outcome))
    const { problems, stored, sums, tally } = outcome
    expect(problems).toEqual([])
    expect(tally.refused).toBeGreaterThan(0)
    expect(sums).toMatchObject({ journal: 0, total: stored, groups: stored, hours: stored })
  })
})

describe.skipIf(isPostgresSkipped())('a server of PostgreSQL that goes', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.remove(), 60_000)

  it('takes nothing along, and is used again when it is back', async () => {
    const address = await server.createDatabase()
    const ask = async () => ({
      ask: (statement: string) => server.query(address, statement),
      close: () => {},
    })
    const outcome = await stopAgainAndAgain(server, { address, rounds: 3, seed: SEED, ask })
    console.log(describeOutcome('PostgreSQL, stopped and started', outcome))
    const { problems, stored, sums, tally } = outcome
    expect(problems).toEqual([])
    expect(sums).toMatchObject({ journal: 0, total: stored, groups: stored, hours: stored })
    // A server that does not say anything is given up after five seconds, and then at once.
    expect(tally.slowestRefusal).toBeLessThan(9000)
  })
})

describe.skipIf(!hasStrace() && process.env['CUSP_REQUIRE_ALL'] !== '1')('the power', () => {
  it('may fail after an acknowledgement: the log is flushed before', async () => {
    const { acknowledged, early } = await traceSyncs(temporaryFile(), 'full')
    expect(acknowledged).toBeGreaterThan(20)
    expect(early).toBe(0)
  })

  it('would take along what is acknowledged without a flush, and that would be noticed', async () => {
    const { acknowledged, early } = await traceSyncs(temporaryFile(), 'off')
    expect(acknowledged).toBeGreaterThan(20)
    expect(early).toBeGreaterThan(0.9 * acknowledged)
  })
})
