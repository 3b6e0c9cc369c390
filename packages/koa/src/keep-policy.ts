/** Koa's error handler removes every header of a failed response; ours come back. */

import { keepHeaders } from '@cusp/node/adapter'
import type { Context } from 'koa'

/** Marks an `onerror` of ours. */
const KEEPS_POLICY: unique symbol = Symbol.for('@cusp/koa.keeps')

type OnError = ((this: Context, error: Error) => void) & { readonly [KEEPS_POLICY]?: true }

/**
 * Has the app of this context keep our headers on errors. `onerror` is wrapped once, on the
 * prototype of the app's contexts. One that a handler has set on its own context is left alone.
 */
export function keepPolicyOnError(ctx: Context): void {
  const { onerror: original } = ctx as { readonly onerror: OnError }
  if (original[KEEPS_POLICY] === true || Object.hasOwn(ctx, 'onerror')) return
  function onerror(this: Context, error: Error): void {
    // Koa also calls it, with null, when a response has ended well.
    if (error !== null) keepHeaders(this.res)
    original.call(this, error)
  }
  const contexts = Object.getPrototypeOf(ctx) as Context
  contexts.onerror = Object.assign(onerror, { [KEEPS_POLICY]: true as const })
}
