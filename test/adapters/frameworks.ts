/**
 * The harnesses: every framework that the adapters serve, over HTTP/1.1, and over HTTP/2 where the
 * framework can.
 */

import {
  contentSecurityPolicy as expressDropIn,
  cspMiddleware as expressMiddleware,
} from '@cusp/express'
import { contentSecurityPolicy as koaDropIn, cspMiddleware as koaMiddleware } from '@cusp/koa'
import type { Request, Response } from '@cusp/node'
import {
  contentSecurityPolicy as nodeDropIn,
  cspMiddleware as nodeMiddleware,
  getCsp,
} from '@cusp/node'
import connect from 'connect'
import type { ErrorRequestHandler } from 'express'
import express5 from 'express'
import express4 from 'express4'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import { createServer } from 'node:http'
import { createServer as createServer2 } from 'node:http2'
import type {
  App,
  Framework,
  Handler,
  Harness,
  Head,
  Layer,
  RawResponse,
  Visit,
} from './harness.ts'
import { listen } from './harness.ts'
import { startFastify } from './on-fastify.ts'
import { startWeb } from './on-web.ts'
import { ours } from './own-layers.ts'

type Listener = (req: Request, res: Response) => void
type Next = (error?: unknown) => void
type ConnectHandler = (req: Request, res: Response, next: Next) => unknown

const forNode = [nodeMiddleware, nodeDropIn] as const
const forExpress = [expressMiddleware, expressDropIn] as const
const forKoa = [koaMiddleware, koaDropIn] as const

/**
 * Express on HTTP/2 is not supported upstream: it puts node:http's prototypes under the request and
 * the response.
 */
export const harnesses: readonly Harness[] = [
  ...onBoth('node', onNode),
  ...onBoth('connect', onConnect),
  on('express4', 'http1', (app) => onExpress('express4', app)),
  on('express5', 'http1', (app) => onExpress('express5', app)),
  ...onBoth('koa2', (app) => onKoa('koa2', app)),
  ...onBoth('koa3', (app) => onKoa('koa3', app)),
  {
    name: 'fastify',
    framework: 'fastify',
    protocol: 'http1',
    start: (app) => startFastify('http1', app),
  },
  {
    name: 'fastify over HTTP/2',
    framework: 'fastify',
    protocol: 'http2',
    start: (app) => startFastify('http2', app),
  },
  { name: 'web', framework: 'web', protocol: 'http1', start: startWeb },
]

type Mount = (app: App) => Listener

function onBoth(framework: Framework, mount: Mount): readonly Harness[] {
  return [on(framework, 'http1', mount), on(framework, 'http2', mount)]
}

function on(framework: Framework, protocol: Harness['protocol'], mount: Mount): Harness {
  return {
    name: protocol === 'http1' ? framework : `${framework} over HTTP/2`,
    framework,
    protocol,
    start: (app) => {
      const listener = mount(app)
      return listen(protocol === 'http1' ? createServer(listener) : createServer2(listener))
    },
  }
}

/**
 * A bare server: the layers one after the other; what fails answers 500 and keeps the headers that
 * stand.
 */
function onNode(app: App): Listener {
  const handlers = app.layers.map((layer): ConnectHandler => {
    if (typeof layer === 'function') return neutral('node', layer)
    return ours(layer, 'node', forNode) as ConnectHandler
  })
  async function run(req: Request, res: Response, index: number): Promise<void> {
    const handler = handlers[index]
    const layer = app.layers[index]
    if (handler === undefined) {
      res.statusCode = 404
      res.end()
    } else if (typeof layer === 'function' || (layer !== undefined && 'native' in layer)) {
      await new Promise<void>((resolve, reject) => {
        const next: Next = (error) =>
          error === undefined ? resolve(run(req, res, index + 1)) : reject(error)
        Promise.resolve(handler(req, res, next)).catch(reject)
      })
    } else {
      // Called alone, as a bare server calls it.
      await (handler as (req: Request, res: Response) => unknown)(req, res)
      await run(req, res, index + 1)
    }
  }
  return (req, res) => {
    run(req, res, 0).catch((error: unknown) => {
      app.onError(error)
      if (!res.headersSent) res.statusCode = 500
      res.end()
    })
  }
}

function onConnect(app: App): Listener {
  const server = connect()
  for (const layer of app.layers) {
    const handler = typeof layer === 'function' ? neutral('connect', layer) : undefined
    const use = server.use.bind(server) as (handler: unknown) => unknown
    use(handler ?? ours(layer as Exclude<Layer, Handler>, 'connect', forNode))
  }
  server.use((error: unknown, _req: unknown, _res: unknown, next: Next) => {
    app.onError(error)
    next(error)
  })
  return server as unknown as Listener
}

function onExpress(framework: 'express4' | 'express5', app: App): Listener {
  const server = framework === 'express4' ? express4() : express5()
  const use = server.use.bind(server) as (handler: unknown) => unknown
  for (const layer of app.layers) {
    const handler = typeof layer === 'function' ? neutral(framework, layer) : undefined
    use(handler ?? ours(layer as Exclude<Layer, Handler>, framework, forExpress))
  }
  const observe: ErrorRequestHandler = (error, _req, _res, next) => {
    app.onError(error)
    next(error)
  }
  use(observe)
  return server as unknown as Listener
}

function onKoa(framework: 'koa2' | 'koa3', app: App): Listener {
  const server = framework === 'koa2' ? (new Koa2() as unknown as Koa3) : new Koa3()
  for (const layer of app.layers) {
    if (typeof layer === 'function') {
      server.use(async (ctx, next) => {
        await layer(visitOfKoa(framework, ctx), async () => void (await next()))
      })
    } else server.use(ours(layer, framework, forKoa) as Koa3.Middleware)
  }
  server.on('error', (error: unknown, ctx: Koa3.Context) => {
    app.onError(error)
    // Koa leaves a response whose headers are sent to whoever sent them.
    if (ctx.headerSent) ctx.res.end()
  })
  return server.callback()
}

function neutral(framework: Framework, handler: Handler) {
  return async (req: Request, res: Response, next: Next): Promise<void> => {
    try {
      // What comes after may still run when this resolves: a Connect-style next tells nobody.
      await handler(visitOfConnect(framework, req, res), async () => next())
    } catch (error) {
      next(error)
    }
  }
}

function visitOfConnect(framework: Framework, req: Request, res: Response): Visit {
  const locals = (res as { readonly locals?: Visit['locals'] }).locals
  return {
    framework,
    req,
    res,
    locals,
    get csp() {
      return locals === undefined ? getCsp(res) : (locals['csp'] as Visit['csp'])
    },
    answer(body, { status = 200, type = 'text/html', headers = {} } = {}) {
      res.statusCode = status
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
      if (body !== undefined && !res.hasHeader('content-type')) res.setHeader('Content-Type', type)
      if (typeof body === 'object') {
        body.on('error', (error) => {
          res.destroy(error as Error)
        })
        body.pipe(res)
      } else if ('send' in res && typeof body === 'string') (res as unknown as Sender).send(body)
      else if (body === undefined) res.end()
      else res.end(body)
    },
    raw: () => res as RawResponse,
  }
}

interface Sender {
  send(body: string): void
}

function visitOfKoa(framework: Framework, ctx: Koa3.Context): Visit {
  return {
    framework,
    req: ctx.req,
    res: ctx.res,
    locals: ctx.state,
    get csp() {
      return ctx.state.csp
    },
    answer(body, { status = 200, type = 'text/html', headers = {} }: Head = {}) {
      ctx.status = status
      ctx.set(headers)
      if (body !== undefined && !ctx.res.hasHeader('content-type')) ctx.type = type
      if (body !== undefined) ctx.body = body
    },
    raw() {
      ctx.respond = false
      ctx.res.statusCode = 200
      return ctx.res
    },
  }
}
