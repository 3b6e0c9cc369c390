/** What the types promise in Fastify 5, beside those of @fastify/helmet; checked by tsc. */

import '@fastify/helmet'
import type { CspContext } from '@cusp/node'
import Fastify from 'fastify'
import { expectTypeOf } from 'vitest'
import { csp, cspPlugin, NONCE } from './index.ts'

const app = Fastify()
app.register(cspPlugin(csp().scriptSrc(NONCE)))
app.register(cspPlugin((request) => (request.hostname === 'a' ? csp() : { reportOnly: csp() })))
app.get('/', (request, reply) => {
  expectTypeOf(reply.csp).toEqualTypeOf<CspContext>()
  expectTypeOf(request.cspNonce).toEqualTypeOf<string | undefined>()
  expectTypeOf(reply.cspNonce).toEqualTypeOf<{ script: string; style: string }>()
  // @ts-expect-error -- an unquoted keyword
  reply.csp.allow('connect-src', 'self')
})
// @ts-expect-error -- a text is not a policy
cspPlugin("default-src 'self'")
