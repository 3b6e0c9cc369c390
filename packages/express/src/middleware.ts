/** The middleware for Express 4 and 5: a translation of Express's objects to `@cusp/node`. */

import type { HelmetOptions } from '@cusp/core/helmet'
import type { CspContext, CspInput, CspOptions, DropIn, Locals } from '@cusp/node'
import { createApply, createConnectMiddleware, createDropIn } from '@cusp/node'
import type { Request, RequestHandler, Response } from 'express'

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- how @types/express lets locals be extended
  namespace Express {
    /** What the middleware adds to `res.locals`. */
    interface Locals {
      /** The policy of this response: its nonce, and `allow`, `replace`, `remove`. */
      csp: CspContext
      /** The nonce as plain text, for templates; absent where no policy uses one. */
      cspNonce: string
    }
  }
}

/**
 * Ships a policy on every response: `app.use(cspMiddleware(policy))`. The nonce of the response is
 * `res.locals.cspNonce`; `res.locals.csp` edits the policy until the headers are sent.
 *
 * @param input a policy, a Delivery, `{ enforce, reportOnly }`, helmet's `{ directives }`, a function of `(req, res)`, sync or
 *   async, that returns one of these but helmet's, or nothing for the strict preset
 * @throws CspError `ERR_CSP_INPUT` for any other shape, and as `deliver` does; what goes wrong in a request goes to `next(err)`
 */
export function cspMiddleware(
  input?: CspInput<[req: Request, res: Response], HelmetOptions<Request, Response>>,
  options?: CspOptions,
): RequestHandler {
  return createConnectMiddleware(createApply(input, options), localsOf) as RequestHandler
}

/**
 * The drop-in for `helmet.contentSecurityPolicy(options)`: helmet's options only, and nothing means helmet's defaults.
 *
 * @throws CspError where helmet throws, with helmet's message in it, and for options that helmet would silently ignore
 */
export const contentSecurityPolicy: DropIn<
  RequestHandler,
  HelmetOptions<Request, Response>
> = createDropIn((apply) => createConnectMiddleware(apply, localsOf) as RequestHandler)

function localsOf(res: object): Locals | undefined {
  return (res as { readonly locals?: Locals }).locals
}
