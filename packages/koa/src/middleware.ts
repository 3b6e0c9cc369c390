/** The middleware for Koa 2 and 3: a translation of Koa's context to `@cusp/node`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Policies } from '@cusp/core'
import type { HelmetOptions } from '@cusp/core/helmet'
import type { CspContext, CspInput, CspOptions, DropIn } from '@cusp/node'
import type { Apply } from '@cusp/node/adapter'
import { createApply, createDropIn } from '@cusp/node/adapter'
import type { Context, Middleware } from 'koa'
import { keepPolicyOnError } from './keep-policy.ts'

/** helmet's options, whose functions also get `ctx`. */
type KoaHelmetOptions = HelmetOptions<IncomingMessage, ServerResponse, [ctx: Context]>

declare module 'koa' {
  /** What the middleware adds to `ctx.state`. */
  interface DefaultState {
    /** The policy of this response: its nonce, and `allow`, `replace`, `remove`. */
    csp: CspContext
    /** The nonce as plain text, for templates; absent where no policy says NONCE. */
    cspNonce: string | undefined
  }
}

/**
 * Sends a policy with every response: `app.use(cspMiddleware(policy))`. The nonce of the response
 * is `ctx.state.cspNonce`; `ctx.state.csp` edits the policy until the headers are sent. Error
 * responses keep the policy.
 *
 * @example
 * ```ts
 * import { NONCE, csp, SELF } from '@cusp/core'
 * import { cspMiddleware } from '@cusp/koa'
 * import Koa from 'koa'
 *
 * const app = new Koa()
 * app.use(cspMiddleware(csp().defaultSrc(SELF).scriptSrc(NONCE)))
 * app.use((ctx) => {
 *   if (ctx.path === '/map') ctx.state.csp.allow('img-src', 'https://tiles.example')
 *   ctx.body = `<script nonce="${ctx.state.cspNonce}">start()</script>`
 * })
 * ```
 *
 * @param input a policy, a Delivery, `{ enforce, reportOnly }`, helmet's `{ directives }`, a
 *   function of `ctx`, sync or async, that returns one of these but helmet's, or nothing for the
 *   strict preset
 * @throws CspError `ERR_CSP_INPUT` for any other shape, and as `deliver` does; what goes wrong in a
 *   request is thrown there
 */
export function cspMiddleware(input?: Policies | KoaHelmetOptions, options?: CspOptions): Middleware
export function cspMiddleware(
  input?: CspInput<[ctx: Context], KoaHelmetOptions>,
  options?: CspOptions,
): Middleware
export function cspMiddleware(input?: unknown, options?: CspOptions): Middleware {
  return createMiddleware(createApply(input, options))
}

/**
 * The drop-in for koa-helmet's `contentSecurityPolicy(options)`: helmet's options only. Without
 * options it sends helmet's defaults. Directive functions get `(ctx.req, ctx.res, ctx)`.
 *
 * @example
 * ```ts
 * import { contentSecurityPolicy } from '@cusp/koa'
 * import Koa from 'koa'
 *
 * const app = new Koa()
 * app.use(
 *   contentSecurityPolicy({
 *     directives: { connectSrc: ["'self'", (req, res, ctx) => `wss://${ctx.host}`] },
 *   }),
 * )
 * ```
 *
 * @throws CspError where helmet throws, with helmet's message in it, and for options that helmet
 *   would silently ignore
 */
export const contentSecurityPolicy: DropIn<Middleware, KoaHelmetOptions> =
  createDropIn(createMiddleware)

function createMiddleware(apply: Apply): Middleware {
  return function csp(ctx, next) {
    const pending = apply({ req: ctx.req, res: ctx.res, locals: ctx.state, context: ctx })
    keepPolicyOnError(ctx)
    return pending === undefined ? next() : pending.then(() => next())
  }
}
