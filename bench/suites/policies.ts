/** Building, parsing and serialising policies of 1 to 1000 sources. */

import assert from 'node:assert/strict'
import type { Policy } from '@cusp/core'
import { csp, parsePolicy } from '@cusp/core'
import buildContentSecurityPolicy from 'content-security-policy-builder'
import parseContentSecurityPolicy from 'content-security-policy-parser'
import { getCSP } from 'csp-header'
import type { Contender, Timing } from '../harness/interleave.ts'
import { interleave, timeCalls } from '../harness/interleave.ts'
import type { Effort, Suite } from './suite.ts'

/** How many sources the policies have. */
export const SIZES = [1, 10, 100, 1000] as const

const METHODS = ['scriptSrc', 'styleSrc', 'imgSrc', 'connectSrc', 'fontSrc'] as const

/** One suite for each thing that is done with a policy. */
export const policySuites: readonly Suite[] = [
  suite('build', 'Writing a policy and serialising it', {
    note: 'Cusp examines every source and refuses what is none; the other two join texts.',
    contenders: ({ calls, groups }) => [
      { name: '@cusp/core', work: () => build(calls).toString() },
      ...joiners(groups),
    ],
  }),
  suite('parse', 'Parsing a policy', {
    note: 'By the specification’s algorithm in both. Cusp’s issues are found when they are asked for.',
    contenders: ({ text }) => [
      { name: '@cusp/core', work: () => parsePolicy(text).policy },
      { name: 'content-security-policy-parser', work: () => parseContentSecurityPolicy(text) },
    ],
  }),
  suite('serialise', 'Serialising a policy that is there', {
    note: 'As for each response. Cusp’s policies are immutable, so their text is made once.',
    contenders: ({ groups, policy }) => [
      { name: '@cusp/core', work: () => policy.toString() },
      ...joiners(groups),
    ],
  }),
  suite('change', 'Parsing a policy, adding a source, serialising it', {
    note: 'As a tool does with a policy it was given. Cusp examines the source that is added.',
    contenders: ({ text }) => [
      {
        name: '@cusp/core',
        work: () => parsePolicy(text).policy.mediaSrc('https://media.example').toString(),
        expected: (before) => `${before}; media-src https://media.example`,
      },
      {
        name: 'content-security-policy-parser and -builder',
        work: () => {
          const directives = parseContentSecurityPolicy(text)
          directives.set('media-src', ['https://media.example'])
          return buildContentSecurityPolicy({ directives })
        },
        expected: (before) => `${before}; media-src https://media.example`,
      },
    ],
  }),
]

/** The arguments of the peers, and of Cusp's methods. */
type Groups = Readonly<Record<string, string[]>>
type Call = readonly [method: (typeof METHODS)[number], sources: readonly string[]]

interface Sample {
  readonly calls: readonly Call[]
  readonly groups: Groups
  readonly policy: Policy
  readonly text: string
}

interface Work {
  readonly name: string
  readonly work: () => unknown
  /** What it makes of a policy whose text is `text`; the text itself where this is absent. */
  readonly expected?: (text: string) => string
}

/** The two that join texts. */
function joiners(groups: Groups): readonly Work[] {
  return [
    {
      name: 'content-security-policy-builder',
      work: () => buildContentSecurityPolicy({ directives: groups }),
    },
    {
      name: 'csp-header',
      work: () => getCSP({ directives: groups }),
      expected: (text) => text.replaceAll(/;|$/g, ';'),
    },
  ]
}

interface PolicySuite {
  readonly note: string
  readonly contenders: (sample: Sample) => readonly Work[]
}

function suite(id: string, title: string, { note, contenders }: PolicySuite): Suite {
  return {
    id,
    module: import.meta.url,
    title,
    note,
    unit: 'ns',
    references: [],
    run: async (effort) => {
      const timings: Timing[] = []
      for (const size of SIZES) {
        const sample = makeSample(size)
        const list = contenders(sample).map((work) => contend(work, sample, size))
        timings.push(...(await interleave(list, roundsOf(effort, size))))
      }
      return timings
    },
  }
}

function roundsOf(effort: Effort, size: number): Parameters<typeof interleave>[1] {
  const count = Math.max(4, Math.round((effort === 'quick' ? 200 : 1000) / size))
  return { rounds: effort === 'quick' ? 20 : 150, warmUp: effort === 'quick' ? 10 : 50, count }
}

/** Keeps the compiler from leaving the work out. */
const sink: { result: unknown } = { result: undefined }

function contend({ name, work, expected }: Work, { text }: Sample, size: number): Contender {
  return {
    name: `${name}, ${size}`,
    check: () => {
      assert.equal(textOf(work()), expected === undefined ? text : expected(text))
    },
    time: (count) => timeCalls(count, () => (sink.result = work())),
  }
}

function textOf(result: unknown): string {
  if (!(result instanceof Map)) return String(result)
  const directives = [...(result as ReadonlyMap<string, readonly string[]>)]
  return directives.map(([name, values]) => [name, ...values].join(' ')).join('; ')
}

function makeSample(size: number): Sample {
  const sources = Array.from({ length: size }, (_, index) => source(index))
  const methods = METHODS.slice(0, Math.min(size, METHODS.length))
  const calls = methods.map((method, group): Call => [
    method,
    sources.filter((_, index) => index % methods.length === group),
  ])
  const groups = Object.fromEntries(
    calls.map(([method, own]) => [method.replace('Src', '-src'), [...own]]),
  )
  const policy = build(calls)
  return { calls, groups, policy, text: policy.toString() }
}

function build(calls: readonly Call[]): Policy {
  let policy = csp()
  for (const [method, sources] of calls) policy = policy[method](...sources)
  return policy
}

/** The usual kinds of hosts, each once. */
function source(index: number): string {
  const kinds = [
    `https://cdn${index}.example.com`,
    `*.assets${index}.example.net`,
    `https://api${index}.example.org:8443`,
    `img${index}.example.com`,
    `https://static${index}.example.com/path/`,
  ]
  return kinds[index % kinds.length] ?? ''
}
