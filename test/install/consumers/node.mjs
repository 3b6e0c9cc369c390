import { csp, NONCE, SELF } from '@cusp/core'
import { cspMiddleware, getCsp } from '@cusp/node'
import { createServer } from 'node:http'

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
