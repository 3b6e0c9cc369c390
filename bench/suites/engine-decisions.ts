/** What a decision costs, its URL parsing included: against `new URL` alone, and as lists grow. */

import assert from 'node:assert/strict'
import { csp, SELF } from '@cusp/core'
import type { Check, Decider } from '@cusp/engine'
import { compile } from '@cusp/engine'
import type { Contender } from '../harness/interleave.ts'
import { interleave, timeCalls } from '../harness/interleave.ts'
import type { Suite } from './suite.ts'
import { roundsOf } from './suite.ts'

/** The name of the engine in its tables. */
export const ENGINE = '@cusp/engine'

/** What its decisions are measured against. */
export const NEW_URL = 'new URL'

/** How many hosts the lists have. */
export const HOSTS = [10, 100, 1000] as const

const PAGE = 'https://shop.example'
const NONCE = 'r4nd0mr4nd0mr4nd0mr4nd0m'
const CALLS = 512

interface Asked {
  readonly kind: string
  readonly check: Check & { readonly url: string }
  /** The expression that decides; null where the check is blocked. */
  readonly expression: string | null
}

/** One check of each kind; policies of every size answer them alike. */
const ASKED: readonly Asked[] = [
  ask('exact host', 'https://api7.example/v1/items?page=2', 'https://api7.example'),
  ask('wildcard host', 'https://eu.cdn7.example/lib/main.js', 'https://*.cdn7.example'),
  ask(
    'host with a path',
    'https://static7.example/lib/jquery/jquery.js',
    'https://static7.example/lib/',
  ),
  ask('other path', 'https://static7.example/upload/jquery.js', null),
  ask('self', 'https://shop.example/api/cart', SELF),
  ask('blocked', 'https://evil.example/collect', null),
  ask('international host', 'https://bücher.example/lib', null),
  ask('data: URL', 'data:image/png;base64,iVBORw0KGgo', null),
  {
    kind: 'script with a nonce',
    check: {
      type: 'request',
      destination: 'script',
      url: 'https://evil.example/a.js',
      nonce: NONCE,
    },
    expression: `'nonce-${NONCE}'`,
  },
]

/** What kinds of checks there are. */
export const KINDS = ASKED.map(({ kind }) => kind)

/** Every kind of check in one process: the code has seen all of them. */
export const decisionsSuite: Suite = {
  id: 'decisions',
  module: import.meta.url,
  title: 'A decision, its URL parsing included',
  note: '`compile(policy).decide(check)` on a policy of 100 hosts, against `new URL` of the same URL and nothing else.',
  unit: 'ns',
  references: [NEW_URL],
  run: (effort) => {
    const decider = compile(policyWith(100), { self: PAGE })
    const contenders = ASKED.flatMap((asked) => [decide(asked, decider), parse(asked)])
    return interleave(contenders, roundsOf(effort, CALLS))
  },
}

/** The same checks, one after the other, on longer and longer lists. */
export const hostsSuite: Suite = {
  id: 'hosts',
  module: import.meta.url,
  title: 'A decision on longer and longer lists',
  note: 'The mean of the checks above on policies that answer them alike.',
  unit: 'ns',
  references: [hosts(HOSTS[0])],
  run: (effort) => interleave(HOSTS.map(decideAmong), roundsOf(effort, CALLS)),
}

/** The name of a contender by its number of hosts. */
export function hosts(count: (typeof HOSTS)[number]): string {
  return `${count} hosts`
}

/** Keeps the compiler from leaving the work out. */
const sink: { result: unknown } = { result: undefined }

function ask(kind: string, url: string, expression: string | null): Asked {
  return { kind, check: { type: 'request', url }, expression }
}

function decide({ kind, check, expression }: Asked, decider: Decider): Contender {
  return {
    name: `${kind}, ${ENGINE}`,
    check: () => assertAnswer({ kind, check, expression }, decider),
    time: (count) => timeCalls(count, () => (sink.result = decider.decide(check))),
  }
}

function parse({ kind, check: { url } }: Asked): Contender {
  return {
    name: `${kind}, ${NEW_URL}`,
    check: () => assert.equal(new URL(url).href, url.replace('bücher', 'xn--bcher-kva')),
    time: (count) => timeCalls(count, () => (sink.result = new URL(url))),
  }
}

function decideAmong(count: (typeof HOSTS)[number]): Contender {
  const decider = compile(policyWith(count), { self: PAGE })
  const checks = ASKED.map(({ check }) => check)
  return {
    name: hosts(count),
    check: () => {
      for (const asked of ASKED) assertAnswer(asked, decider)
    },
    time: (calls) =>
      timeCalls(
        calls,
        (index) => (sink.result = decider.decide(checks[index % checks.length] as Check)),
      ),
  }
}

function assertAnswer({ check, expression }: Asked, decider: Decider): void {
  const { allowed, results } = decider.decide(check)
  assert.deepEqual([allowed, results[0]?.expression], [expression !== null, expression], check.url)
}

/**
 * Hosts, wildcards and directories in turn, three of each number; those that are asked about are in
 * the shortest list.
 */
function policyWith(count: number): ReturnType<typeof csp> {
  const sources = Array.from({ length: count }, (_, index) => source(index))
  return csp()
    .connectSrc(SELF, ...sources)
    .scriptSrc(`'nonce-${NONCE}'`)
}

function source(index: number): string {
  const number = 7 + Math.floor(index / 3)
  const kinds = [
    `https://api${number}.example`,
    `https://*.cdn${number}.example`,
    `https://static${number}.example/lib/`,
  ]
  return kinds[index % kinds.length] ?? ''
}
