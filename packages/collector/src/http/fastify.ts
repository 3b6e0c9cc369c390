/** The intake for Fastify, and for what hands over node's own request as `raw`. */

import type { IncomingMessage } from 'node:http'
import type { Intake } from '../intake/intake.ts'
import { headersFor, readParsed } from './exchange.ts'

/** What is used of Fastify's request. */
export interface FastifyRequest {
  readonly raw: IncomingMessage
  readonly originalUrl: string
  readonly body?: unknown
}

/** What is used of Fastify's reply. */
export interface FastifyReply {
  code(status: number): unknown
  headers(headers: Record<string, string>): unknown
  send(payload?: string): unknown
}

/** A route handler. */
export type FastifyHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** Makes the handler. */
export function createFastifyHandler(intake: Intake): FastifyHandler {
  return async function reports({ raw, originalUrl: url, body }, reply) {
    const answer = await intake.receive({ request: raw, url, parsed: readParsed(raw, body) })
    reply.code(answer.status)
    reply.headers({ ...headersFor(answer, raw) })
    reply.send(answer.text)
    return reply
  }
}
