/**
 * One whole response on node's own ServerResponse, from the middleware to the end, as Express and
 * Koa have it.
 */

import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createNonce } from '@cusp/core'
import { cspMiddleware as forExpress } from '@cusp/express'
import { cspMiddleware as forKoa } from '@cusp/koa'
import type { Context } from 'koa'
import Koa from 'koa'
import type { Contender } from '../harness/interleave.ts'
import { interleave, timeCalls } from '../harness/interleave.ts'
import { noop } from './peers.ts'
import type { Exchange } from './responses.ts'
import { makeExchanges } from './responses.ts'
import { noncePolicy } from './sample.ts'
import type { Suite } from './suite.ts'
import { roundsOf } from './suite.ts'

const HEADER = 'Content-Security-Policy'
const CONSTANT = noncePolicy.toString({ nonce: createNonce() })
const express = forExpress(noncePolicy) as unknown as (
  req: object,
  res: object,
  next: () => void,
) => void
const koa = forKoa(noncePolicy)
const app = new Koa()
const socket = new Socket()
const next = (): Promise<void> => Promise.resolve()

/** What a policy adds to a whole response. */
export const wholeSuite: Suite = {
  id: 'whole',
  module: import.meta.url,
  title: 'A whole response on node’s own ServerResponse',
  note: 'Header, head, body and end, without a socket; beside it the same with a constant header of the same length.',
  unit: 'ns',
  references: ['Express, constant header', 'Koa, constant header'],
  run: (effort) => interleave(contenders, roundsOf(effort, 512)),
}

const contenders: readonly Contender[] = [
  contend('Express, constant header', expressExchanges, ({ res }) =>
    res.setHeader(HEADER, CONSTANT),
  ),
  contend('Express, Cusp', expressExchanges, ({ req, res }) => express(req, res, noop)),
  contend('Koa, constant header', koaExchanges, ({ res }) => res.setHeader(HEADER, CONSTANT)),
  contend('Koa, Cusp', koaExchanges, ({ context }) => koa(context as Context, next)),
]

interface Whole {
  readonly req: object
  readonly res: ServerResponse
  readonly context?: Context
}

function contend(
  name: string,
  make: (count: number) => readonly Whole[],
  serve: (exchange: Whole) => unknown,
): Contender {
  const run = (exchange: Whole): void => {
    serve(exchange)
    exchange.res.setHeader('Content-Type', 'text/html; charset=utf-8')
    exchange.res.setHeader('Content-Length', 5)
    exchange.res.end('hello')
  }
  return {
    name,
    check: () => {
      const [exchange] = make(1) as [Whole]
      run(exchange)
      assert.equal(String(exchange.res.getHeader(HEADER)).length, CONSTANT.length)
      assert.equal(exchange.res.headersSent, true)
    },
    time: (count) => {
      const exchanges = make(count)
      return timeCalls(count, (index) => run(exchanges[index] as Whole))
    },
  }
}

function expressExchanges(count: number): readonly Exchange[] {
  return makeExchanges('express', count)
}

function koaExchanges(count: number): readonly Whole[] {
  return Array.from({ length: count }, () => {
    const req = Object.assign(new IncomingMessage(socket), { method: 'GET', url: '/' })
    const res = new ServerResponse(req)
    return { req, res, context: app.createContext(req, res) as Context }
  })
}
