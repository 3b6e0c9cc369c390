/** The log file: what is in it, when it is full, who may write it, and what a reader sees. */

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../src/store/store.ts'
import { batch, keyOf, report } from './batches.ts'
import { logPath, openLogStore, recordsOf, sizeOfOne, textOf } from './logs.ts'

const one = batch([report({}, { page: 'https://shop.example/ä' })])

describe('what is written', () => {
  test('is pretty JSON with slashes as they are, and only its owner may read it', async () => {
    const log = logPath()
    const store = await openLogStore({ log })
    expect(await store.add(one)).toBe('stored')
    expect(textOf(log)).toMatchInlineSnapshot(`
      "{
          "time": "2026-11-27T12:00:01.000Z",
          "project": "default",
          "class": "source",
          "reason": "policy-forbids",
          "key": "7692c3ad3540bb803c020b3aee66cd88",
          "violation": {
              "page": "https://shop.example/ä",
              "referrer": "",
              "blocked": {
                  "kind": "url",
                  "url": "https://cdn.example/a.js"
              },
              "directive": "script-src-elem",
              "disposition": "enforce",
              "policy": "default-src 'self'; report-uri /csp",
              "source": {
                  "file": null,
                  "line": null,
                  "column": null
              },
              "sample": "",
              "status": 200,
              "browser": {
                  "family": "chrome",
                  "version": 156,
                  "engine": "chromium",
                  "app": null
              },
              "age": null,
              "seenAt": 1795780801000
          }
      }
      "
    `)
    expect(statSync(log).mode & 0o777).toBe(0o600)
    expect(statSync(`${log}.state`).mode & 0o777).toBe(0o600)
    expect(store.address).toBe('file:./csp-violations.log')
    await expect(store.check()).resolves.toBeUndefined()
  })

  test('is every report of every batch, in their order', async () => {
    const log = logPath()
    const store = await openLogStore({ log })
    const pages = Array.from({ length: 60 }, (_none, index) => `https://shop.example/${index}`)
    const batches = [0, 20, 40].map((from) =>
      batch(pages.slice(from, from + 20).map((page) => report({}, { page }))),
    )
    await Promise.all(batches.map((own) => store.add(own)))
    expect(recordsOf(log).map(({ violation }) => violation.page)).toEqual(pages)
  })

  test('is nothing where no report is', async () => {
    const log = logPath()
    const store = await openLogStore({ log })
    expect(await store.add(batch([], { rejected: { 'not-json': 2 }, others: { crash: 3 } }))).toBe(
      'stored',
    )
    expect(existsSync(log)).toBe(false)
    expect(await store.read()).toMatchObject({ total: 0, rejected: 2, others: { crash: 3 } })
  })
})

describe('what is read', () => {
  test('is counted in groups, and stays when the log is opened again', async () => {
    const log = logPath()
    const store = await openLogStore({ log })
    const other = report({ key: keyOf('other'), project: 'shop', class: 'inline' }, { seenAt: 5 })
    await store.add(batch([report(), report(), other], { rejected: { empty: 1 } }))
    await store.add(batch([report()], { others: { crash: 1 } }))
    await store.close()
    for (const readOnly of [false, true]) {
      const again = await openLogStore({ log, readOnly })
      const summary = await again.read()
      expect(summary).toMatchObject({ total: 4, rejected: 1, others: { crash: 1 }, dropped: 0 })
      expect(summary.groups.map(({ key, count, project }) => [key, count, project])).toEqual([
        [keyOf('one'), 3, 'default'],
        [keyOf('other'), 1, 'shop'],
      ])
      expect(await again.read({ project: 'shop' })).toMatchObject({ total: 1, dropped: 0 })
      expect(await again.recentKeys(1)).toEqual([keyOf('one')])
    }
  })

  test('is also what the script of the seed has logged', async () => {
    const log = logPath()
    const legacy = {
      'csp-report': {
        'document-uri': 'https://shop.example/',
        'violated-directive': 'img-src',
        'blocked-uri': 'https://evil.example/a.png',
      },
    }
    const modern = [
      { type: 'csp-violation', body: { effectiveDirective: 'img-src', blockedURL: 'data' } },
    ]
    const php = [legacy, modern, legacy].map((value) => JSON.stringify(value, null, 4)).join('')
    writeFileSync(log, php)
    expect((await (await openLogStore({ log, readOnly: true })).read()).total).toBe(3)
    expect(readdirSync(path.dirname(log))).toEqual(['csp-violations.log'])
    const store = await openLogStore({ log })
    await store.add(one)
    const { total, groups } = await store.read()
    expect(total).toBe(4)
    expect(groups.map(({ blocked, count }) => `${blocked} ${count}`).toSorted()).toEqual([
      'cdn.example 1',
      'data: 1',
      'evil.example 2',
    ])
  })

  test('passes over what was cut off and what is not a report', async () => {
    const log = logPath()
    const store = await openLogStore({ log })
    await store.add(one)
    appendFileSync(log, '{\n    "project": "x",\n    "viola')
    await store.add(one)
    appendFileSync(log, '# a note\n{\n    "violation": {}\n}\n{\n    no JSON\n}\n7\n[]\n}\n')
    await store.add(one)
    expect((await store.read()).total).toBe(3)
  })

  test('of a store for reading makes nothing and takes nothing', async () => {
    const log = logPath()
    const opening = openLogStore({ log, readOnly: true })
    await expect(opening).rejects.toThrow(
      `Cannot open the log: the file ${JSON.stringify(log)} does not exist.`,
    )
    const store = await openLogStore({ log })
    const reading = await openLogStore({ log, readOnly: true })
    expect(await reading.read()).toMatchObject({ total: 0 })
    await expect(reading.add(one)).rejects.toThrow(StoreUnavailable)
    await expect(reading.check()).resolves.toBeUndefined()
    await store.add(one)
    expect(await reading.read()).toMatchObject({ total: 1 })
  })
})

describe('a full log', () => {
  test('is one that is larger than the limit, not one of its size', async () => {
    const log = logPath()
    const size = await sizeOfOne(one)
    const store = await openLogStore({ log, limit: size })
    expect(await store.add(one)).toBe('stored')
    expect(statSync(log).size).toBe(size)
    expect(await store.add(one)).toBe('stored')
    expect(statSync(log).size).toBe(2 * size)
    expect(await store.add(one)).toBe('dropped')
    expect(statSync(log).size).toBe(2 * size)
  })

  test('counts what it passes over, by project, and what is not a violation all the same', async () => {
    const log = logPath()
    const store = await openLogStore({ log, limit: 1 })
    await store.add(one)
    const more = batch([report({ project: 'shop' }), report()], { rejected: { empty: 1 } })
    expect(await Promise.all([store.add(more), store.add(more)])).toEqual(['dropped', 'dropped'])
    expect(await store.read()).toMatchObject({ total: 1, dropped: 4, rejected: 2 })
    expect(await store.read({ project: 'shop' })).toMatchObject({ total: 0, dropped: 2 })
    await store.close()
    const again = await openLogStore({ log, readOnly: true })
    expect(await again.read({ project: 'blog' })).toMatchObject({ total: 0, dropped: 0 })
    expect((await again.read()).dropped).toBe(4)
  })

  test('that was removed is begun again, and its counts with it', async () => {
    const log = logPath()
    const store = await openLogStore({ log, limit: 1 })
    await store.add(one)
    await store.add(one)
    rmSync(log)
    expect(await store.read()).toMatchObject({ total: 0, dropped: 0 })
    expect(await store.add(one)).toBe('stored')
    expect(await store.read()).toMatchObject({ total: 1, dropped: 0 })
  })

  test('becomes an older one where they rotate, and nothing is lost to the counts', async () => {
    const log = logPath()
    const store = await openLogStore({ log, limit: 1, rotate: 2 })
    for (let index = 0; index < 5; index++) {
      const project = index === 0 ? 'shop' : 'default'
      const own = batch([report({ project }, { page: `https://shop.example/${index}` })])
      expect(await store.add(own)).toBe('stored')
    }
    const pages = [log, `${log}.1`, `${log}.2`, `${log}.3`].map((name) =>
      existsSync(name) ? recordsOf(name).map(({ violation }) => violation.page.slice(-1)) : [],
    )
    expect(pages).toEqual([['4'], ['3'], ['2'], []])
    expect(await store.read()).toMatchObject({ total: 5, dropped: 0 })
    expect(await store.read({ project: 'shop' })).toMatchObject({ total: 1 })
    expect(statSync(log).mode & 0o777).toBe(0o600)
  })

  test('rotates in the middle of what comes together', async () => {
    const log = logPath()
    const store = await openLogStore({ log, limit: 1, rotate: 9 })
    const kept = await Promise.all(Array.from({ length: 5 }, () => store.add(one)))
    expect(kept).toEqual(Array.from({ length: 5 }, () => 'stored'))
    expect((await store.read()).total).toBe(5)
    expect(existsSync(`${log}.4`)).toBe(true)
  })
})

describe('what goes wrong', () => {
  test('no folder', async () => {
    const log = path.join(path.dirname(logPath()), 'nowhere', 'csp.log')
    await expect(openLogStore({ log })).rejects.toThrow(
      `Cannot open the log: the folder ${JSON.stringify(path.dirname(log))} does not exist.`,
    )
  })

  test('a folder in place of the log', async () => {
    const log = logPath()
    const store = await openLogStore({ log })
    mkdirSync(log)
    await expect(store.add(one)).rejects.toThrow(StoreUnavailable)
    await expect(store.read()).rejects.toThrow(StoreUnavailable)
    rmSync(log, { recursive: true })
    expect(await store.add(one)).toBe('stored')
  })

  test('a state that somebody has removed: there is another one', async () => {
    const log = logPath()
    const store = await openLogStore({ log })
    await store.add(one)
    rmSync(`${log}.state`)
    expect(await store.add(one)).toBe('stored')
    expect(existsSync(`${log}.state`)).toBe(true)
    expect((await store.read()).total).toBe(2)
  })

  test('more than can wait', async () => {
    const store = await openLogStore()
    const results = await Promise.allSettled(Array.from({ length: 10_001 }, () => store.add(one)))
    const refused = results.filter(({ status }) => status === 'rejected')
    expect(refused).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ name: 'StoreUnavailable' }) },
    ])
  })
})
