/** What one response with a nonce allocates. */

import assert from 'node:assert/strict'
import type { Timing } from '../harness/interleave.ts'
import { quartiles } from '../harness/statistics.ts'
import { BY_HAND, checkNonces, CUSP, HELMET, nonceMiddleware, noop } from './peers.ts'
import type { Middleware } from './peers.ts'
import type { Exchange } from './responses.ts'
import { makeExchanges } from './responses.ts'
import type { Effort, Suite } from './suite.ts'

const RESPONSES = 4096

/**
 * Bytes on the heap and beside it, on responses that stay alive; no garbage is collected while they
 * are counted.
 */
export const memorySuite: Suite = {
  id: 'memory',
  module: import.meta.url,
  title: 'Memory allocated for one response with a nonce',
  note: 'Heap and buffers, garbage included: the young generation is so large that nothing is collected while bytes are counted.',
  unit: 'bytes',
  references: [BY_HAND, CUSP, HELMET],
  flags: ['--expose-gc', '--max-semi-space-size=512', '--min-semi-space-size=512'],
  run: (effort) => Promise.resolve(measure(effort)),
}

function measure(effort: Effort): readonly Timing[] {
  const rounds = effort === 'quick' ? 2 : 24
  const samples = new Map(nonceMiddleware.map(({ name }) => [name, [] as number[]]))
  for (const middleware of nonceMiddleware) checkNonces(middleware, 'light')
  // The first rounds compile the code: what the compiler allocates is not counted.
  for (let round = -rounds; round < rounds; round++) {
    for (const middleware of nonceMiddleware) {
      const bytes = allocated(middleware)
      if (round >= 0) samples.get(middleware.name)?.push(bytes)
    }
  }
  return [...samples].map(([name, own]) => ({
    name,
    time: quartiles(own),
    ratios: Object.fromEntries(
      [...samples].map(([other, theirs]) => [
        other,
        quartiles(own.map((bytes, round) => bytes / (theirs[round] as number))),
      ]),
    ),
  }))
}

function allocated({ serve }: Middleware): number {
  const exchanges = makeExchanges('light', RESPONSES)
  assert.ok(globalThis.gc !== undefined, 'memory is measured with --expose-gc')
  globalThis.gc()
  const before = inUse()
  for (const exchange of exchanges) serve(exchange satisfies Exchange, noop)
  return (inUse() - before) / RESPONSES
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
