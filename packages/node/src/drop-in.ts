/** The drop-in for `helmet.contentSecurityPolicy`, for whatever a framework calls a middleware. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HelmetOptions } from '@cusp/core/helmet'
import { dangerouslyDisableDefaultSrc, fromHelmet, getDefaultDirectives } from '@cusp/core/helmet'
import type { Apply } from './apply-with.ts'
import { createApply } from './apply.ts'
import type { AdapterWords } from './input/options.ts'

/**
 * `contentSecurityPolicy`, with the two properties that helmet's has. `Options` are helmet's
 * options.
 */
export interface DropIn<
  Middleware,
  Options = HelmetOptions<IncomingMessage, ServerResponse>,
> extends DropInProperties {
  (options?: Options): Middleware
}

/** The properties of `contentSecurityPolicy`. */
interface DropInProperties {
  /** helmet's default directives, a fresh copy for each call. */
  readonly getDefaultDirectives: typeof getDefaultDirectives
  /** As the value of `defaultSrc`: no default-src. */
  readonly dangerouslyDisableDefaultSrc: typeof dangerouslyDisableDefaultSrc
}

const PROPERTIES: DropInProperties = { getDefaultDirectives, dangerouslyDisableDefaultSrc }

/**
 * Makes `contentSecurityPolicy` of a function that makes a middleware.
 *
 * @example
 * ```ts
 * import { createConnectMiddleware, createDropIn } from '@cusp/node/adapter'
 *
 * const contentSecurityPolicy = createDropIn((apply) => {
 *   return createConnectMiddleware(apply, () => undefined)
 * })
 * contentSecurityPolicy.getDefaultDirectives()['object-src'] // => 'none'
 * ```
 */
export function createDropIn<Middleware, Options extends HelmetOptions<never, never, never>>(
  createMiddleware: (apply: Apply) => Middleware,
  names?: { readonly words: AdapterWords },
): DropIn<Middleware, Options> {
  function contentSecurityPolicy(options?: Options): Middleware {
    return createMiddleware(createApply(fromHelmet(options), undefined, names))
  }
  return Object.assign(contentSecurityPolicy, PROPERTIES)
}
