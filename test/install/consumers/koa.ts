/** A Koa app as users write it; compiled for Koa 2 and 3, as an ES module and as CommonJS. */

import { csp, NONCE, SELF } from '@cusp/core'
import { cspMiddleware } from '@cusp/koa'
import Koa from 'koa'
import type { AddressInfo } from 'node:net'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')

const app = new Koa()
app.use(cspMiddleware(policy))
app.use((ctx) => {
  const nonce: string = ctx.state.csp.nonce
  // @ts-expect-error -- state.csp has a type of its own: it is not any
  const wrong: number = ctx.state.csp.nonce
  ctx.type = 'html'
  ctx.body = `<script nonce="${nonce}">${typeof wrong}</script>`
})

const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port)
})
