/** What every store does, wherever it keeps the reports. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OVERFLOW } from '../src/store/batch.ts'
import type { Store } from '../src/store/store.ts'
import { batch, keyOf, report, START } from './batches.ts'

/** Opens an empty store. */
export type OpenEmpty = (options?: { readonly now?: () => number }) => Promise<Store>

/** Describes what a store does. */
export function describeStore(where: string, openEmpty: OpenEmpty): void {
  describe(`the store ${where}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await openEmpty()
    })
    afterEach(() => store.close())

    it('is empty at first', async () => {
      await store.check()
      expect(await store.read()).toEqual({
        total: 0,
        rejected: 0,
        others: {},
        dropped: 0,
        groups: [],
      })
      expect(await store.recentKeys(10)).toEqual([])
    })

    it('keeps a report', async () => {
      const kept = report({}, { policy: "default-src 'none'" })
      expect(await store.add(batch([kept]))).toBe('stored')
      const { total, groups } = await store.read()
      expect(total).toBe(1)
      expect(groups).toEqual([
        {
          key: keyOf('one'),
          project: 'default',
          count: 1,
          class: 'source',
          directive: 'script-src-elem',
          blocked: 'cdn.example',
          disposition: 'enforce',
          firstSeen: START,
          lastSeen: START,
          pages: ['https://shop.example/cart'],
          browsers: ['chrome 156'],
          samples: [JSON.stringify(kept.violation)],
        },
      ])
    })

    it('counts what is no violation', async () => {
      await store.add(batch([], { rejected: { 'not-json': 2 }, others: { deprecation: 3 } }))
      await store.add(
        batch([], { rejected: { 'too-deep': 1 }, others: { crash: 1, deprecation: 1 } }),
      )
      const { total, rejected, others } = await store.read()
      expect({ total, rejected, others }).toEqual({
        total: 0,
        rejected: 3,
        others: { deprecation: 4, crash: 1 },
      })
    })

    it('keeps first and last times, ten pages, ten browsers and the latest three samples', async () => {
      for (let number = 0; number < 12; number++) {
        await store.add(batch([reportNumber(number)]))
      }
      const [group] = (await store.read()).groups
      expect(group).toMatchObject({ count: 12, firstSeen: START, lastSeen: START + 11_000 })
      expect(group?.pages).toEqual(numbers(0, 10).map((number) => `https://shop.example/${number}`))
      expect(group?.browsers).toEqual(numbers(0, 10).map((number) => `chrome ${100 + number}`))
      expect(group?.samples.map((text) => JSON.parse(text).seenAt)).toEqual(
        numbers(9, 12).map((number) => START + number * 1000),
      )
    })

    it('lists the largest groups first, at most as many as asked for', async () => {
      for (const [name, count] of [
        ['a', 1],
        ['b', 3],
        ['c', 2],
      ] as const) {
        await store.add(batch(Array.from({ length: count }, () => report({ key: keyOf(name) }))))
      }
      const keys = (await store.read({ limit: 2 })).groups.map(({ key }) => key)
      expect(keys).toEqual([keyOf('b'), keyOf('c')])
      expect((await store.read({ limit: 2 })).total).toBe(6)
      expect((await store.read({ limit: 0 })).groups).toEqual([])
    })

    it('tells projects apart, their overflow groups as well', async () => {
      await store.add(
        batch([
          report({ project: 'shop', key: OVERFLOW }),
          report({ project: 'blog', key: OVERFLOW }),
          report({ project: 'blog', key: OVERFLOW }, { directive: 'img-src' }),
        ]),
      )
      expect((await store.read()).groups).toMatchObject([
        { project: 'blog', key: OVERFLOW, count: 2, directive: '', blocked: '' },
        { project: 'shop', key: OVERFLOW, count: 1 },
      ])
      const { total, groups } = await store.read({ project: 'shop' })
      expect(total).toBe(1)
      expect(groups.map(({ project }) => project)).toEqual(['shop'])
      expect(await store.read({ project: 'none' })).toMatchObject({ total: 0, groups: [] })
    })

    it('does not let noise hide what is none', async () => {
      await store.add(batch([report({ class: 'extension', reason: 'known-sample' })]))
      await store.add(batch([report({ class: 'inline' })]))
      await store.add(batch([report({ class: 'injected', reason: 'in-app-browser' })]))
      expect((await store.read()).groups).toMatchObject([{ class: 'inline', count: 3 }])
    })

    it('knows the groups seen last', async () => {
      const seen = [
        ['old', 0],
        ['new', 2000],
        ['middle', 1000],
      ] as const
      for (const [name, after] of seen) {
        await store.add(batch([report({ key: keyOf(name) }, { seenAt: START + after })]))
      }
      expect(await store.recentKeys(2)).toEqual([keyOf('new'), keyOf('middle')])
    })

    it('counts what many bring at once', async () => {
      const batches = numbers(0, 500).map((number) =>
        batch([report({ key: keyOf(number % 7) }), report({ key: keyOf(number % 3) })]),
      )
      const kept = await Promise.all(batches.map((one) => store.add(one)))
      expect(new Set(kept)).toEqual(new Set(['stored']))
      const { total, groups } = await store.read()
      expect(total).toBe(1000)
      expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(1000)
    })

    it('keeps texts that databases do not like', async () => {
      const odd = `\0'"\\{}\u2028 \uD800 ü 😀`
      const hostile = report(
        {},
        {
          directive: odd,
          page: odd,
          sample: odd,
          policy: odd,
          blocked: { kind: 'url', url: `https://${odd}/` },
        },
      )
      await store.add(batch([hostile], { others: { [odd]: 1, ['__proto__']: 2 } }))
      const { groups, others } = await store.read()
      expect(groups).toHaveLength(1)
      expect(JSON.parse(groups[0]?.samples[0] ?? '')).toMatchObject({ page: odd, sample: odd })
      expect(Object.keys(others)).toHaveLength(2)
      expect(Object.entries(others)).toContainEqual(['__proto__', 2])
    })

    it('has one count for all types of reports above a hundred', async () => {
      for (let number = 0; number < 110; number++) {
        await store.add(batch([], { others: { [`type-${number}`]: 1 } }))
      }
      const { others } = await store.read()
      expect(Object.keys(others)).toHaveLength(101)
      expect(others[OVERFLOW]).toBe(10)
    })
  })
}

function reportNumber(number: number): ReturnType<typeof report> {
  return report(
    {},
    {
      page: `https://shop.example/${number}`,
      browser: { family: 'chrome', version: 100 + number, engine: 'chromium', app: null },
      seenAt: START + number * 1000,
    },
  )
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
