/**
 * The place where the context of a response is kept, so that no handler loses it: the list of its
 * request's raw headers, which only Node writes.
 *
 * Express changes the prototype of every request and response. V8 up to Node 22 then makes a hidden
 * class for each property that is added to one, which takes longer than all the rest (bench:
 * nonce-express). An array has a class of its own, and a WeakMap is slower too (bench: nonce).
 */

import { CspError } from '@cusp/core'
import type { Locals, Response } from '../input/http-exchange.ts'
import type { CspContext } from '../input/csp-context.ts'
import type { ResponseState } from './state.ts'

const CONTEXT: unique symbol = Symbol.for('@cusp/node.context')

/** What keeps a context. */
export interface ContextPlace {
  [CONTEXT]?: ResponseState
}

/** A response as frameworks and mocks make it. */
interface ResponseLike extends ContextPlace {
  readonly req?: { readonly rawHeaders?: ContextPlace }
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
  return placeOf(res)[CONTEXT]
}

/**
 * Returns what keeps the context of this response, or is to keep it. A request with a second
 * response keeps the context of the first one; a mock may have no request.
 */
export function placeOf(res: Response): ContextPlace {
  const own = res as ResponseLike
  const list = own.req?.rawHeaders
  if (list === undefined) return own
  const kept = list[CONTEXT]
  return kept === undefined || kept.res === res ? list : own
}

/** Returns the context that is kept there. */
export function readPlace(place: ContextPlace): ResponseState | undefined {
  return place[CONTEXT]
}

/** Keeps a context there. */
export function keepContext(place: ContextPlace, context: ResponseState): void {
  place[CONTEXT] = context
}

/**
 * Shows a context to views and handlers as `csp`.
 *
 * @throws CspError `ERR_CSP_INPUT` for an object that shows the context of another response
 */
export function showContext(locals: Locals, context: ResponseState): void {
  const shown = locals['csp'] as ResponseState | null | undefined
  if (shown?.isCspContext === true && shown.res !== context.res) {
    const message =
      'Cannot show the policy to the views: another response uses the same object for its values. Use a new object for each response instead.'
    throw new CspError('ERR_CSP_INPUT', message)
  }
  locals['csp'] = context
}
