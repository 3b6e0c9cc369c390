// @ts-check
import { contentSecurityPolicy } from '@cusp/express'
import express from 'express'
import { makeNonce, nonceSource } from './nonce.js'
import { pages } from './pages.js'

export const app = express()
app.disable('x-powered-by')
app.disable('etag') // a page with a nonce is never the same twice
app.use(makeNonce)
app.use(
  contentSecurityPolicy({
    directives: {
      scriptSrc: ["'self'", nonceSource],
      styleSrc: ["'self'", "'unsafe-inline'"],
      upgradeInsecureRequests: null, // the shop's own network is plain http
    },
  }),
)
app.use(pages())
