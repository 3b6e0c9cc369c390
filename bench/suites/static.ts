/** One response with a policy that is the same for all. */

import assert from 'node:assert/strict'
import { interleave } from '../harness/interleave.ts'
import {
  BY_HAND,
  checkStatic,
  contend,
  contendHono,
  CUSP,
  HELMET,
  noop,
  staticMiddleware,
} from './peers.ts'
import type { Exchange } from './responses.ts'
import { makeExchanges } from './responses.ts'
import type { Suite } from './suite.ts'
import { roundsOf } from './suite.ts'

/** The middleware alone. */
export const staticSuite: Suite = {
  id: 'static',
  module: import.meta.url,
  title: 'One response with a static policy',
  note: 'The middleware alone, on a response that only keeps its headers.',
  unit: 'ns',
  references: [BY_HAND, CUSP, HELMET],
  run: async (effort) => {
    assertUnwatched()
    const contenders = staticMiddleware.map((middleware) =>
      contend(middleware, 'light', () => checkStatic(middleware, 'light')),
    )
    return interleave([...contenders, contendHono(false)], roundsOf(effort, 512))
  },
}

/** A policy without a nonce leaves writeHead alone. */
function assertUnwatched(): void {
  const cusp = staticMiddleware.find(({ name }) => name === CUSP)
  const [exchange] = makeExchanges('light', 1) as [Exchange]
  const before: unknown = Reflect.get(exchange.res, 'writeHead')
  cusp?.serve(exchange, noop)
  assert.equal(Reflect.get(exchange.res, 'writeHead'), before)
}
