/**
 * How Koa's contexts come to keep the policy on errors: once for an app, whatever else wants their
 * `onerror`.
 */

import { csp, NONCE } from '@cusp/core'
import { cspMiddleware } from '@cusp/koa'
import Koa from 'koa'
import request from 'supertest'
import { expect, it } from 'vitest'

const HEADER = 'content-security-policy'

/** An app whose only route fails. */
function failing(): Koa {
  const app = new Koa()
  app.silent = true
  app.use(cspMiddleware(csp().scriptSrc(NONCE)))
  app.use(() => {
    throw new Error('wrong')
  })
  return app
}

/**
 * Takes all headers off, as Koa's own does, and answers. Koa calls it once more, with null, when
 * the response has ended.
 */
function answerAlone(this: Koa.Context, error: Error | null): void {
  if (error === null) return
  for (const name of this.res.getHeaderNames()) this.res.removeHeader(name)
  this.res.end('mine')
}

it('wraps the onerror of an app once', async () => {
  const app = failing()
  const server = app.callback()
  await request(server).get('/')
  const once: unknown = Reflect.get(app.context, 'onerror')
  const { headers, status } = await request(server).get('/')
  expect(status).toBe(500)
  expect(headers).toHaveProperty(HEADER)
  expect(Reflect.get(app.context, 'onerror')).toBe(once)
})

it('wraps one that an app sets later', async () => {
  const app = failing()
  const server = app.callback()
  await request(server).get('/')
  app.context.onerror = answerAlone
  const { headers, text } = await request(server).get('/')
  expect(text).toBe('mine')
  expect(headers).toHaveProperty(HEADER)
})
