// @ts-check
/** Cusp with EJS in Koa: the view gets `ctx.state`, and reads `csp.nonceAttr`. */

import path from 'node:path'
import { csp, cspMiddleware, NONCE, NONE, SELF } from '@cusp/koa'
import ejs from 'ejs'
import Koa from 'koa'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).styleSrc(NONCE).objectSrc(NONE).baseUri(NONE)
const view = path.join(import.meta.dirname, 'views/page.ejs')

const koa = new Koa()
koa.use(cspMiddleware(policy))
koa.use(async (ctx) => {
  if (ctx.path !== '/') return
  ctx.type = 'html'
  ctx.body = await ejs.renderFile(view, { ...ctx.state, comment: ctx.query['comment'] })
})

export const app = koa.callback()

// `node server.js` starts it; a test imports it.
if (process.argv[1] === import.meta.filename) {
  koa.listen(Number(process.env['PORT'] || 3000), '127.0.0.1')
}
