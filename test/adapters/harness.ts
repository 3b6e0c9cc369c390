/**
 * What a behaviour is run on: one small neutral app, mounted in each framework over a real server.
 */

import type { CspContext, CspOptions, Request, Response } from '@cusp/node'
import type { Locals } from '@cusp/node/adapter'
import type { AddressInfo, Socket } from 'node:net'
import type { Server } from 'node:http'
import type { Http2Server } from 'node:http2'

/** The frameworks, each major of its own. */
export type Framework =
  | 'node'
  | 'connect'
  | 'express4'
  | 'express5'
  | 'koa2'
  | 'koa3'
  | 'fastify'
  | 'web'

/** One framework over one protocol. */
export interface Harness {
  readonly name: string
  readonly framework: Framework
  readonly protocol: 'http1' | 'http2'
  /** Starts a server on a free port. */
  start(app: App): Promise<Running>
}

/** A neutral app: what is mounted, in order, and where its errors go. */
export interface App {
  readonly layers: readonly Layer[]
  readonly onError: (error: unknown) => void
  /** Called where a layer needs what only node:http has: the row says nothing then. */
  readonly onUnsupported: () => void
}

/**
 * What can be mounted: our middleware, a neutral handler, or a middleware of the framework's own.
 */
export type Layer =
  | { readonly csp: readonly [input?: unknown, options?: CspOptions] }
  | { readonly dropIn: readonly [options?: unknown] }
  | { readonly uncalled: true }
  | { readonly native: (framework: Framework) => unknown }
  | Handler

/** Answers, or calls `next`. */
export type Handler = (visit: Visit, next: () => Promise<void>) => unknown

/** One request as a neutral handler sees it. */
export interface Visit {
  readonly framework: Framework
  readonly req: Request
  readonly res: Response
  /** The framework's context; `getCsp(res)` where it has no place for one. */
  readonly csp: CspContext
  /** What views see, in frameworks that have views. */
  readonly locals: Locals | undefined
  /** Answers as the framework does. */
  answer(body: string | NodeJS.ReadableStream | undefined, head?: Head): void
  /** Takes the response out of the framework's hands. */
  raw(): RawResponse
}

/** What both protocols' responses have, and writeHead as loosely as both take it. */
export interface RawResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  writeHead(status: number, ...rest: readonly unknown[]): RawResponse
  flushHeaders(): void
  write(chunk: string): unknown
  end(chunk?: string): unknown
}

/** Status and headers of an answer. */
export interface Head {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A started server. */
export interface Running {
  readonly origin: string
  close(): Promise<void>
}

/** Listens on a free port of the loopback interface. */
export async function listen(server: Server | Http2Server): Promise<Running> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
