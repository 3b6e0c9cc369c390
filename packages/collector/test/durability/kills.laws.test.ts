import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPostgresSkipped, startPostgres } from '../postgres.ts'
import type { PostgresServer } from '../postgres.ts'
import { askFile, removeTemporaryFiles, temporaryFile } from '../sqlite.ts'
import type { Outcome } from './kills.ts'
import { describeOutcome, killAgainAndAgain } from './kills.ts'

/** The long ones are `pnpm durability`. */
const ROUNDS = 2
const SEED = Number(process.env['CUSP_SEED'] ?? 20_261_127)

removeTemporaryFiles()

describe('kill -9 under load', () => {
  it.each([1, 2])('loses and counts twice nothing: SQLite, %i processes', async (processes) => {
    const file = temporaryFile()
    const ask = async (): ReturnType<typeof askFile> => askFile(file)
    const address = `sqlite:${file}`
    const outcome = await killAgainAndAgain({ address, processes, rounds: ROUNDS, seed: SEED, ask })
    expectExact(`SQLite, processes: ${processes}`, outcome)
  })

  describe.skipIf(isPostgresSkipped())('of collectors on PostgreSQL', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    }, 60_000)
    afterAll(() => server.remove(), 60_000)

    it.each([1, 4])('loses and counts twice nothing: %i of them', async (processes) => {
      const address = await server.createDatabase()
      const ask = async () => ({
        ask: (statement: string) => server.query(address, statement),
        close: () => {},
      })
      const kills = { address, processes, rounds: ROUNDS, seed: SEED, ask }
      const outcome = await killAgainAndAgain(kills)
      expectExact(`PostgreSQL, processes: ${processes}`, outcome)
    })
  })
})

function expectExact(name: string, outcome: Outcome): void {
  console.log(describeOutcome(name, outcome))
  const { tally, stored, rejected, sums } = outcome
  expect(outcome.problems).toEqual([])
  expect(tally.acknowledged).toBeGreaterThan(100)
  expect(stored).toBeGreaterThanOrEqual(tally.acknowledged)
  expect(stored).toBeLessThanOrEqual(tally.sent)
  expect(rejected).toBeGreaterThanOrEqual(tally.acknowledgedRequests)
  expect(rejected).toBeLessThanOrEqual(tally.requests)
  expect(sums).toMatchObject({ journal: 0, total: stored, groups: stored, hours: stored })
}
