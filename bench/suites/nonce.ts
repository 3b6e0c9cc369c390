/** One response with a nonce. */

import assert from 'node:assert/strict'
import { interleave } from '../harness/interleave.ts'
import {
  BY_HAND,
  checkNonces,
  contend,
  contendHono,
  CUSP,
  HELMET,
  nonceMiddleware,
  noop,
} from './peers.ts'
import type { Exchange, ResponseKind } from './responses.ts'
import { makeExchanges } from './responses.ts'
import type { Suite } from './suite.ts'
import { roundsOf } from './suite.ts'

/** The middleware alone. */
export const nonceSuite: Suite = {
  id: 'nonce',
  module: import.meta.url,
  title: 'One response with a nonce',
  note: 'The middleware alone, on a response that only keeps its headers.',
  ...nonceOn('light'),
}

/** The same on node's own responses. */
export const nonceExpressSuite: Suite = {
  id: 'nonce-express',
  module: import.meta.url,
  title: 'The same on Express’s own response',
  note: "node checks every header's name and value, and Express's change of prototypes slows each access: that is in every line.",
  ...nonceOn('express'),
}

function nonceOn(kind: ResponseKind): Pick<Suite, 'unit' | 'references' | 'run'> {
  return {
    unit: 'ns',
    references: [BY_HAND, CUSP, HELMET],
    run: async (effort) => {
      assertNotModified(kind)
      const contenders = nonceMiddleware.map((middleware) =>
        contend(middleware, kind, () => checkNonces(middleware, kind)),
      )
      // The pools hold 512 nonces: every sample pays for one draw.
      return interleave([...contenders, contendHono(true)], roundsOf(effort, 512))
    },
  }
}

/** What is timed of Cusp includes that a 304 loses its nonce. */
function assertNotModified(kind: ResponseKind): void {
  const cusp = nonceMiddleware.find(({ name }) => name === CUSP)
  const [exchange] = makeExchanges(kind, 1) as [Exchange]
  cusp?.serve(exchange, noop)
  assert.ok(exchange.res.hasHeader('Content-Security-Policy'))
  exchange.res.writeHead(304)
  assert.ok(!exchange.res.hasHeader('Content-Security-Policy'))
}
