import { randomBytes } from 'node:crypto'
import express from 'express'
import request from 'supertest'
import { expect, it } from 'vitest'
import { contentSecurityPolicy, cspMiddleware } from './index.ts'

it("sends helmet's default header for nothing", async () => {
  const app = express()
  app.use(contentSecurityPolicy())
  app.get('/', (_req, res) => void res.send('x'))
  const { headers } = await request(app).get('/')
  expect(headers['content-security-policy']).toBe(
    "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests",
  )
})

it("adopts the nonce that helmet's documentation makes, and edits the resolved policy", async () => {
  const app = express()
  app.use((_req, res, next) => {
    res.locals.cspNonce = randomBytes(32).toString('hex')
    next()
  })
  app.use(
    cspMiddleware({
      directives: { scriptSrc: ["'self'", (_req, res) => `'nonce-${res.locals.cspNonce}'`] },
    }),
  )
  app.get('/', (_req, res) => void res.send(res.locals.csp.nonce))
  app.get('/wider', (_req, res) => {
    res.locals.csp.allow('img-src', 'https://images.example')
    res.send(res.locals.cspNonce)
  })
  const { headers, text } = await request(app).get('/')
  expect(headers['content-security-policy']).toContain(`;script-src 'self' 'nonce-${text}';`)
  const wider = await request(app).get('/wider')
  expect(wider.headers['content-security-policy']).toContain(
    `; img-src 'self' data: https://images.example; object-src 'none'; script-src 'self' 'nonce-${wider.text}'; `,
  )
})
