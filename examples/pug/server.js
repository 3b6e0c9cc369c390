// @ts-check
/** Cusp with Pug in Express: a view reads `cspNonce` from `res.locals`. */

import path from 'node:path'
import { csp, cspMiddleware, NONCE, NONE, SELF } from '@cusp/express'
import express from 'express'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).styleSrc(NONCE).objectSrc(NONE).baseUri(NONE)

export const app = express()
app.set('view engine', 'pug')
app.set('views', path.join(import.meta.dirname, 'views'))
app.use(cspMiddleware(policy))
app.get('/', (request, response) => {
  response.render('page', { comment: request.query['comment'] })
})

// `node server.js` starts it; a test imports it.
if (process.argv[1] === import.meta.filename) {
  app.listen(Number(process.env['PORT'] || 3000), '127.0.0.1')
}
