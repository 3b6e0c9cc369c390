/** The middleware for bare node:http and Connect. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Policies } from '@cusp/core'
import type { HelmetOptions } from '@cusp/core/helmet'
import { createApply } from './apply.ts'
import type { ConnectMiddleware } from './connect.ts'
import { createConnectMiddleware } from './connect.ts'
import type { DropIn } from './drop-in.ts'
import { createDropIn } from './drop-in.ts'
import type { CspInput } from './input/input.ts'
import type { CspOptions } from './input/options.ts'

/**
 * Sends a policy with every response of a Connect app or a bare node:http server. The headers are
 * set when `next` is called (or when the call returns; when its promise resolves where the input is
 * asynchronous).
 *
 * @example
 * ```ts
 * import { IncomingMessage, ServerResponse } from 'node:http'
 * import { Socket } from 'node:net'
 * import { csp, SELF } from '@cusp/core'
 * import { cspMiddleware } from '@cusp/node'
 *
 * const addPolicy = cspMiddleware(csp().defaultSrc(SELF))
 * const req = new IncomingMessage(new Socket())
 * const res = new ServerResponse(req)
 * addPolicy(req, res)
 * res.getHeader('Content-Security-Policy') // => default-src 'self'
 * ```
 *
 * @param input a policy, a Delivery, `{ enforce, reportOnly }`, a function of the request, or
 *   nothing for the strict preset
 * @throws CspError `ERR_CSP_INPUT` for any other shape, and as `deliver` does
 */
export function cspMiddleware(
  input?: Policies | HelmetOptions<IncomingMessage, ServerResponse>,
  options?: CspOptions,
): ConnectMiddleware
export function cspMiddleware(
  input?: CspInput<[req: IncomingMessage, res: ServerResponse]>,
  options?: CspOptions,
): ConnectMiddleware
export function cspMiddleware(input?: unknown, options?: CspOptions): ConnectMiddleware {
  return createConnectMiddleware(createApply(input, options), noLocals)
}

/**
 * The drop-in for `helmet.contentSecurityPolicy(options)`: helmet's options only. Without options
 * it sends helmet's defaults.
 *
 * @example
 * ```ts
 * import { IncomingMessage, ServerResponse } from 'node:http'
 * import { Socket } from 'node:net'
 * import { contentSecurityPolicy } from '@cusp/node'
 *
 * const directives = { defaultSrc: ["'self'"] }
 * const req = new IncomingMessage(new Socket())
 * const res = new ServerResponse(req)
 * contentSecurityPolicy({ useDefaults: false, directives })(req, res)
 * res.getHeader('Content-Security-Policy') // => default-src 'self'
 * ```
 *
 * @throws CspError where helmet throws, with helmet's message in it, and for options that helmet
 *   would silently ignore
 */
export const contentSecurityPolicy: DropIn<ConnectMiddleware> = createDropIn((apply) =>
  createConnectMiddleware(apply, noLocals),
)

function noLocals(): undefined {
  return undefined
}
