/**
 * The middleware on a bare node:http server, once. The table of its behaviours in every framework
 * and over every protocol is in test/adapters.
 */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { csp, NONCE, SELF } from '@cusp/core'
import { expect, it } from 'vitest'
import { cspMiddleware, getCsp } from './index.ts'

const policy = csp().defaultSrc(SELF).scriptSrc(NONCE).reportTo('csp', '/csp-reports')

it('sends the policy with the nonce that the handler reads', async () => {
  const addPolicy = cspMiddleware(policy)
  const server = createServer((req, res) => {
    void addPolicy(req, res)
    getCsp(res).allow('img-src', 'https://images.example')
    res.end(getCsp(res).nonce)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}`)
    const nonce = await response.text()
    expect(response.headers.get('content-security-policy')).toBe(
      policy.allow('img-src', 'https://images.example').toString({ nonce }),
    )
    expect(response.headers.get('reporting-endpoints')).toBe('csp="/csp-reports"')
  } finally {
    server.close()
  }
})
