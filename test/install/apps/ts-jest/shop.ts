import { csp, NONCE, SELF } from '@cusp/core'
import { cspMiddleware } from '@cusp/express'
import express from 'express'

export const policy = csp().defaultSrc(SELF).scriptSrc(NONCE)

export const shop = express()
shop.use(cspMiddleware(policy))
shop.get('/', (_req, res) => {
  const nonce: string = res.locals.csp.nonce
  res.send(`<script nonce="${nonce}">start()</script>`)
})
