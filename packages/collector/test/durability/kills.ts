/** Kills processes that store, again and again, and counts what is there afterwards. */

import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../../src/open-store.ts'
import type { Ask, Sums } from '../tables.ts'
import { readSums } from '../tables.ts'
import { emptyTally, startLoad } from './process.ts'
import type { LoadProcess, Tally } from './process.ts'
import { random } from './random.ts'

/** What is killed, and how often. */
export interface Kills {
  readonly address: string
  readonly rounds: number
  /** How many processes store at once. */
  readonly processes: number
  readonly seed: number
  readonly node?: string | undefined
  /** Reads the tables at the end. */
  readonly ask: () => Promise<{ readonly ask: Ask; readonly close: () => unknown }>
}

/** What has come of it. */
export interface Outcome {
  readonly tally: Tally
  /** Violations, and items that were no report, as the store tells them at the end. */
  readonly stored: number
  readonly rejected: number
  readonly sums: Sums
  /** What was wrong after which round: nothing, it is hoped. */
  readonly problems: readonly string[]
}

/**
 * Kills each process once a round, at a time that nobody chose, and starts it again in the next
 * one.
 */
export async function killAgainAndAgain(kills: Kills): Promise<Outcome> {
  const { address, rounds, seed } = kills
  const tally = emptyTally()
  const next = random(seed)
  const problems: string[] = []
  for (let round = 0; round < rounds; round++) {
    const starts = Array.from({ length: kills.processes }, (_, index) =>
      startLoad({ address, seed: seed + round * 100 + index, tally, node: kills.node }),
    )
    const running = await Promise.all(starts)
    // Folds come once a second: some rounds end before the first one, some in the midst of one.
    await Promise.all(running.map((one) => killAfter(one, 100 + next(2200))))
    const { total } = await readOnce(address)
    problems.push(...findProblems(tally, total).map((text) => `round ${round}: ${text}`))
  }
  return countAll(address, { tally, ask: kills.ask, problems: [...problems, ...tally.errors] })
}

/** Applies what is left, and counts what is stored. */
export async function countAll(
  address: string,
  { tally, ask, problems }: Pick<Outcome, 'problems' | 'tally'> & Pick<Kills, 'ask'>,
): Promise<Outcome> {
  const last = openStore(address)
  await last.check()
  await last.close()
  const { total: stored, rejected } = await readOnce(address)
  const reader = await ask()
  const sums = await readSums(reader.ask)
  await reader.close()
  return { tally, stored, rejected, sums, problems: [...problems, ...findProblems(tally, stored)] }
}

/** Whether everything is counted once, and nothing is missing. */
export function isExact({ stored, sums, problems }: Outcome): boolean {
  const isSum = sums.total === stored && sums.groups === stored && sums.hours === stored
  return problems.length === 0 && isSum && sums.journal === 0
}

/** A line that says it all. */
export function describeOutcome(name: string, outcome: Outcome): string {
  const { tally, stored, sums, problems } = outcome
  const counts = `acknowledged ${tally.acknowledged} <= stored ${stored} <= sent ${tally.sent}`
  const refused = `refused ${tally.refused}, the slowest after ${tally.slowestRefusal} ms`
  const tables = `in groups ${sums.groups}, in hours ${sums.hours}, left in the journal ${sums.journal}`
  const verdict = isExact(outcome) ? 'exact' : ['WRONG', ...problems].join(' ')
  return `${name}: ${counts}; ${refused}; ${tables}: ${verdict}`
}

async function killAfter(one: LoadProcess, milliseconds: number): Promise<void> {
  await sleep(milliseconds)
  await one.end('SIGKILL')
}

async function readOnce(address: string): Promise<{ total: number; rejected: number }> {
  const store = openStore(address, { readOnly: true })
  const { total, rejected } = await store.read()
  await store.close()
  return { total, rejected }
}

function findProblems({ acknowledged, sent }: Tally, stored: number): readonly string[] {
  if (stored < acknowledged) return [`${acknowledged} acknowledged, ${stored} stored`]
  if (stored > sent) return [`${sent} sent, ${stored} stored`]
  return []
}
