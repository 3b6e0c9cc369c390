/**
 * The place where the context of a response is kept: the response itself or, in Express,
 * `res.locals.csp`.
 *
 * Express changes the prototype of every response. V8 up to Node 22 then makes a hidden class for
 * each property that is added to such a response, which takes longer than all the rest (bench:
 * nonce-express). Node 24 does not do that.
 */

import { CspError } from '@cusp/core'
import type { HttpExchange, Locals, Response } from '../input/http-exchange.ts'
import type { CspContext, ResponseState } from './state.ts'

const CONTEXT: unique symbol = Symbol.for('@cusp/node.context')

type ResponseWithContext = Response & {
  [CONTEXT]?: ResponseState
  readonly locals?: Locals | null
}

/**
 * Returns the context of a response that went through `cspMiddleware`.
 *
 * @example
 * ```ts
 * import { IncomingMessage, ServerResponse } from 'node:http'
 * import { Socket } from 'node:net'
 * import { csp, NONCE } from '@cusp/core'
 * import { cspMiddleware, getCsp } from '@cusp/node'
 *
 * const req = new IncomingMessage(new Socket())
 * const res = new ServerResponse(req)
 * cspMiddleware(csp().defaultSrc("'self'").scriptSrc(NONCE))(req, res)
 * getCsp(res).allow('img-src', 'https://images.example')
 * getCsp(res).delivery.enforce[0]?.directives.length // => 3
 * ```
 *
 * @throws CspError `ERR_CSP_INPUT` when no `cspMiddleware` has run on it
 */
export function getCsp(res: Response): CspContext {
  const context = contextOf(res)
  if (context !== undefined) return context
  const message =
    'Cannot find the policy of this response: no cspMiddleware has run on it. Use cspMiddleware before this handler.'
  throw new CspError('ERR_CSP_INPUT', message)
}

/** Returns the context of a response, or undefined when no middleware has run on it. */
export function contextOf(res: Response): ResponseState | undefined {
  const { locals } = res as ResponseWithContext
  const inside = locals === undefined || locals === null ? undefined : inLocals(locals)
  return inside ?? (res as ResponseWithContext)[CONTEXT]
}

/**
 * Does the same where it is known who keeps the context: a look at a response of Express is slow
 * too.
 */
export function findContext({
  res,
  locals,
  isKeptInLocals,
}: HttpExchange): ResponseState | undefined {
  if (isKeptInLocals !== true || locals === undefined) return (res as ResponseWithContext)[CONTEXT]
  return inLocals(locals)
}

/**
 * Keeps the context as a property: a WeakMap is slower (bench: nonce). Views and handlers find it
 * as `csp`.
 */
export function keepContext(
  { res, locals, isKeptInLocals }: HttpExchange,
  context: ResponseState,
): void {
  if (isKeptInLocals !== true) (res as ResponseWithContext)[CONTEXT] = context
  if (locals !== undefined) locals['csp'] = context
}

function inLocals({ csp }: Locals): ResponseState | undefined {
  const context = csp as ResponseState | null | undefined
  return context?.isCspContext === true ? context : undefined
}
