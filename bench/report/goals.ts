/** What was promised, and whether it holds in every run. */

import type { Spread } from '../harness/statistics.ts'
import { bootstrap } from '../harness/statistics.ts'
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
