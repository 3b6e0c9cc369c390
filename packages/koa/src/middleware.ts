/** The middleware for Koa 2 and 3: a translation of Koa's context to `@cusp/node`. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HelmetOptions } from '@cusp/core/helmet'
import type { Apply, CspContext, CspInput, CspOptions, DropIn } from '@cusp/node'
import { createApply, createDropIn, keepHeaders } from '@cusp/node'
import type { Context, Middleware, Next } from 'koa'

/** helmet's options, whose functions also get `ctx`. */
type KoaHelmetOptions = HelmetOptions<IncomingMessage, ServerResponse, [ctx: Context]>

/** The mark of an `onerror` of ours. */
const KEEPS: unique symbol = Symbol.for('@cusp/koa.keeps')

declare module 'koa' {
  /** What the middleware adds to `ctx.state`. */
  interface DefaultState {
    /** The policy of this response: its nonce, and `allow`, `replace`, `remove`. */
    csp: CspContext
    /** The nonce as plain text, for templates; absent where no policy uses one. */
    cspNonce: string
  }
}

/**
 * Ships a policy on every response: `app.use(cspMiddleware(policy))`. The nonce of the response is
 * `ctx.state.cspNonce`; `ctx.state.csp` edits the policy until the headers are sent. Error responses keep the policy.
 *
 * @param input a policy, a Delivery, `{ enforce, reportOnly }`, helmet's `{ directives }`, a function of `ctx`, sync or async, that
 *   returns one of these but helmet's, or nothing for the strict preset
 * @throws CspError `ERR_CSP_INPUT` for any other shape, and as `deliver` does; what goes wrong in a request is thrown there
 */
export function cspMiddleware(
  input?: CspInput<[ctx: Context], KoaHelmetOptions>,
  options?: CspOptions,
): Middleware {
  return createMiddleware(createApply(input, options))
}

/**
 * The drop-in for koa-helmet's `contentSecurityPolicy(options)`: helmet's options only, and nothing means helmet's defaults.
 * Directive functions get `(ctx.req, ctx.res, ctx)`.
 *
 * @throws CspError where helmet throws, with helmet's message in it, and for options that helmet would silently ignore
 */
export const contentSecurityPolicy: DropIn<Middleware, KoaHelmetOptions> =
  createDropIn(createMiddleware)

function createMiddleware(apply: Apply): Middleware {
  return function csp(ctx, next) {
    const pending = apply({ req: ctx.req, res: ctx.res, locals: ctx.state, context: ctx })
    if (!keepsPolicy(ctx)) keepPolicyOnError(Object.getPrototypeOf(ctx) as Context)
    return pending === undefined ? next() : afterwards(pending, next)
  }
}

async function afterwards(pending: Promise<void>, next: Next): Promise<unknown> {
  await pending
  return next()
}

type OnError = ((this: Context, error: Error) => void) & { readonly [KEEPS]?: true }

/** A handler's own `onerror` on one context is left alone. */
function keepsPolicy(ctx: Context): boolean {
  return (ctx.onerror as OnError)[KEEPS] === true || Object.hasOwn(ctx, 'onerror')
}

/**
 * Koa's own handler removes every header of a failed response; ours come back just before they are sent. Set once, on the
 * prototype of the app's contexts: on each of them it would cost 0.1 µs.
 */
function keepPolicyOnError(contexts: Context): void {
  const { onerror: original } = contexts as { readonly onerror: OnError }
  function onerror(this: Context, error: Error): void {
    // Koa also calls it, with null, when a response has ended well.
    if (error !== null) keepHeaders(this.res)
    original.call(this, error)
  }
  contexts.onerror = Object.assign(onerror, { [KEEPS]: true as const })
}
