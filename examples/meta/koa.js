// @ts-check
/** A page that Koa renders for each request, with its policy in a meta tag. */

import { cspMiddleware } from '@cusp/koa'
import Koa from 'koa'
import { policy, renderPage, TILES } from './page.js'

const koa = new Koa()
koa.use(cspMiddleware(policy, { deliver: 'meta' }))
koa.use((ctx) => {
  ctx.set('Cache-Control', 'no-store')
  // No page and no tag: the header has the whole policy.
  if (ctx.path === '/health') ctx.body = { isWell: true }
  // Before the page is rendered, for the tag holds what is allowed by then.
  if (ctx.path === '/map') ctx.state.csp.allow('img-src', TILES)
  if (ctx.path === '/map' || ctx.path === '/') {
    ctx.type = 'html'
    ctx.body = renderPage(ctx.state.csp, String(ctx.query['comment'] ?? ''))
  }
})

export const app = koa.callback()
