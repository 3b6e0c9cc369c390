/** The intake for Koa. */

import type { IncomingMessage } from 'node:http'
import type { Intake } from '../intake/intake.ts'
import { headersFor, readParsed } from './exchange.ts'

/** What is used of Koa's context. */
export interface KoaContext {
  readonly req: IncomingMessage
  /** Has `body` where a body parser has read it. */
  readonly request: object
  readonly originalUrl: string
  status: number
  body: unknown
  set(headers: Record<string, string>): void
}

/** A middleware that answers every request that it gets: what comes after it is never called. */
export type KoaMiddleware = (context: KoaContext) => Promise<void>

/** Makes the middleware. */
export function createKoaMiddleware(intake: Intake): KoaMiddleware {
  return async function reports(context) {
    const { req: request, originalUrl: url } = context
    const parsed = readParsed(request, Reflect.get(context.request, 'body'))
    const answer = await intake.receive({ request, url, parsed })
    context.status = answer.status
    if (answer.text !== '') context.body = answer.text
    // After the body, for which Koa sets a type of its own.
    context.set(headersFor(answer, request))
  }
}
