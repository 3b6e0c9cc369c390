/**
 * What the types promise in Express 5, and through tsconfig.express4.json in Express 4; checked by
 * tsc.
 */

import type { CspContext } from '@cusp/node'
import { csp, deliver, NONCE, SELF } from '@cusp/core'
import type { Request, RequestHandler, Response } from 'express'
import express, { Router } from 'express'
import { expectTypeOf } from 'vitest'
import { contentSecurityPolicy, cspMiddleware } from './index.ts'

const policy = csp().scriptSrc(NONCE)
const app = express()

// ─── it can be used wherever a handler can ───

app.use(cspMiddleware(policy))
app.use('/admin', cspMiddleware(policy), contentSecurityPolicy())
app.get('/', cspMiddleware(policy), (_req, res) => void res.send(res.locals.csp.nonce))
Router().use(cspMiddleware())
expectTypeOf(cspMiddleware(policy)).toEqualTypeOf<RequestHandler>()
expectTypeOf(contentSecurityPolicy()).toEqualTypeOf<RequestHandler>()

// ─── the context is typed without a cast ───

app.get('/page', (_req, res) => {
  expectTypeOf(res.locals.csp).toEqualTypeOf<CspContext>()
  expectTypeOf(res.locals.csp.nonce).toEqualTypeOf<string>()
  expectTypeOf(res.locals.cspNonce).toEqualTypeOf<string>()
  res.locals.csp.allow('connect-src', SELF, 'https://api.example.com')
  // @ts-expect-error -- an unquoted keyword
  res.locals.csp.allow('connect-src', 'self')
  // @ts-expect-error -- not a list of permissions
  res.locals.csp.allow('upgrade-insecure-requests')
  res.locals.csp.replace({ enforce: policy })
  // @ts-expect-error -- a text is not a policy
  res.locals.csp.replace("default-src 'self'")
  // @ts-expect-error -- read only
  res.locals.csp.nonce = 'x'
})

// ─── every input ───

cspMiddleware()
cspMiddleware(undefined, { nonce: 'when-read', only: 'documents', legacyReportTo: true })
cspMiddleware(deliver(policy))
cspMiddleware({ enforce: policy })
cspMiddleware({ reportOnly: [policy, policy] })
cspMiddleware({ enforce: policy, reportOnly: [policy] }, { onWarning: ({ fix }) => fix })
cspMiddleware(policy, { nonceFrom: (req) => req.headers['x-nonce']?.toString() })
cspMiddleware({ directives: { scriptSrc: ["'self'", NONCE] }, reportOnly: true })
cspMiddleware((req, res) => {
  expectTypeOf(req).toEqualTypeOf<Request>()
  expectTypeOf(res).toEqualTypeOf<Response>()
  return req.hostname === 'a.example' ? policy : { reportOnly: policy }
})
cspMiddleware(async ({ params }) => (params['tenant'] === 'a' ? deliver(policy) : policy))
cspMiddleware({
  directives: {
    scriptSrc: [
      (req, res) => {
        expectTypeOf(req).toEqualTypeOf<Request>()
        expectTypeOf(res).toEqualTypeOf<Response>()
        return `'nonce-${res.locals.cspNonce}'`
      },
    ],
  },
})
contentSecurityPolicy({ useDefaults: false, directives: { defaultSrc: [(req) => req.hostname] } })

// ─── what is refused ───

// @ts-expect-error -- a text is not a policy
cspMiddleware("default-src 'self'")
// @ts-expect-error -- helmet has it so, and it would mean helmet's defaults
cspMiddleware(false)
// @ts-expect-error -- a policy for every request
cspMiddleware(() => {})
// @ts-expect-error -- a policy for every request
cspMiddleware(() => null)
// @ts-expect-error -- helmet's shape is not for functions
cspMiddleware(() => ({ directives: { defaultSrc: ["'self'"] } }))
// @ts-expect-error -- a policy is not a text
cspMiddleware({ enforce: "default-src 'self'" })
// @ts-expect-error -- an unknown option
cspMiddleware(policy, { reportOnly: true })
// @ts-expect-error -- a wrong value
cspMiddleware(policy, { nonce: 'never' })
// @ts-expect-error -- our shape is not for the drop-in
contentSecurityPolicy({ enforce: policy })
