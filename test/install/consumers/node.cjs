const { csp, NONCE, SELF } = require('@cusp/core')
const { cspMiddleware, getCsp } = require('@cusp/node')
const { createServer } = require('node:http')

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')
const applyCsp = cspMiddleware(policy)

const server = createServer((req, res) => {
  void applyCsp(req, res)
  res.setHeader('Content-Type', 'text/html')
  res.end(`<script nonce="${getCsp(res).nonce}">string</script>`)
})
server.listen(0, '127.0.0.1', () => {
  console.log(server.address().port)
})
