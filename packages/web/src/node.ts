/** The same on Node, where a framework clones Requests: the policy is found without one. */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Policies } from '@cusp/core'
import type { CspContext } from '@cusp/node/portable'
import type { CspInput, CspOptions, Fetch } from './csp.ts'
import { withCsp as wrap } from './csp.ts'
import { exchangeOf, policyOf } from './exchange.ts'

export type { CspInput, CspOptions, CspStep, Fetch, WebHelmetOptions } from './csp.ts'
export { beginCsp } from './csp.ts'
export type { CspContext, CspWarning } from '@cusp/node/portable'

const requests = new AsyncLocalStorage<Request>()

/**
 * Wraps a server as `withCsp` of `@cusp/web` does. Whatever it calls finds its policy with
 * `getCsp()`, also where the framework has replaced the Request.
 *
 * @example
 * ```ts
 * import { csp, NONCE } from '@cusp/web'
 * import { getCsp, withCsp } from '@cusp/web/node'
 *
 * const fetch = withCsp(() => new Response(getCsp().nonce), csp().scriptSrc(NONCE))
 * const response = await fetch(new Request('https://shop.example/'))
 * const nonce = await response.text()
 * response.headers.get('Content-Security-Policy') === `script-src 'nonce-${nonce}'` // => true
 * ```
 *
 * @throws CspError as `withCsp` of `@cusp/web` does
 */
export function withCsp<Args extends readonly unknown[]>(
  fetch: Fetch<Args>,
  input?: Policies | CspInput,
  options?: CspOptions,
): (request: Request, ...rest: Args) => Promise<Response> {
  const run: Fetch<Args> = (request, ...rest) =>
    requests.run(request, () => fetch(request, ...rest))
  return wrap(typeof fetch === 'function' ? run : fetch, input, options)
}

/**
 * Returns the policy of a Request's response; without a Request that of the one that is being
 * answered.
 *
 * @example
 * ```ts
 * import { csp } from '@cusp/web'
 * import { getCsp, withCsp } from '@cusp/web/node'
 *
 * const fetch = withCsp(() => {
 *   getCsp().remove()
 *   return new Response()
 * }, csp().defaultSrc("'self'"))
 * const { headers } = await fetch(new Request('https://shop.example/'))
 * headers.has('Content-Security-Policy') // => false
 * ```
 *
 * @throws CspError `ERR_CSP_INPUT` outside of `withCsp` and `beginCsp`
 */
export function getCsp(request?: Request): CspContext {
  const known = request === undefined ? undefined : exchangeOf(request)
  const current = requests.getStore()
  return policyOf(known ?? (current === undefined ? undefined : exchangeOf(current)))
}
