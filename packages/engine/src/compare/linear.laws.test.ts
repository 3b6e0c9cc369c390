/** What takes time in proportion to the policies: audits, explanations and comparisons. */

import { describe, expect, test } from 'vitest'
import { audit } from '../audit/audit.ts'
import { effects } from '../explain/effects.ts'
import { parsePolicy } from '@cusp/core'
import { compare } from './compare.ts'

const SMALL = 300
const LARGE = 10 * SMALL
/** Ten times the input may take this many times the processor's time: some of it is noise. */
const MOST = 20

/** A list of hosts, every second of which another policy has, too. */
function policyOf(count: number, step: 1 | 2): string {
  const hosts = Array.from({ length: count }, (_, index) => `https://h${index * step}.example`)
  return `default-src 'self'; img-src ${hosts.join(' ')}; connect-src ${hosts.join(' ')}`
}

describe('ten times the hosts', () => {
  test.each<[name: string, act: (count: number) => number]>([
    ['audit', (count) => audit({ value: policyOf(count, 1) }).length],
    ['effects', (count) => effects(parsePolicy(policyOf(count, 1)).policy).length],
    [
      'compare',
      (count) => compare({ value: policyOf(count, 1) }, { value: policyOf(count, 2) }).length,
    ],
  ])('%s', (_name, act) => {
    expect(act(SMALL)).toBeGreaterThan(0)
    expect(fastest(() => act(LARGE))).toBeLessThan(MOST * fastest(() => act(SMALL)))
  })
})

/** Microseconds of the processor, the best of five. */
function fastest(act: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage()
    act()
    return process.cpuUsage(start).user
  })
  return Math.min(...times)
}
