const { csp, NONCE, SELF } = require('@cusp/core')
const { cspMiddleware } = require('@cusp/express')
const express = require('express')

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')

const app = express()
app.use(cspMiddleware(policy))
app.get('/', (_req, res) => {
  res.type('html').send(`<script nonce="${res.locals.cspNonce}">string</script>`)
})

const server = app.listen(0, '127.0.0.1', () => {
  console.log(server.address().port)
})
