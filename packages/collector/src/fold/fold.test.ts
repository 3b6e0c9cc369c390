import { describe, expect, it } from 'vitest'
import { batch, keyOf, report, START } from '../../test/batches.ts'
import { emptyFold, foldBatch, forgetGroups, HOUR, mergeFolds } from './fold.ts'
import { hashPolicy } from './policy-hash.ts'
import { recentKeysOf, summarise } from './summarise.ts'

describe('a fold', () => {
  it('does not keep policies that no sample names any longer', () => {
    const fold = emptyFold()
    for (let number = 0; number < 2000; number++) {
      const newer = emptyFold()
      foldBatch(newer, batch([report({}, { policy: `img-src host${number}.example` })]))
      mergeFolds(fold, newer)
    }
    expect(fold.policies.size).toBeLessThan(600)
    const [group] = summarise(fold).groups
    const policies = group?.samples.map((text) => JSON.parse(text).policy)
    expect(policies).toEqual([1997, 1998, 1999].map((number) => `img-src host${number}.example`))
  })

  it('counts by hours of the clock', () => {
    const fold = emptyFold()
    const times = [START, START + HOUR, START + HOUR + 1]
    foldBatch(fold, batch(times.map((seenAt) => report({}, { seenAt }))))
    const [group] = fold.groups.values()
    const hour = Math.floor(START / HOUR)
    expect(group?.hours).toEqual([
      [hour, 1],
      [hour + 1, 2],
    ])
  })

  it('forgets groups that were not seen for long, and hours, but no counts', () => {
    const fold = emptyFold()
    const times = [START, START + 5 * HOUR]
    foldBatch(fold, batch(times.map((seenAt) => report({}, { seenAt }))))
    foldBatch(fold, batch([report({ key: keyOf('old') })]))
    forgetGroups(fold, START + HOUR)
    expect(summarise(fold)).toMatchObject({ total: 3, groups: [{ key: keyOf('one'), count: 2 }] })
    expect([...fold.groups.values()].map(({ hours }) => hours)).toEqual([
      [[Math.floor(START / HOUR) + 5, 1]],
    ])
  })

  it('lists equal groups in one order', () => {
    const fold = emptyFold()
    const names = [
      { project: 'b', key: 'k1' },
      { project: 'a', key: 'k2' },
      { project: 'a', key: 'k1' },
    ]
    foldBatch(fold, batch(names.map((name) => report(name))))
    const listed = summarise(fold).groups.map(({ project, key }) => `${project} ${key}`)
    expect(listed).toEqual(['a k1', 'a k2', 'b k1'])
    expect(recentKeysOf(fold, 1)).toHaveLength(1)
  })

  it('names a browser without a version, and no page that is not known', () => {
    const fold = emptyFold()
    const browser = { family: 'other', version: null, engine: 'unknown', app: null } as const
    foldBatch(fold, batch([report({}, { browser, page: '', policy: '' })]))
    expect(summarise(fold).groups).toMatchObject([{ browsers: ['other'], pages: [] }])
  })
})

describe('hashPolicy', () => {
  it('gives a policy one name, however many there are between', () => {
    const before = hashPolicy("default-src 'none'")
    expect(before).toMatch(/^[\da-f]{32}$/)
    const names = new Set(
      Array.from({ length: 300 }, (_, index) => hashPolicy(`img-src h${index}`)),
    )
    expect(names.size).toBe(300)
    expect(hashPolicy("default-src 'none'")).toBe(before)
  })
})
