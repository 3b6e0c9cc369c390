/**
 * An Express app as users write it; compiled for Express 4 and 5, as an ES module and as CommonJS.
 */

import { csp, NONCE, SELF } from '@cusp/core'
import { cspMiddleware } from '@cusp/express'
import express from 'express'
import type { AddressInfo } from 'node:net'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')

const app = express()
app.use(cspMiddleware(policy))
app.get('/', (_req, res) => {
  const nonce: string = res.locals.csp.nonce
  // @ts-expect-error -- locals.csp has a type of its own: it is not any
  const wrong: number = res.locals.csp.nonce
  res.type('html').send(`<script nonce="${nonce}">${typeof wrong}</script>`)
})

const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port)
})
