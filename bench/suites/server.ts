/**
 * The two servers that are compared, in one process on two ports: `server.ts <framework>`. Two
 * processes of one program differ by more than what is measured. Tells the ports, and the processor
 * time when asked.
 */

import { once } from 'node:events'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { cspMiddleware as forExpress } from '@cusp/express'
import { cspPlugin as forFastify } from '@cusp/fastify'
import { cspMiddleware as forKoa } from '@cusp/koa'
import { getCsp, withCsp } from '@cusp/web'
import { createAdaptorServer } from '@hono/node-server'
import type express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { noncePolicy } from './sample.ts'

/** What the servers are built on. */
export type Framework = 'express' | 'koa' | 'fastify' | 'hono'

/** How their policy gets there. */
export type Variant = 'cusp' | 'by hand'

/** The ports of the two servers. */
export type Ports = Readonly<Record<Variant, number>>

const NONCE = 'A'.repeat(22)
const HEADER = noncePolicy.toString({ nonce: NONCE })

const servers: Readonly<Record<Framework, (variant: Variant) => Server>> = {
  express: (variant) => {
    const app = loadExpress()()
    if (variant === 'cusp') app.use(forExpress(noncePolicy))
    else {
      app.use((_req, res, next) => {
        res.setHeader('Content-Security-Policy', HEADER)
        res.locals.cspNonce = NONCE
        next()
      })
    }
    app.get('/', (_req, res) => {
      res.send(page(res.locals.cspNonce))
    })
    return app.listen(0, '127.0.0.1')
  },
  koa: (variant) => {
    const app = new Koa()
    if (variant === 'cusp') app.use(forKoa(noncePolicy))
    else {
      app.use((ctx, next) => {
        ctx.set('Content-Security-Policy', HEADER)
        ctx.state.cspNonce = NONCE
        return next()
      })
    }
    app.use((ctx) => {
      ctx.body = page(ctx.state.cspNonce)
    })
    return app.listen(0, '127.0.0.1')
  },
  fastify: (variant) => {
    const app = Fastify()
    if (variant === 'cusp') void app.register(forFastify(noncePolicy))
    else {
      app.addHook('onRequest', (_request, reply, next) => {
        void reply.header('Content-Security-Policy', HEADER)
        next()
      })
    }
    const nonceOf = variant === 'cusp' ? (own: string | undefined) => own : () => NONCE
    void app.register((routes, _options, done) => {
      routes.get('/', (request, reply) => {
        void reply.type('text/html; charset=utf-8').send(page(nonceOf(request.cspNonce)))
      })
      done()
    })
    void app.listen({ port: 0, host: '127.0.0.1' })
    return app.server
  },
  hono: (variant) => {
    const app = new Hono()
    if (variant === 'by hand') {
      app.use((c, next) => {
        c.header('Content-Security-Policy', HEADER)
        return next()
      })
      app.get('/', (c) => c.html(page(NONCE)))
      return createAdaptorServer(app).listen(0, '127.0.0.1') as Server
    }
    app.get('/', (c) => c.html(page(getCsp(c.req.raw).nonce)))
    return createAdaptorServer({ fetch: withCsp(app.fetch, noncePolicy) }).listen(
      0,
      '127.0.0.1',
    ) as Server
  },
}

/**
 * A copy of Express for each server: Cusp's would change the prototype of the other's responses,
 * too.
 */
function loadExpress(): typeof express {
  const require = createRequire(import.meta.url)
  for (const file of Object.keys(require.cache)) delete require.cache[file]
  return require('express') as typeof express
}

function page(nonce: string | undefined): string {
  return `<!doctype html><title>Hello</title><script nonce="${nonce}">console.log('hello')</script>`
}

const start = servers[process.argv[2] as Framework]
const variants: readonly Variant[] = ['cusp', 'by hand']
// In an order that chance decides: what comes first is compiled first.
const order = Math.random() < 0.5 ? variants : variants.toReversed()
const ports: [Variant, number][] = []
for (const variant of order) {
  const server = start(variant)
  await once(server, 'listening')
  ports.push([variant, (server.address() as AddressInfo).port])
}
process.send?.(Object.fromEntries(ports))
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ processor: user + system })
})
process.on('disconnect', () => process.exit())
