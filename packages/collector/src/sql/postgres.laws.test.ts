import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { batch, keyOf, report } from '../../test/batches.ts'
import { makeStore } from '../../test/journalled.ts'
import { isPostgresSkipped, startPostgres } from '../../test/postgres.ts'
import type { PostgresServer } from '../../test/postgres.ts'
import { openReopening } from '../../test/reopening.ts'
import { describeStore } from '../../test/store-contract.ts'
import type { Sums } from '../../test/tables.ts'
import { readSums } from '../../test/tables.ts'
import { openStore } from '../open-store.ts'
import { StoreUnavailable } from '../store/store.ts'
import { openPostgres } from './postgres.ts'
import type { Script } from './script.ts'
import { read } from './script.ts'

describe.skipIf(isPostgresSkipped())('PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.remove(), 60_000)

  describeStore('in the journal of a server', async () =>
    makeStore(await openPostgres(await server.createDatabase())),
  )
  describeStore('in the tables of a server', async () => {
    const url = await server.createDatabase()
    return openReopening(async () => makeStore(await openPostgres(url)))
  })

  it('takes what four collectors store at once, in groups that they have in common', async () => {
    const url = await server.createDatabase()
    const options = { foldEvery: 20 }
    const stores = await Promise.all(
      Array.from({ length: 4 }, async () => makeStore(await openPostgres(url), options)),
    )
    for (let round = 0; round < 20; round++) {
      // In another order in each collector: who does not sort meets the others half way.
      const reports = Array.from({ length: 300 }, (_, index) => report({ key: keyOf(index) }))
      const orders = [reports, reports.toReversed(), reports, reports.toReversed()]
      await Promise.all(stores.map((store, index) => store.add(batch(orders[index]))))
    }
    for (const store of stores) await store.close()
    const last = makeStore(await openPostgres(url))
    await last.close()
    expect(await sumsOf(url)).toMatchObject({
      journal: 0,
      total: 24_000,
      groups: 24_000,
      hours: 24_000,
    })
  })

  it('goes on storing while another collector holds the lock of the fold and does not move', async () => {
    const url = await server.createDatabase()
    const errors: string[] = []
    const onError = ({ message }: Error): number => errors.push(message)
    const store = makeStore(await openPostgres(url), { foldEvery: 20, onError })
    await store.check()
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('select pg_advisory_lock(1668641648, 10)')
    const until = Date.now() + 3000
    while (Date.now() < until) {
      await store.add(batch())
      await sleep(10)
    }
    expect(errors).toEqual([
      'Cannot count stored reports: canceling statement due to lock timeout.',
    ])
    const { total } = await store.read()
    expect(total).toBeGreaterThan(10)
    await other.end()
    await store.close()
    await makeStore(await openPostgres(url)).close()
    expect(await sumsOf(url)).toMatchObject({ journal: 0, total, groups: total })
  })

  it('does not let a collector that has stopped keep the lock', async () => {
    const url = await server.createDatabase()
    // Who folds meanwhile is told that the lock is taken.
    const store = makeStore(await openPostgres(url), { foldEvery: 20, onError: () => {} })
    await store.add(batch())
    const other = await openPostgres(url)
    // Its transaction has begun, and it never gives the next statement.
    const stopped = other.transact(stopAfter(12_000))
    await expect(stopped).rejects.toThrow(/terminat/i)
    await other.close()
    await vi.waitFor(
      async () => expect(await sumsOf(url)).toMatchObject({ journal: 0, total: 1 }),
      30_000,
    )
    await store.close()
  })

  it('shows its address without the password', async () => {
    const url = await server.createDatabase()
    const store = openStore(url.replace('postgres@', 'postgres:geheim@'))
    await store.check()
    expect(store.address).toBe(url)
    await store.close()
    const away = openStore('postgres://csp:geheim@127.0.0.1:1/csp?password=geheim&sslmode=disable')
    expect(away.address).toBe('postgres://csp@127.0.0.1:1/csp?sslmode=disable')
    const error: unknown = await away.check().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StoreUnavailable)
    expect(String(error)).toContain('Cannot open the store: connect ECONNREFUSED')
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('geheim')
    await away.close()
  })

  it.each(['synchronous_commit', 'fsync'])('is refused with %s off', async (name) => {
    const url = await server.createDatabase()
    const settings = name === 'fsync' ? 'fsync=off' : 'synchronous_commit=off'
    if (name === 'fsync') {
      await server.stop('SIGINT')
      await server.start([settings])
    }
    const opened = openPostgres(
      `${url}?options=-c%20synchronous_commit%3D${name === 'fsync' ? 'on' : 'off'}`,
    )
    await expect(opened).rejects.toThrow(
      `Cannot store reports: ${name} of PostgreSQL is off, so that it loses reports when the power fails. Use ${name} = on instead.`,
    )
    if (name === 'fsync') {
      await server.stop('SIGINT')
      await server.start()
    }
  })

  it('keeps waiting for the disk when the server is told not to', async () => {
    const url = await server.createDatabase()
    const database = await openPostgres(url)
    const store = makeStore(database)
    await server.query(url, 'alter system set synchronous_commit = off')
    await server.query(url, 'select pg_reload_conf()')
    await vi.waitFor(async () => {
      const [row] = await server.query(url, 'show synchronous_commit')
      expect(row).toEqual({ synchronous_commit: 'off' })
    })
    // The connection that is open keeps what it had; a new one is refused.
    expect(await store.add(batch())).toBe('stored')
    await expect(openPostgres(url)).rejects.toThrow('synchronous_commit of PostgreSQL is off')
    await server.query(url, 'alter system reset synchronous_commit')
    await server.query(url, 'select pg_reload_conf()')
    await store.close()
  })

  it('refuses a newer schema, and names both versions', async () => {
    const url = await server.createDatabase()
    await (await openPostgres(url)).close()
    await server.query(url, "update cusp_meta set value = '7' where name = 'schema'")
    const problem =
      'Cannot open the store: its schema has version 7, and this version of @cusp/collector knows 1. Use a newer @cusp/collector.'
    await expect(openPostgres(url)).rejects.toThrow(problem)
    await expect(openPostgres(url, { readOnly: true })).rejects.toThrow(problem)
  })

  it('only reads where it is asked to', async () => {
    const url = await server.createDatabase()
    await expect(openPostgres(url, { readOnly: true })).rejects.toThrow('it has no reports')
    expect(await server.query(url, "select to_regclass('cusp_meta') as meta")).toEqual([
      { meta: null },
    ])
    const store = openStore(url)
    await store.add(batch())
    const reader = openStore(url, { readOnly: true })
    expect((await reader.read()).total).toBe(1)
    await reader.check()
    await expect(reader.add(batch())).rejects.toThrow('the store is open for reading only')
    await store.close()
    await reader.close()
  })

  it('is not ready where the server only reads', async () => {
    const url = await server.createDatabase()
    await (await openPostgres(url)).close()
    const database = await openPostgres(`${url}?options=-c%20default_transaction_read_only%3Don`)
    await expect(database.check()).rejects.toThrow('the server of PostgreSQL only reads')
    await database.close()
  })

  it('gives its tables to a user who may not make any', async () => {
    const url = await server.createDatabase()
    await (await openPostgres(url)).close()
    await server.query(url, 'create role collector login')
    await server.query(
      url,
      'grant select, insert, update, delete on all tables in schema public to collector',
    )
    const store = makeStore(await openPostgres(url.replace('postgres@', 'collector@')))
    expect(await store.add(batch())).toBe('stored')
    await store.close()
    expect(await sumsOf(url)).toMatchObject({ journal: 0, total: 1 })
  })

  it('is given up quickly when it does not answer, and others do not wait then', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await sleep(10)
    const { port } = silent.address() as AddressInfo
    const store = openStore(`postgres://csp@127.0.0.1:${port}/csp`)
    await expect(store.add(batch())).rejects.toThrow('Cannot open the store: ')
    const started = performance.now()
    await expect(store.add(batch())).rejects.toThrow('Cannot open the store: ')
    expect(performance.now() - started).toBeLessThan(100)
    await store.close()
    silent.close()
  }, 20_000)

  async function sumsOf(url: string): Promise<Sums> {
    return readSums((statement) => server.query(url, statement))
  }
})

/** Holds up everything for so long, in the midst of a transaction. */
function* stopAfter(milliseconds: number): Script<true> {
  yield* read('readCounts', [[]])
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  yield* read('readCounts', [[]])
  return true
}
