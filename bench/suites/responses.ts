/**
 * The responses that middleware is timed on, made before the clock runs: all contenders get the
 * same kind.
 *
 * `light`: keeps headers in a list and does nothing else, so that what is timed is the middleware.
 * `express`: node's own response as Express 5 hands it to a middleware, with node's checks of each
 * header and Express's change of its prototype.
 */

import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Request, Response } from 'express'
import express from 'express'

/** A kind of response. */
export type ResponseKind = 'light' | 'express'

/** A request and its response. */
export interface Exchange {
  readonly req: Request
  readonly res: Response
}

/** Makes `count` requests and responses that nothing has touched. */
export function makeExchanges(kind: ResponseKind, count: number): readonly Exchange[] {
  return Array.from({ length: count }, kind === 'light' ? lightExchange : expressExchange)
}

class LightResponse {
  readonly names: string[] = []
  readonly values: unknown[] = []
  // As Express makes it.
  readonly locals = Object.create(null) as Record<string, unknown>
  readonly headersSent = false
  readonly req: object
  statusCode = 200

  constructor(req: object) {
    this.req = req
  }

  setHeader(name: string, value: unknown): this {
    const index = this.find(name)
    this.names[index] = name
    this.values[index] = value
    return this
  }

  /** What Express adds. */
  set(name: string, value: unknown): this {
    return this.setHeader(name, value)
  }

  getHeader(name: string): unknown {
    return this.values[this.find(name)]
  }

  hasHeader(name: string): boolean {
    return this.find(name) < this.names.length
  }

  getHeaderNames(): readonly string[] {
    return this.names.map((name) => name.toLowerCase())
  }

  removeHeader(name: string): void {
    const index = this.find(name)
    this.names.splice(index, 1)
    this.values.splice(index, 1)
  }

  writeHead(statusCode: number): this {
    this.statusCode = statusCode
    return this
  }

  private find(name: string): number {
    const wanted = name.toLowerCase()
    const index = this.names.findIndex((known) => known.toLowerCase() === wanted)
    return index === -1 ? this.names.length : index
  }
}

// A framework's response has node's behind its own prototype.
Object.setPrototypeOf(LightResponse.prototype, ServerResponse.prototype)

function lightExchange(): Exchange {
  const req = { method: 'GET', url: '/', headers: { host: 'shop.example' } }
  return { req, res: new LightResponse(req) } as unknown as Exchange
}

const app = express()
const socket = new Socket()

/** What Express 5 does in `app.handle`. */
function expressExchange(): Exchange {
  const message = Object.assign(new IncomingMessage(socket), {
    method: 'GET',
    url: '/',
    headers: { host: 'shop.example' },
  })
  const req = Object.setPrototypeOf(message, app.request) as Request
  const res = Object.setPrototypeOf(new ServerResponse(message), app.response) as Response
  req.res = res
  res.req = req
  res.locals = Object.create(null) as typeof res.locals
  return { req, res }
}
