import { describe, expect, it, vi } from 'vitest'
import { batch, keyOf, report, START } from '../../test/batches.ts'
import { makeStore } from '../../test/journalled.ts'
import { askFile, removeTemporaryFiles, temporaryFile } from '../../test/sqlite.ts'
import type { Sums } from '../../test/tables.ts'
import { readSums } from '../../test/tables.ts'
import type { Store } from '../store/store.ts'
import type { JournalledOptions } from './journalled-store.ts'
import { openSQLite } from './sqlite.ts'

removeTemporaryFiles()

const DAY = 86_400_000
/** Where the file was locked, the rows are applied when they are stale: after ten seconds. */
const PATIENCE = 15_000

describe('what is in the journal', () => {
  it('is applied once a second', async () => {
    const file = temporaryFile()
    const store = await open(file, { foldEvery: undefined })
    await store.add(batch())
    await vi.waitFor(
      async () => expect(await sumsOf(file)).toMatchObject({ journal: 0, groups: 1 }),
      PATIENCE,
    )
    // What is stored already is added to, with new samples and without.
    await store.add(batch([report({}, { seenAt: START + 10 }), report({ key: keyOf('new') })]))
    await store.close()
    expect(await sumsOf(file)).toEqual({
      journal: 0,
      total: 3,
      groups: 3,
      hours: 3,
      samples: 3,
      policies: 1,
    })
  })

  it('is applied at once where there is much', async () => {
    const file = temporaryFile()
    const store = await open(file, { foldEvery: 60_000 })
    const many = batch(Array.from({ length: 20_000 }, () => report()))
    await store.add(many)
    await vi.waitFor(async () => expect(await sumsOf(file)).toMatchObject({ journal: 0 }), PATIENCE)
    await store.close()
  })

  it('is applied in parts where there are many groups', async () => {
    const file = temporaryFile()
    const store = await open(file)
    for (let round = 0; round < 3; round++) {
      const reports = Array.from({ length: 450 }, (_, index) => report({ key: keyOf(index) }))
      await store.add(batch([...reports, ...reports], { rejected: { 'not-json': 1 } }))
    }
    await store.close()
    const sums = { journal: 0, total: 2700, groups: 2700, hours: 2700, samples: 1350, policies: 1 }
    expect(await sumsOf(file)).toEqual(sums)
    const again = await open(file)
    expect(await again.read({ limit: 1000 })).toMatchObject({ total: 2700, rejected: 3 })
    await again.close()
  })

  const manyGroups = Array.from({ length: 450 }, (_, index) => report({ key: keyOf(index) }))
  it.each([
    ['few groups', [report()]],
    ['many groups', manyGroups],
  ] as const)('is applied once where another process takes it over: %s', async (_, first) => {
    const file = temporaryFile()
    const slow = await open(file, { foldEvery: 60_000 })
    await slow.add(batch(first))
    await (await open(file)).close()
    const { length } = first
    expect(await sumsOf(file)).toMatchObject({ journal: 0, total: length, groups: length })
    await slow.add(batch())
    await slow.close()
    // It has noticed that its first row is gone, and leaves the second one to the next process.
    expect(await sumsOf(file)).toMatchObject({ journal: 1, total: length })
    await (await open(file)).close()
    const total = length + 1
    expect(await sumsOf(file)).toMatchObject({ journal: 0, total, groups: total, hours: total })
  })

  it('is taken over from a process that has died, while others go on', async () => {
    const file = temporaryFile()
    let now = START
    const store = await open(file, { now: () => now })
    await store.add(batch())
    const dead = await openSQLite(file)
    await dead.append(
      '{"reports":[],"groups":[],"counts":[["total",[["default",5]]]],"policies":[],"size":5}',
      START,
    )
    await dead.close()
    await vi.waitFor(
      async () => expect(await sumsOf(file)).toMatchObject({ journal: 1, total: 1 }),
      5000,
    )
    now += 11_000
    await vi.waitFor(
      async () => expect(await sumsOf(file)).toMatchObject({ journal: 0, total: 6 }),
      5000,
    )
    await store.close()
  })

  it('is read, and taken over, however many rows it has', async () => {
    const file = temporaryFile()
    const dead = await openSQLite(file)
    for (let row = 0; row < 120; row++) {
      await dead.append(
        `{"reports":[],"groups":[],"counts":[["total",[["default",1]]]],"policies":[],"size":1}`,
        START,
      )
    }
    await dead.close()
    const reader = makeStore(await openSQLite(file, { readOnly: true }), { readOnly: true })
    expect((await reader.read()).total).toBe(120)
    await reader.close()
    expect(await sumsOf(file)).toMatchObject({ journal: 120 })
    await (await open(file)).close()
    expect(await sumsOf(file)).toMatchObject({ journal: 0, total: 120 })
  })

  it('stays where it is while it cannot be applied, which is said once', async () => {
    const file = temporaryFile()
    const errors: string[] = []
    let now = START
    const store = await open(file, {
      now: () => now,
      onError: ({ message }) => errors.push(message),
    })
    await store.add(batch())
    await vi.waitFor(async () => expect(await sumsOf(file)).toMatchObject({ journal: 0 }), PATIENCE)
    await change(file, 'alter table cusp_hours rename to cusp_hours_gone')
    await store.add(batch())
    await vi.waitFor(() => expect(errors).toHaveLength(1), 5000)
    await store.add(batch())
    await new Promise((resolve) => {
      setTimeout(resolve, 200)
    })
    expect(errors).toEqual([expect.stringMatching(/^Cannot count stored reports: .*cusp_hours/)])
    expect((await store.read()).total).toBe(3)
    await change(file, 'alter table cusp_hours_gone rename to cusp_hours')
    now += 11_000
    await vi.waitFor(
      async () => expect(await sumsOf(file)).toMatchObject({ journal: 0, total: 3, hours: 3 }),
      5000,
    )
    await store.close()
  })

  it('does not stop at a row that cannot be read', async () => {
    const file = temporaryFile()
    await (await open(file)).close()
    await change(file, "insert into cusp_journal (written_at, body) values (0, 'torn')")
    const first = await openSQLite(file)
    await first.append(
      '{"reports":[],"groups":[],"counts":[["total",[["default",5]]]],"policies":[],"size":5}',
      0,
    )
    await first.close()
    const errors: string[] = []
    const store = await open(file, { onError: ({ message }) => errors.push(message) })
    await store.close()
    expect(errors).toEqual([expect.stringMatching(/^Cannot read row 1 of the journal: /)])
    expect(await sumsOf(file)).toMatchObject({ journal: 1, total: 5 })
  })
})

describe('groups', () => {
  it('go when they were not seen for as long as they are kept; totals stay', async () => {
    const file = temporaryFile()
    const store = await open(file, { now: () => START })
    await store.add(
      batch([
        report({ key: keyOf('old') }, { policy: "default-src 'none'" }),
        report({ key: keyOf('new') }, { seenAt: START }),
        report({ key: keyOf('new') }, { seenAt: START + 2 * DAY }),
      ]),
    )
    await store.close()
    await (await open(file, { now: () => START + 89 * DAY })).close()
    expect(await sumsOf(file)).toMatchObject({ groups: 3, hours: 3, samples: 3, policies: 2 })
    const later = await open(file, { now: () => START + 91 * DAY })
    await later.close()
    expect(await sumsOf(file)).toEqual({
      journal: 0,
      total: 3,
      groups: 2,
      hours: 1,
      samples: 2,
      policies: 1,
    })
  })

  it('go all, however many they are', async () => {
    const file = temporaryFile()
    const store = await open(file, { now: () => START })
    const reports = Array.from({ length: 450 }, (_, index) =>
      report({ key: keyOf(index) }, { policy: `default-src host${index}.example` }),
    )
    await store.add(batch(reports))
    await store.close()
    await (await open(file, { now: () => START + 91 * DAY })).close()
    expect(await sumsOf(file)).toEqual({
      journal: 0,
      total: 450,
      groups: 0,
      hours: 0,
      samples: 0,
      policies: 0,
    })
  })

  it('that are gone are counted anew', async () => {
    const file = temporaryFile()
    let now = START
    const store = await open(file, { now: () => now })
    await store.add(batch([report(), report(), report()]))
    await vi.waitFor(async () => expect(await sumsOf(file)).toMatchObject({ journal: 0 }), PATIENCE)
    now += 91 * DAY
    await vi.waitFor(async () => expect(await sumsOf(file)).toMatchObject({ groups: 0 }), 5000)
    await store.add(batch([report({}, { seenAt: now })]))
    await store.close()
    expect(await sumsOf(file)).toMatchObject({ total: 4, groups: 1, hours: 1 })
  })

  it('that somebody else has deleted are made anew, and the others are added to', async () => {
    const file = temporaryFile()
    const store = await open(file)
    const three = ['one', 'two'].flatMap((name) =>
      Array.from({ length: 3 }, () => report({ key: keyOf(name) })),
    )
    await store.add(batch(three))
    await vi.waitFor(async () => expect(await sumsOf(file)).toMatchObject({ journal: 0 }), PATIENCE)
    await change(file, `delete from cusp_groups where key = '${keyOf('one')}'`)
    await store.add(batch(three))
    await store.close()
    const again = await open(file)
    expect((await again.read()).groups).toMatchObject([
      { key: keyOf('two'), count: 6 },
      { key: keyOf('one'), count: 3 },
    ])
    await again.close()
  })

  it('need no policy', async () => {
    const file = temporaryFile()
    const store = await open(file)
    await store.add(batch([report({}, { policy: '' })]))
    await store.close()
    expect(await sumsOf(file)).toMatchObject({ samples: 1, policies: 0 })
    const again = await open(file)
    const [group] = (await again.read()).groups
    expect(JSON.parse(group?.samples[0] ?? '').policy).toBe('')
    await again.close()
  })

  it('have their samples replaced once a minute', async () => {
    const file = temporaryFile()
    const store = await open(file)
    const seconds = [0, 1, 2, 30, 61, 70]
    for (const second of seconds) {
      await store.add(batch([report({}, { seenAt: START + second * 1000 })]))
      await vi.waitFor(
        async () => expect(await sumsOf(file)).toMatchObject({ journal: 0 }),
        PATIENCE,
      )
    }
    const [group] = (await store.read()).groups
    const seen = group?.samples.map((text) => (JSON.parse(text).seenAt - START) / 1000)
    expect(seen).toEqual([1, 2, 70])
    expect(group).toMatchObject({ count: 6, lastSeen: START + 70_000 })
    await store.close()
  })
})

async function open(file: string, own: Partial<JournalledOptions> = {}): Promise<Store> {
  return makeStore(await openSQLite(file), { foldEvery: 50, ...own })
}

async function sumsOf(file: string): Promise<Sums> {
  const { ask, close } = await askFile(file)
  try {
    return await readSums(ask)
  } finally {
    close()
  }
}

async function change(file: string, statement: string): Promise<void> {
  const { run, close } = await askFile(file)
  run(statement)
  close()
}
