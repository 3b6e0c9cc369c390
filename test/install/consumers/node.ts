/** A bare node:http server as users write it, compiled as an ES module and as CommonJS. */

import { csp, NONCE, SELF } from '@cusp/core'
import { cspMiddleware, getCsp } from '@cusp/node'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')
const applyCsp = cspMiddleware(policy)

const server = createServer((req, res) => {
  void applyCsp(req, res)
  const nonce: string = getCsp(res).nonce
  // @ts-expect-error -- the context has a type of its own: it is not any
  const wrong: number = getCsp(res).nonce
  res.setHeader('Content-Type', 'text/html')
  res.end(`<script nonce="${nonce}">${typeof wrong}</script>`)
})
server.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port)
})
