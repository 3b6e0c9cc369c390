import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { csp, NONCE, NONE, SELF, STRICT_DYNAMIC } from '@cusp/core'
import express from 'express'
import request from 'supertest'
import { expect, it } from 'vitest'
import { cspMiddleware } from './index.ts'

const policy = csp()
  .defaultSrc(SELF)
  .scriptSrc(NONCE, STRICT_DYNAMIC)
  .connectSrc(SELF, 'https://api.example.com')
  .objectSrc(NONE)
  .reportTo('csp', '/csp-reports')

it('ships the policy with the nonce that the handler sees', async () => {
  const app = express()
  app.use(cspMiddleware(policy))
  app.get('/', (_req, res) => {
    res.locals.csp.allow('connect-src', 'https://more.example')
    res.send(`${res.locals.csp.nonce} ${res.locals.cspNonce}`)
  })
  const { headers, text } = await request(app).get('/')
  const [nonce, viewNonce] = text.split(' ')
  expect(viewNonce).toBe(nonce)
  expect(headers['content-security-policy']).toBe(
    policy.allow('connect-src', 'https://more.example').toString({ nonce }),
  )
  expect(headers['reporting-endpoints']).toBe('csp="/csp-reports"')
})

it('watches a response that has locals and is none of node:http', async () => {
  const middleware = cspMiddleware(policy) as unknown as (
    req: unknown,
    res: unknown,
    next: () => void,
  ) => void
  const server = createServer((req, res) => {
    middleware(req, Object.assign(res, { locals: {} }), () => {
      res.statusCode = 304
      res.end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    const stream = session.request({ ':path': '/' })
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
    expect(headers[':status']).toBe(304)
    expect(headers['content-security-policy']).toBeUndefined()
    expect(headers['reporting-endpoints']).toBe('csp="/csp-reports"')
  } finally {
    session.close()
    server.close()
  }
})
