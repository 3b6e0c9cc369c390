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
