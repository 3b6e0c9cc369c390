/**
 * What the engine needs for a source of a long list, from a thousand to a hundred thousand: what is
 * linear stays the same.
 */

import assert from 'node:assert/strict'
import { audit, compare, decide, explain, subsumes, support } from '@cusp/engine'
import type { Contender, Timing } from '../harness/interleave.ts'
import { interleave, timeCalls } from '../harness/interleave.ts'
import type { Effort, Suite } from './suite.ts'

/** How many sources the lists have, each ten times the one before. */
export const COUNTS: Readonly<Record<Effort, readonly number[]>> = {
  full: [1000, 10_000, 100_000],
  quick: [100, 1000, 10_000],
}

interface Work {
  readonly name: string
  /** The source or directive at an index. */
  readonly item: (index: number) => string
  /** The answer, or an error where it is wrong. */
  readonly run: (items: readonly string[]) => void
}

const WORKS: readonly Work[] = [
  {
    name: 'compare, where every second host is gone',
    item: (index) => `h${index}.example`,
    run: (items) => assert.ok(compareHalf('img-src', items) > 0),
  },
  {
    name: 'compare, where every second hash is gone',
    item: hash,
    run: (items) => assert.ok(compareHalf('script-src', items) > 0),
  },
  {
    name: 'subsumes, hashes',
    item: hash,
    run: (items) => assert.ok(subsumesHalf('script-src', items)),
  },
  {
    name: 'subsumes, paths of one host',
    item: (index) => `cdn.example/p${index}/`,
    run: (items) => assert.ok(subsumesHalf('img-src', items)),
  },
  {
    name: 'audit, hosts',
    item: (index) => `h${index}.example`,
    run: (items) => assert.ok(audit(list('default-src', items)).length > 1),
  },
  {
    name: 'audit, ports of one host',
    item: (index) => `cdn.example:${(index % 65_535) + 1}`,
    run: (items) => assert.ok(audit(list('default-src', items)).length > 1),
  },
  {
    name: 'support, directives nobody knows',
    item: (index) => `x-${index} a`,
    run: (items) => {
      const value = [...items, 'fenced-frame-src a.example'].join('; ')
      const { findings } = support({ value }, ['safari 15.3'])
      assert.deepEqual(
        findings.map(({ feature }) => feature),
        ['fenced-frame-src'],
      )
    },
  },
  {
    name: 'explain, hosts',
    item: (index) => `h${index}.example`,
    run: (items) => {
      const blocked = { type: 'request', url: 'https://other.example/' } as const
      const decision = decide(list('connect-src', items), blocked)
      assert.ok(explain(decision).join('\n').includes('other.example'))
    },
  },
]

/** What is asked of long lists. */
export const LIST_WORKS = WORKS.map(({ name }) => name)

/** The time of a source. */
export const listsSuite: Suite = {
  id: 'lists',
  module: import.meta.url,
  title: 'Long lists, compared, audited and explained',
  note: 'Nanoseconds for each source, from the text to the answer: the same in every row of one kind where the cost is linear.',
  unit: 'ns a source',
  references: [],
  run: async (effort) => {
    const timings: Timing[] = []
    for (const work of WORKS) {
      const most = COUNTS[effort].at(-1) as number
      const contenders = COUNTS[effort].map((count) => contend(work, count, most))
      timings.push(...(await interleave(contenders, { rounds: 2, warmUp: 0, count: 1 })))
    }
    return timings
  },
}

/** The name of a row. */
export function listRow(work: string, count: number): string {
  return `${work}, ${count} sources`
}

/** Every sample reads as many sources, within ten times. */
function contend({ name, item, run }: Work, count: number, most: number): Contender {
  const items = Array.from({ length: count }, (_, index) => item(index))
  const calls = Math.max(1, Math.round(most / count / 10))
  return {
    name: listRow(name, count),
    check: () => {
      run(items)
    },
    time: (times) =>
      timeCalls(times * calls, () => {
        run(items)
      }) / count,
  }
}

function list(directive: string, items: readonly string[]): { readonly value: string } {
  return { value: `${directive} ${items.join(' ')}` }
}

function half(items: readonly string[]): readonly string[] {
  return items.filter((_, index) => index % 2 === 0)
}

function compareHalf(directive: string, items: readonly string[]): number {
  return compare(list(directive, items), list(directive, half(items))).length
}

function subsumesHalf(directive: string, items: readonly string[]): boolean {
  return subsumes(list(directive, items), list(directive, half(items)))
}

/** A hash expression of 32 bytes that say the index. */
function hash(index: number): string {
  const bytes = Buffer.from(String(index).padStart(32, '0'))
  return `'sha256-${bytes.toString('base64')}'`
}
