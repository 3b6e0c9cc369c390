import fc from 'fast-check'
import { describe, it, expect } from 'vitest'
import { isNoise } from '@cusp/reports'
import { batch, keyOf, report, START } from '../../test/batches.ts'
import type { Batch } from '../store/batch.ts'
import { OVERFLOW } from '../store/batch.ts'
import type { Fold } from './fold.ts'
import { BOUNDS, emptyFold, foldBatch, mergeFolds } from './fold.ts'
import { readRow, writeBatches, writeFold } from './journal-row.ts'
import { splitFold } from './split.ts'
import { summarise } from './summarise.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', '\0', '__proto__'),
)
const reports = fc
  .record({
    project: fc.constantFrom('default', 'shop'),
    key: fc.oneof(fc.nat(5).map(keyOf), fc.constant(OVERFLOW)),
    class: fc.constantFrom('source', 'inline', 'extension', 'injected'),
    violation: fc.record({
      page: fc.oneof(
        fc.constant(''),
        fc.nat(15).map((page) => `https://shop.example/${page}`),
        text,
      ),
      referrer: text,
      policy: fc.oneof(
        text,
        fc.nat(3).map((host) => `img-src host${host}.example`),
      ),
      sample: text,
      seenAt: fc.integer({ min: START - 3 * 3_600_000, max: START }),
      source: fc.record({
        file: fc.option(text),
        line: fc.option(fc.nat()),
        column: fc.option(fc.nat()),
      }),
      status: fc.option(fc.nat()),
      age: fc.option(fc.nat()),
    }),
  })
  .map(({ violation, ...own }) => report(own, violation))
const batches: fc.Arbitrary<readonly Batch[]> = fc.array(
  fc
    .record({
      reports: fc.array(reports, { maxLength: 6 }),
      rejected: fc.dictionary(fc.constantFrom('not-json', 'too-deep'), fc.nat(9)),
      others: fc.dictionary(text, fc.nat(9)),
    })
    .map(({ reports: own, ...others }) => batch(own, others)),
  { maxLength: 12 },
)

describe('a fold', () => {
  it('has every report once', () => {
    fc.assert(
      fc.property(batches, (all) => {
        const fold = foldAll(all)
        const sent = all.flatMap((one) => one.reports)
        expect(fold.size).toBe(sent.length)
        expect(sum([...fold.groups.values()].map(({ count }) => count))).toBe(sent.length)
        expect(
          sum([...fold.groups.values()].flatMap(({ hours }) => hours.map(([, count]) => count))),
        ).toBe(sent.length)
        const { total, rejected, others } = summarise(fold)
        expect(total).toBe(sent.length)
        expect(rejected).toBe(sum(all.flatMap((one) => Object.values(one.rejected))))
        expect(sum(Object.values(others))).toBe(
          sum(all.flatMap((one) => Object.values(one.others))),
        )
      }),
    )
  })

  it('is the same in one go and in two', () => {
    fc.assert(
      fc.property(batches, batches, (one, other) => {
        const merged = foldAll(one)
        mergeFolds(merged, foldAll(other))
        expect(merged).toEqual(foldAll([...one, ...other]))
      }),
    )
  })

  it('comes back from the journal as it was', () => {
    fc.assert(
      fc.property(batches, (all) => {
        expect(readRow(writeFold(foldAll(all)))).toEqual(foldAll(all))
        expect(readRow(writeBatches(all))).toEqual(foldAll(all))
      }),
    )
  })

  it('is the sum of its parts', () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 4 }), (all, most) => {
        const whole = emptyFold()
        const parts = splitFold(foldAll(all), most)
        for (const part of parts) {
          expect(part.groups.size).toBeLessThanOrEqual(most)
          mergeFolds(whole, part)
        }
        expect(summarise(whole)).toEqual(summarise(foldAll(all)))
        expect(whole.groups).toEqual(foldAll(all).groups)
      }),
    )
  })

  it('keeps within its bounds, and takes the latest samples', () => {
    fc.assert(
      fc.property(batches, (all) => {
        const sent = all.flatMap((one) => one.reports)
        for (const group of foldAll(all).groups.values()) {
          const own = sent.filter(
            ({ project, key }) => project === group.project && key === group.key,
          )
          expect(group.pages.length).toBeLessThanOrEqual(BOUNDS.pages)
          expect(group.browsers.length).toBeLessThanOrEqual(BOUNDS.browsers)
          const latest = own.slice(-BOUNDS.samples).map(({ violation }) => violation.seenAt)
          expect(group.samples.map(({ seenAt }) => seenAt)).toEqual(latest)
          expect(group.firstSeen).toBe(Math.min(...own.map(({ violation }) => violation.seenAt)))
          expect(group.lastSeen).toBe(Math.max(...own.map(({ violation }) => violation.seenAt)))
          expect(isNoise(group.class)).toBe(own.every((one) => isNoise(one.class)))
        }
      }),
    )
  })
})

function foldAll(all: readonly Batch[]): Fold {
  const fold = emptyFold()
  for (const one of all) foldBatch(fold, one)
  return fold
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
