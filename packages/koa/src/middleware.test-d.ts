/** What the types promise in Koa 3, and through tsconfig.koa2.json in Koa 2; checked by tsc. */

import type { IncomingMessage } from 'node:http'
import type { CspContext } from '@cusp/node'
import { csp, deliver, NONCE, SELF } from '@cusp/core'
import type { Context, Middleware } from 'koa'
import Koa from 'koa'
import { expectTypeOf } from 'vitest'
import { contentSecurityPolicy, cspMiddleware } from './index.ts'

const policy = csp().scriptSrc(NONCE)
const app = new Koa()

// ─── it can be used ───

app.use(cspMiddleware(policy))
app.use(contentSecurityPolicy())
new Koa<{ readonly user: string }>().use(cspMiddleware(policy))
expectTypeOf(cspMiddleware(policy)).toEqualTypeOf<Middleware>()
expectTypeOf(contentSecurityPolicy()).toEqualTypeOf<Middleware>()

// ─── the context is typed without a cast ───

app.use((ctx) => {
  expectTypeOf(ctx.state.csp).toEqualTypeOf<CspContext>()
  expectTypeOf(ctx.state.csp.nonce).toEqualTypeOf<string>()
  expectTypeOf(ctx.state.cspNonce).toEqualTypeOf<string>()
  ctx.state.csp.allow('connect-src', SELF, 'https://api.example.com')
  // @ts-expect-error -- an unquoted keyword
  ctx.state.csp.allow('connect-src', 'self')
  ctx.state.csp.replace({ enforce: policy })
  // @ts-expect-error -- a text is not a policy
  ctx.state.csp.replace("default-src 'self'")
})

// ─── every input ───

cspMiddleware()
cspMiddleware(undefined, { nonce: 'when-read', only: 'documents', legacyReportTo: true })
cspMiddleware(deliver(policy))
cspMiddleware({ enforce: policy })
cspMiddleware({ reportOnly: [policy, policy] })
cspMiddleware({ enforce: policy, reportOnly: [policy] }, { onWarning: ({ fix }) => fix })
cspMiddleware(policy, { nonceFrom: (req) => req.headers['x-nonce']?.toString() })
cspMiddleware((ctx) => {
  expectTypeOf(ctx).toEqualTypeOf<Context>()
  return ctx.host === 'a.example' ? policy : { reportOnly: policy }
})
cspMiddleware(async ({ path }) => (path === '/' ? deliver(policy) : policy))
cspMiddleware({
  directives: {
    scriptSrc: [
      (req, _res, ctx) => {
        expectTypeOf(req).toEqualTypeOf<IncomingMessage>()
        expectTypeOf(ctx).toEqualTypeOf<Context>()
        return `'nonce-${ctx.state.cspNonce}'`
      },
    ],
  },
})

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
// @ts-expect-error -- Koa has one argument
cspMiddleware((_req, _res) => policy)
// @ts-expect-error -- a policy is not a text
cspMiddleware({ enforce: "default-src 'self'" })
// @ts-expect-error -- an unknown option
cspMiddleware(policy, { reportOnly: true })
// @ts-expect-error -- our shape is not for the drop-in
contentSecurityPolicy({ enforce: policy })
