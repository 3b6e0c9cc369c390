/** What the types promise on node:http, node:http2 and Connect; checked by tsc. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createServer2 } from 'node:http2'
import { csp, NONCE } from '@cusp/core'
import connect from 'connect'
import { expectTypeOf } from 'vitest'
import type { CspContext } from './index.ts'
import { contentSecurityPolicy, cspMiddleware, getCsp } from './index.ts'

const policy = csp().scriptSrc(NONCE)
const addPolicy = cspMiddleware(policy)

// ─── it can be used, or called ───

connect().use(addPolicy).use(contentSecurityPolicy()).use('/admin', addPolicy)

createServer(async (req, res) => {
  expectTypeOf(addPolicy(req, res)).toEqualTypeOf<void | Promise<void>>()
  expectTypeOf(getCsp(res)).toEqualTypeOf<CspContext>()
  await addPolicy(req, res)
  await addPolicy(req, res, (error?: unknown) => error)
})

createServer2(async (req, res) => {
  await addPolicy(req, res)
  res.end(getCsp(res).nonce)
})

// ─── functions of the request ───

cspMiddleware((req, res) => {
  expectTypeOf(req).toEqualTypeOf<IncomingMessage>()
  expectTypeOf(res).toEqualTypeOf<ServerResponse>()
  return req.url === '/' ? policy : { reportOnly: policy }
})
cspMiddleware(async () => policy)

// ─── what is refused ───

// @ts-expect-error -- a text is not a policy
cspMiddleware("default-src 'self'")
// @ts-expect-error -- a policy for every request
cspMiddleware(() => undefined)
// @ts-expect-error -- an unknown option
cspMiddleware(policy, { nonces: 'always' })
// @ts-expect-error -- the middleware is made first
connect().use(cspMiddleware)
