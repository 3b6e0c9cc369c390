/** The middleware for Express 4 and 5: a translation of Express's objects to `@cusp/node`. */

import type { HelmetOptions } from '@cusp/core/helmet'
import type { CspContext, CspInput, CspOptions, DropIn } from '@cusp/node'
import type { Locals } from '@cusp/node/adapter'
import { createApply, createConnectMiddleware, createDropIn } from '@cusp/node/adapter'
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
 * Sends a policy with every response: `app.use(cspMiddleware(policy))`. The nonce of the response
 * is `res.locals.cspNonce`; `res.locals.csp` edits the policy until the headers are sent.
 *
 * @example
 * ```ts
 * import { NONCE, csp, SELF } from '@cusp/core'
 * import { cspMiddleware } from '@cusp/express'
 * import express from 'express'
 *
 * const app = express()
 * app.use(cspMiddleware(csp().defaultSrc(SELF).scriptSrc(NONCE)))
 * app.get('/', (req, res) => {
 *   res.send(`<script nonce="${res.locals.cspNonce}">start()</script>`)
 * })
 * app.get('/map', (req, res) => {
 *   res.locals.csp.allow('img-src', 'https://tiles.example')
 *   res.send('<!doctype html><title>Map</title>')
 * })
 * ```
 *
 * @param input a policy, a Delivery, `{ enforce, reportOnly }`, helmet's `{ directives }`, a
 *   function of `(req, res)`, sync or async, that returns one of these but helmet's, or nothing for
 *   the strict preset
 * @throws CspError `ERR_CSP_INPUT` for any other shape, and as `deliver` does; what goes wrong in a
 *   request goes to `next(err)`
 */
export function cspMiddleware(
  input?: CspInput<[req: Request, res: Response], HelmetOptions<Request, Response>>,
  options?: CspOptions,
): RequestHandler {
  return createConnectMiddleware(createApply(input, options), localsOf) as RequestHandler
}

/**
 * The drop-in for `helmet.contentSecurityPolicy(options)`: helmet's options only. Without options
 * it sends helmet's defaults.
 *
 * @example
 * ```ts
 * import { contentSecurityPolicy } from '@cusp/express'
 * import express from 'express'
 *
 * const app = express()
 * app.use(contentSecurityPolicy({ directives: { scriptSrc: ["'self'", 'cdn.example.com'] } }))
 * ```
 *
 * @throws CspError where helmet throws, with helmet's message in it, and for options that helmet
 *   would silently ignore
 */
export const contentSecurityPolicy: DropIn<
  RequestHandler,
  HelmetOptions<Request, Response>
> = createDropIn((apply) => createConnectMiddleware(apply, localsOf) as RequestHandler)

function localsOf(res: object): Locals | undefined {
  return (res as { readonly locals?: Locals }).locals
}
