const { csp, NONCE, SELF } = require('@cusp/core')
const { cspMiddleware } = require('@cusp/koa')
const Koa = require('koa')

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')

const app = new Koa()
app.use(cspMiddleware(policy))
app.use((ctx) => {
  ctx.type = 'html'
  ctx.body = `<script nonce="${ctx.state.cspNonce}">string</script>`
})

const server = app.listen(0, '127.0.0.1', () => {
  console.log(server.address().port)
})
