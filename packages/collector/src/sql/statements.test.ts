import { describe, expect, it } from 'vitest'
import { writeStatements } from './statements.ts'
import { postgresWriter, sqliteWriter } from './tables.ts'

describe('statements', () => {
  const writers = [sqliteWriter(), postgresWriter()]

  it('have the same names for each database', () => {
    const [sqlite, postgres] = writers.map((writer) => Object.keys(writeStatements(writer)))
    expect(sqlite).toEqual(postgres)
  })

  it('take one row after the other in SQLite, and lists in PostgreSQL', () => {
    const [sqlite, postgres] = writers.map(writeStatements)
    expect(sqlite?.addHours).toBe(
      'insert into "cusp_hours" ("hour", "project", "key", "count") values (?, ?, ?, ?) on conflict ("hour", "project", "key") do update set "count" = "cusp_hours"."count" + "excluded"."count"',
    )
    expect(postgres?.addHours).toBe(
      'insert into "cusp_hours" ("hour", "project", "key", "count") select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) on conflict ("hour", "project", "key") do update set "count" = "cusp_hours"."count" + "excluded"."count"',
    )
  })

  it.each(writers.map((writer) => [writer.dialect, writer] as const))(
    'are only written, never run: %s',
    async (_, { tables }) => {
      const run = tables.selectFrom('cusp_meta').selectAll().execute()
      await expect(run).rejects.toThrow('Cannot run a statement: this only writes it.')
    },
  )
})
