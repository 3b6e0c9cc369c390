// @ts-check
/** A page that Express renders for each request, with its policy in a meta tag. */

import { cspMiddleware } from '@cusp/express'
import express from 'express'
import { policy, renderPage, TILES } from './page.js'

export const app = express()
app.use(cspMiddleware(policy, { deliver: 'meta' }))
app.get('/', (request, response) => {
  const comment = new URL(request.url, 'http://localhost').searchParams.get('comment') ?? ''
  response.set('Cache-Control', 'no-store').send(renderPage(response.locals.csp, comment))
})
app.get('/map', (_request, response) => {
  // Before the page is rendered, for the tag holds what is allowed by then.
  response.locals.csp.allow('img-src', TILES)
  response.set('Cache-Control', 'no-store').send(renderPage(response.locals.csp, ''))
})
app.get('/health', (_request, response) => {
  // No page and no tag: the header has the whole policy.
  response.json({ isWell: true })
})
