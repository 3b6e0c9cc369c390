/** One of the servers that are compared: `server.ts <framework> <variant>`. Tells its port, and its processor time when asked. */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cspMiddleware as forExpress } from '@cusp/express'
import { cspMiddleware as forKoa } from '@cusp/koa'
import express from 'express'
import Koa from 'koa'
import { noncePolicy } from './sample.ts'

/** What the servers are built on. */
export type Framework = 'express' | 'koa'

/** How their policy gets there. */
export type Variant = 'cusp' | 'by hand'

const NONCE = 'A'.repeat(22)
const HEADER = noncePolicy.toString({ nonce: NONCE })

const servers: Readonly<Record<Framework, (variant: Variant) => Server>> = {
  express: (variant) => {
    const app = express()
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
}

function page(nonce: string): string {
  return `<!doctype html><title>Hello</title><script nonce="${nonce}">console.log('hello')</script>`
}

const [framework, variant] = process.argv.slice(2) as [Framework, Variant]
const server = servers[framework](variant)
server.on('listening', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ processor: user + system })
})
process.on('disconnect', () => process.exit())
