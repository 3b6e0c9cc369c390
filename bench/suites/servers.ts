/**
 * Whole servers over real sockets: with Cusp, and with a constant header of the same length set by
 * hand.
 */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { median } from '../harness/statistics.ts'
import type { Load } from './client.ts'
import { askServer, openLoad } from './client.ts'
import type { Framework, Ports, Variant } from './server.ts'
import type { Effort, Measurement } from './suite.ts'

/** What two servers of one framework did: a list for each process they ran in. */
export interface Comparison {
  readonly framework: Framework
  /** Cusp's answers a second over the other's. */
  readonly throughput: readonly (readonly number[])[]
  /**
   * The other's processor time for an answer over Cusp's: less disturbed by what else the machine
   * does.
   */
  readonly processor: readonly (readonly number[])[]
  /** Microseconds of processor time for one answer of the server that sets its header by hand. */
  readonly microseconds: number
}

interface Plan {
  /** The servers are started anew so often. */
  readonly processes: number
  readonly pairs: number
  readonly warmUp: number
  readonly duration: number
}

const PLANS: Readonly<Record<Effort, Plan>> = {
  quick: { processes: 1, pairs: 2, warmUp: 200, duration: 50 },
  full: { processes: 8, pairs: 12, warmUp: 1000, duration: 100 },
}
const CONNECTIONS = 8
const VARIANTS: readonly [Variant, Variant] = ['cusp', 'by hand']

/** The two servers of each framework. */
export const serverComparisons: readonly Measurement<Comparison>[] = (
  ['express', 'koa', 'fastify', 'hono'] as const
).map((framework) => ({
  id: framework,
  module: import.meta.url,
  run: (effort) => compareServers(framework, effort),
}))

async function compareServers(framework: Framework, effort: Effort): Promise<Comparison> {
  const plan = PLANS[effort]
  const groups: (readonly Pair[])[] = []
  for (let count = 0; count < plan.processes; count++) {
    groups.push(await compareInProcess(framework, plan))
  }
  return {
    framework,
    throughput: groups.map((pairs) =>
      pairs.map(({ cusp, 'by hand': byHand }) => cusp.throughput / byHand.throughput),
    ),
    processor: groups.map((pairs) =>
      pairs.map(({ cusp, 'by hand': byHand }) => byHand.processor / cusp.processor),
    ),
    microseconds: median(groups.flat().map((pair) => pair['by hand'].processor)),
  }
}

type Pair = Readonly<Record<Variant, Sample>>

interface Sample {
  readonly throughput: number
  readonly processor: number
}

interface Running {
  readonly child: ChildProcess
  readonly loads: Readonly<Record<Variant, Load>>
}

async function compareInProcess(framework: Framework, plan: Plan): Promise<readonly Pair[]> {
  const { child, loads } = await start(framework)
  try {
    for (const variant of VARIANTS) await loads[variant].run(plan.warmUp)
    const pairs: Pair[] = []
    for (let count = 0; count < plan.pairs; count++) {
      const order = Math.random() < 0.5 ? VARIANTS : VARIANTS.toReversed()
      const samples = new Map<Variant, Sample>()
      for (const variant of order) {
        samples.set(variant, await measure(child, loads[variant], plan.duration))
      }
      pairs.push(Object.fromEntries(samples) as Pair)
    }
    return pairs
  } finally {
    for (const variant of VARIANTS) loads[variant].close()
    child.kill()
  }
}

async function measure(child: ChildProcess, load: Load, duration: number): Promise<Sample> {
  const before = await processorTime(child)
  const throughput = await load.run(duration)
  const processor = (await processorTime(child)) - before
  return { throughput, processor: processor / ((throughput * duration) / 1000) }
}

async function processorTime(child: ChildProcess): Promise<number> {
  child.send('processor')
  const [{ processor }] = (await once(child, 'message')) as [{ readonly processor: number }]
  return processor
}

async function start(framework: Framework): Promise<Running> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [framework])
  const [ports] = (await once(child, 'message')) as [Ports]
  await checkAnswers(ports)
  const loads = {
    cusp: await openLoad(ports.cusp, CONNECTIONS),
    'by hand': await openLoad(ports['by hand'], CONNECTIONS),
  }
  return { child, loads }
}

/** Both answers are alike but for the nonce, which is a new one in each of Cusp's. */
async function checkAnswers(ports: Ports): Promise<void> {
  const [first, second] = [await askServer(ports.cusp), await askServer(ports.cusp)]
  const byHand = await askServer(ports['by hand'])
  assert.notEqual(nonceOf(first), nonceOf(second))
  assert.ok(first.includes(`'nonce-${nonceOf(first)}'`) && first.includes(`"${nonceOf(first)}"`))
  assert.deepEqual(normalise(first), normalise(byHand))
  assert.equal(first.length, byHand.length)
}

function nonceOf(answer: string): string {
  return /'nonce-([^']*)'/.exec(answer)?.[1] ?? ''
}

/** Without what differs from answer to answer, header by header in any order and any case. */
function normalise(answer: string): readonly string[] {
  const lines = answer.replaceAll(nonceOf(answer), 'NONCE').split('\r\n')
  return lines
    .filter((line) => !/^(?:date|etag):/i.test(line))
    .map(lowerName)
    .toSorted()
}

function lowerName(line: string): string {
  return line.replace(/^[\w-]+:/, (name) => name.toLowerCase())
}
