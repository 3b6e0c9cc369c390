/**
 * What the engine needs for a byte of a policy or URL, from a kilobyte to a megabyte: what is
 * linear stays the same.
 */

import assert from 'node:assert/strict'
import { compile } from '@cusp/engine'
import type { Contender, Timing } from '../harness/interleave.ts'
import { interleave, timeCalls } from '../harness/interleave.ts'
import type { Effort, Suite } from './suite.ts'

/** How long the policies and URLs are. */
export const LENGTHS = ['1 KB', '10 KB', '100 KB', '1 MB'] as const

const BYTES = { '1 KB': 1e3, '10 KB': 1e4, '100 KB': 1e5, '1 MB': 1e6 } as const
const SELF = 'https://shop.example'
const LAST = 'https://last.example/'

const decider = compile({ value: 'connect-src https://*.cdn.example https://static.example/lib/' })

interface Growing {
  readonly name: string
  /** A text of about that many bytes. */
  readonly make: (bytes: number) => string
  /** Whether it is allowed, as all of them are. */
  readonly ask: (text: string) => boolean
}

const GROWING: readonly Growing[] = [
  {
    name: 'a policy of many hosts, compiled and asked once',
    make: (bytes) =>
      `connect-src ${repeat((index) => `https://host${index}.example `, bytes)}${LAST}`,
    ask: (value) =>
      compile({ value }, { self: SELF }).decide({ type: 'request', url: LAST }).allowed,
  },
  {
    name: 'a policy of many directives, compiled and asked once',
    make: (bytes) => `${repeat((index) => `x-${index} 'self' data:; `, bytes)}connect-src ${LAST}`,
    ask: (value) =>
      compile({ value }, { self: SELF }).decide({ type: 'request', url: LAST }).allowed,
  },
  {
    name: 'a URL with a host of many labels',
    make: (bytes) => `https://${repeat((index) => `a${index % 10}.`, bytes)}cdn.example/`,
    ask: isAllowed,
  },
  {
    name: 'a URL with a long path',
    make: (bytes) => `https://static.example/lib/${repeat((index) => `${index}/`, bytes)}`,
    ask: isAllowed,
  },
  {
    name: 'a URL with a path that has to be parsed',
    make: (bytes) => `https://static.example/lib/${repeat(() => '%41/b/../', bytes)}`,
    ask: isAllowed,
  },
]

/** What grows. */
export const GROWTHS = GROWING.map(({ name }) => name)

/** The time of a byte. */
export const growthSuite: Suite = {
  id: 'growth',
  module: import.meta.url,
  title: 'Long policies and long URLs',
  note: 'Nanoseconds for each byte, from the text to the answer: the same in every column where the cost is linear.',
  unit: 'ns a byte',
  references: [],
  run: async (effort) => {
    const timings: Timing[] = []
    for (const growing of GROWING) {
      const contenders = LENGTHS.map((length) => contend(growing, length, effort))
      timings.push(...(await interleave(contenders, roundsOf(effort))))
    }
    return timings
  },
}

function roundsOf(effort: Effort): Parameters<typeof interleave>[1] {
  return effort === 'quick'
    ? { rounds: 2, warmUp: 1, count: 1 }
    : { rounds: 24, warmUp: 4, count: 4 }
}

/** Keeps the compiler from leaving the work out. */
const sink: { result: unknown } = { result: undefined }

function contend(
  { name, make, ask }: Growing,
  length: (typeof LENGTHS)[number],
  effort: Effort,
): Contender {
  const text = make(BYTES[length])
  // Every sample of a length reads as many bytes, but for the longest ones.
  const calls = Math.max(1, (effort === 'quick' ? 2e4 : 1e5) / BYTES[length])
  return {
    name: `${name}, ${length}`,
    check: () => {
      assert.ok(ask(text))
      assert.ok(text.length >= BYTES[length] && text.length < BYTES[length] * 1.1)
    },
    time: (count) => timeCalls(count * calls, () => (sink.result = ask(text))) / text.length,
  }
}

function isAllowed(url: string): boolean {
  return decider.decide({ type: 'request', url }).allowed
}

/** Parts one after the other until they are so many bytes. */
function repeat(part: (index: number) => string, bytes: number): string {
  const parts: string[] = []
  for (let length = 0; length < bytes; length += parts.at(-1)?.length ?? 0) {
    parts.push(part(parts.length))
  }
  return parts.join('')
}
