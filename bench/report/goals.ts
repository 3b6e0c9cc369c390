/** What was promised, and whether it holds in every run. */

import type { Spread } from '../harness/statistics.ts'
import { bootstrap } from '../harness/statistics.ts'
import { ENGINE, hosts, KINDS, NEW_URL } from '../suites/engine-decisions.ts'
import { GROWTHS, LENGTHS } from '../suites/engine-growth.ts'
import { COUNTS, LIST_WORKS, listRow } from '../suites/engine-lists.ts'
import { BY_HAND, CUSP, HELMET } from '../suites/peers.ts'
import { SIZES } from '../suites/policies.ts'
import { digits, exact, spread } from './numbers.ts'
import type { Results } from './results.ts'
import { findRow } from './results.ts'

interface Goal {
  readonly text: string
  readonly found: string
  readonly isMet: boolean
}

/** The goals as a list, those that were measured. */
export function describeGoals(results: Results): readonly string[] {
  const goals = [
    ...nonceGoals(results),
    ...staticGoal(results),
    ...policyGoals(results),
    ...engineGoals(results),
    ...serverGoals(results),
  ]
  if (goals.length === 0) return []
  const list = goals.map(
    ({ text, found, isMet }) => `- ${isMet ? 'met' : '**missed**'}: ${text}: ${found}`,
  )
  return ['## Goals', list.join('\n')]
}

function nonceGoals(results: Results): readonly Goal[] {
  const toHand = findRow(results, 'nonce', CUSP)?.ratios[BY_HAND]
  const toCusp = findRow(results, 'nonce', HELMET)?.ratios[CUSP]
  if (toHand === undefined || toCusp === undefined) return []
  return [
    {
      text: 'a response with a nonce takes at most 1.3 times what the same takes by hand, in every run',
      found: spread(toHand),
      isMet: toHand.high <= 1.3,
    },
    {
      text: 'helmet takes at least 20 times as long, in every run',
      found: spread(toCusp),
      isMet: toCusp.low >= 20,
    },
  ]
}

function staticGoal(results: Results): readonly Goal[] {
  const cusp = findRow(results, 'static', CUSP)?.time
  const helmet = findRow(results, 'static', HELMET)?.time
  if (cusp === undefined || helmet === undefined) return []
  const most = cusp.high - helmet.low
  return [
    {
      text: 'a static policy takes at most 30 ns more than in helmet, the slowest run against its fastest',
      found: `${digits(cusp.median - helmet.median)} ns (at most ${digits(most)} ns)`,
      isMet: most <= 30,
    },
  ]
}

const PEERS: readonly (readonly [suite: string, peer: string, text: string])[] = [
  ['build', 'content-security-policy-builder', 'writing a policy is not slower than in'],
  ['parse', 'content-security-policy-parser', 'parsing a policy is not slower than in'],
  ['serialise', 'content-security-policy-builder', 'serialising a policy is not slower than in'],
]

function policyGoals(results: Results): readonly Goal[] {
  return PEERS.flatMap(([suite, peer, text]) => {
    const known = SIZES.flatMap((size) => {
      const ratio = findRow(results, suite, `@cusp/core, ${size}`)?.ratios[`${peer}, ${size}`]
      return ratio === undefined ? [] : [ratio.median]
    })
    const goal = {
      text: `${text} ${peer}, at ${SIZES.join(', ')} sources`,
      found: known.map((ratio) => `× ${digits(ratio)}`).join(', '),
      isMet: known.every((ratio) => ratio <= 1.02),
    }
    return known.length === 0 ? [] : [goal].concat(growthGoal(results, suite))
  })
}

function growthGoal(results: Results, suite: string): readonly Goal[] {
  const at = (size: number): number =>
    findRow(results, suite, `@cusp/core, ${size}`)?.time.median ?? Number.NaN
  if (suite === 'serialise') return []
  const growth = at(1000) / at(100)
  return [
    {
      text: `${suite}: ten times the sources take at most about ten times as long (100 to 1000)`,
      found: `× ${digits(growth)}`,
      isMet: growth <= 12,
    },
  ]
}

function engineGoals(results: Results): readonly Goal[] {
  return [
    ...decisionGoal(results),
    ...hostsGoal(results),
    ...lengthGoals(results),
    ...listGoals(results),
  ]
}

function decisionGoal(results: Results): readonly Goal[] {
  const ratios = KINDS.flatMap((kind) => {
    const row = findRow(results, 'decisions', `${kind}, ${ENGINE}`)
    return row?.ratios[`${kind}, ${NEW_URL}`] ?? []
  })
  if (ratios.length === 0) return []
  const [slowest] = ratios.toSorted((one, other) => other.median - one.median) as [Spread]
  return [
    {
      text: 'a decision of any kind, its URL parsing included, takes at most twice as long as `new URL` alone',
      found: `${spread(slowest)} where it takes longest`,
      isMet: slowest.median <= 2,
    },
  ]
}

function hostsGoal(results: Results): readonly Goal[] {
  const ratio = findRow(results, 'hosts', hosts(1000))?.ratios[hosts(10)]
  if (ratio === undefined) return []
  return [
    {
      text: 'a decision on a policy of 1000 hosts takes at most 1.5 times as long as on one of 10',
      found: spread(ratio),
      isMet: ratio.high <= 1.5,
    },
  ]
}

/**
 * Linear but for what memory costs: were anything quadratic, a byte would cost a thousand times as
 * much.
 */
function lengthGoals(results: Results): readonly Goal[] {
  const growths = GROWTHS.flatMap((name) => {
    const row = findRow(results, 'growth', `${name}, ${LENGTHS.at(-1)}`)
    return row?.ratios[`${name}, ${LENGTHS[0]}`] ?? []
  })
  if (growths.length === 0) return []
  const most = Math.max(...growths.map(({ high }) => high))
  return [
    {
      text: 'a byte of a policy or URL of 1 MB takes at most four times as long as one of 1 KB',
      found: `× ${digits(most)} at most`,
      isMet: most <= 4,
    },
  ]
}

/**
 * Ten times the sources may take up to twenty times as long: hash tables and memory cost more as
 * they grow.
 */
function listGoals(results: Results): readonly Goal[] {
  const growths = LIST_WORKS.flatMap((work) =>
    COUNTS.full.slice(1).flatMap((count) => {
      const row = findRow(results, 'lists', listRow(work, count))
      return row?.ratios[listRow(work, count / 10)]?.median ?? []
    }),
  )
  if (growths.length === 0) return []
  const most = Math.max(...growths)
  return [
    {
      text: 'compare, subsumes, audit, support and explain: ten times the sources take at most twenty times as long, up to 100 000',
      found: `× ${digits(most * 10)} at most`,
      isMet: most <= 2,
    },
  ]
}

function serverGoals({ servers }: Results): readonly Goal[] {
  const frameworks = [...new Set(servers.map(({ framework }) => framework))]
  return frameworks.flatMap((framework) => {
    const own = servers.filter((comparison) => comparison.framework === framework)
    const throughput = bootstrap(own.flatMap((comparison) => comparison.throughput))
    return [
      {
        text: `a whole ${framework} server gives at least 0.97 of the answers a second`,
        found: describeInterval(throughput),
        isMet: throughput.median >= 0.97,
      },
    ]
  })
}

function describeInterval(interval: Spread): string {
  const isWide = interval.high - interval.low > 0.03
  return exact(interval) + (isWide ? ', an interval wider than 0.03: see the whole response' : '')
}
