import { describe, expect, it } from 'vitest'
import { batch, keyOf, report, START } from '../../test/batches.ts'
import type { Violation } from '@cusp/reports'
import { emptyFold, foldBatch } from '../fold/fold.ts'
import type { FoldedGroup } from '../fold/fold.ts'
import type { KeptReport } from '../store/batch.ts'
import { KnownGroups } from './known-groups.ts'
import { updateGroup } from './rows.ts'

describe('a known group', () => {
  const cases: readonly (readonly [
    what: string,
    isCovered: boolean,
    own: Partial<KeptReport>,
    ofViolation: Partial<Violation>,
  ])[] = [
    ['the same again', true, {}, {}],
    ['later', true, {}, { seenAt: START + 59_000 }],
    ['noise of what is none', true, { class: 'extension', reason: 'known-sample' }, {}],
    ['another key', false, { key: keyOf('other') }, {}],
    ['another class', false, { class: 'inline' }, {}],
    ['another page', false, {}, { page: 'https://shop.example/other' }],
    [
      'another browser',
      false,
      {},
      { browser: { family: 'firefox', version: 1, engine: 'firefox', app: null } },
    ],
    ['when samples are due', false, {}, { seenAt: START + 60_000 }],
  ]
  it.each(cases)('covers what is not new: %s, %s', (_, isCovered, own, ofViolation) => {
    const known = new KnownGroups()
    known.remember(updateGroup(undefined, groupOf(3)))
    expect(known.covers(groupOf(1, own, ofViolation))).toBe(isCovered)
    known.clear()
    expect(known.covers(groupOf(1))).toBe(false)
  })

  it('is read again while it has few samples', () => {
    const known = new KnownGroups()
    known.remember(updateGroup(undefined, groupOf(2)))
    expect(known.covers(groupOf(1))).toBe(false)
  })

  it('covers every page once it has enough of them', () => {
    const fold = emptyFold()
    const pages = Array.from({ length: 10 }, (_, page) => `https://shop.example/${page}`)
    foldBatch(fold, batch(pages.map((page) => report({}, { page }))))
    const known = new KnownGroups()
    for (const group of fold.groups.values()) known.remember(updateGroup(undefined, group))
    expect(known.covers(groupOf(1, {}, { page: 'https://shop.example/other' }))).toBe(true)
  })

  it('is forgotten when all of them have much text', () => {
    const known = new KnownGroups()
    const names = Array.from({ length: 250 }, (_, index) => keyOf(index))
    const pages = Array.from({ length: 9 }, (_, page) =>
      `https://shop.example/${page}`.padEnd(2000),
    )
    for (const key of names) {
      const fold = emptyFold()
      foldBatch(fold, batch(pages.map((page) => report({ key }, { page }))))
      for (const group of fold.groups.values()) known.remember(updateGroup(undefined, group))
    }
    const ofPage = { page: pages[0] ?? '' }
    expect(known.covers(groupOf(1, { key: names[0] ?? '' }, ofPage))).toBe(false)
    expect(known.covers(groupOf(1, { key: names.at(-1) ?? '' }, ofPage))).toBe(true)
  })

  it('is forgotten when there are too many', () => {
    const known = new KnownGroups()
    const names = Array.from({ length: 10_001 }, (_, index) => keyOf(index))
    for (const key of names) known.remember(updateGroup(undefined, groupOf(3, { key })))
    expect(known.covers(groupOf(1, { key: names[0] ?? '' }))).toBe(false)
    expect(known.covers(groupOf(1, { key: names.at(-1) ?? '' }))).toBe(true)
  })
})

function groupOf(
  count: number,
  own: Partial<KeptReport> = {},
  ofViolation: Partial<Violation> = {},
): FoldedGroup {
  const fold = emptyFold()
  foldBatch(fold, batch(Array.from({ length: count }, () => report(own, ofViolation))))
  const [group] = fold.groups.values()
  if (group === undefined) throw new Error('There is no group.')
  return group
}
