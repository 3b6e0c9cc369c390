/**
 * How a response calls back before its head: Express's responses share one `writeHead`, and nothing
 * is added to each.
 */

import { csp, NONCE, SELF } from '@cusp/core'
import type { RequestHandler, Response } from 'express'
import express from 'express'
import express4 from 'express4'
import { ServerResponse } from 'node:http'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { cspMiddleware } from '@cusp/express'

const policy = csp().scriptSrc(SELF, NONCE)
const HEADER = 'content-security-policy'
const notModified: RequestHandler = (_req, res) => void res.status(304).end()

type WriteHead = (this: Response, ...args: unknown[]) => unknown

/** Wraps `writeHead` of one response, as compression and on-headers do. */
const wrap: RequestHandler = (_req, res, next) => {
  const original = Reflect.get(res, 'writeHead') as WriteHead
  const wrapped: WriteHead = function writeHead(...args) {
    this.setHeader('x-wrapped', 'yes')
    return original.apply(this, args)
  }
  Object.assign(res, { writeHead: wrapped })
  next()
}

function complain(): never {
  throw new Error('told')
}

/** The app answers a 304 without its nonce, and other answers with it. */
async function expectCare(app: express.Express): Promise<void> {
  app.get('/not-modified', notModified)
  app.get('/page', (_req, res) => void res.send(res.locals.cspNonce))
  const fresh = await request(app).get('/page')
  expect(fresh.headers[HEADER]).toBe(policy.toString({ nonce: fresh.text }))
  const cached = await request(app).get('/not-modified')
  expect(cached.status).toBe(304)
  expect(cached.headers).not.toHaveProperty(HEADER)
}

describe('a 304 loses the nonce', () => {
  // First: the shared writeHead comes when this response has another one already.
  it('behind a middleware that has wrapped writeHead', async () => {
    const app = express()
    app.use(wrap, cspMiddleware(policy))
    await expectCare(app)
    const { headers } = await request(app).get('/page')
    expect(headers['x-wrapped']).toBe('yes')
  })

  it('in front of a middleware that wraps writeHead', async () => {
    const app = express()
    app.use(cspMiddleware(policy), wrap)
    await expectCare(app)
  })

  it('in a mounted app, and behind it', async () => {
    const inner = express()
    inner.use(cspMiddleware(policy))
    inner.get('/inner', notModified)
    const app = express()
    app.use(inner)
    await expectCare(app)
    const { headers } = await request(app).get('/inner')
    expect(headers).not.toHaveProperty(HEADER)
  })

  it('where an app has a writeHead of its own', async () => {
    const app = express()
    const original = Reflect.get(ServerResponse.prototype, 'writeHead') as WriteHead
    const own: WriteHead = function writeHead(...args) {
      return original.apply(this, args)
    }
    Object.assign(app.response, { writeHead: own })
    app.use(cspMiddleware(policy))
    await expectCare(app)
  })

  it('where the prototypes are frozen', async () => {
    const app = express4() as unknown as express.Express
    Object.freeze(express4.response)
    app.use(cspMiddleware(policy))
    await expectCare(app)
  })

  it('when a handler has replaced res.locals by a copy', async () => {
    const app = express()
    app.use(cspMiddleware(policy), (_req, res, next) => {
      res.locals = { ...res.locals, title: 'Home' }
      next()
    })
    await expectCare(app)
  })
})

it('adds no property to a response, which is slow in Express (bench: nonce-express)', async () => {
  const app = express()
  let before: readonly PropertyKey[] = []
  let after: readonly PropertyKey[] = []
  app.use((_req, res, next) => {
    res.setHeader('x-first', 'yes')
    before = Reflect.ownKeys(res)
    next()
  })
  app.use(cspMiddleware({ enforce: policy, reportOnly: policy.reportTo('csp', '/reports') }))
  app.use((_req, res, next) => {
    after = Reflect.ownKeys(res)
    next()
  })
  await expectCare(app)
  expect(after).toEqual(before)
})

it('leaves the responses of other apps alone', async () => {
  const app = express()
  app.get('/', (_req, res) => {
    res.setHeader(HEADER, "script-src 'nonce-AAAAAAAAAAAAAAAAAAAAAA'")
    res.status(304).end()
  })
  const { headers } = await request(app).get('/')
  expect(headers).toHaveProperty(HEADER)
})

it('an error while the headers are written leaves a response that can still answer', async () => {
  const app = express()
  const reporting = policy.reportTo('csp', '/reports')
  app.use((_req, res, next) => {
    res.setHeader('Reporting-Endpoints', 'csp="/elsewhere"')
    next()
  })
  app.use(cspMiddleware(reporting, { onWarning: complain }))
  app.use(((error: Error, _req, res, _next) => {
    res.status(500).send(error.message)
  }) satisfies express.ErrorRequestHandler)
  const { status, text } = await request(app).get('/')
  expect([status, text]).toEqual([500, 'told'])
})
