/**
 * The middleware in Koa, once. The table of its behaviours, which every framework shares, is in
 * test/adapters; what concerns Koa alone is in test/adapters/koa.test.ts and errors.test.ts.
 */

import { csp, NONCE, SELF } from '@cusp/core'
import Koa from 'koa'
import request from 'supertest'
import { expect, it } from 'vitest'
import { cspMiddleware } from './index.ts'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')

it('sends the policy with the nonce that the handler reads, on an error too', async () => {
  const app = new Koa()
  app.silent = true
  let seen = ''
  app.use(cspMiddleware(policy))
  app.use((ctx) => {
    seen = ctx.state.cspNonce
    if (ctx.path === '/wrong') ctx.throw(403, 'no entry')
    ctx.body = ctx.state.csp.nonce
  })
  const { headers, text } = await request(app.callback()).get('/')
  expect(text).toBe(seen)
  expect(headers['content-security-policy']).toBe(policy.toString({ nonce: text }))
  const failed = await request(app.callback()).get('/wrong')
  expect(failed.status).toBe(403)
  expect(failed.headers['content-security-policy']).toBe(policy.toString({ nonce: seen }))
})
