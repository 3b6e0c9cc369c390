/** The place on a response where its context is kept. */

import type { ResponseContext } from './response-context.ts'
import type { Response } from './exchange.ts'

const CONTEXT: unique symbol = Symbol.for('@cusp/node.context')

type ResponseWithContext = Response & { [CONTEXT]?: ResponseContext }

/** The context of a response, or undefined when no middleware has run on it. */
export function contextOf(res: Response): ResponseContext | undefined {
  return (res as ResponseWithContext)[CONTEXT]
}

/** Keeps the context with its response; an own property, for a WeakMap costs more. */
export function keepContext(res: Response, context: ResponseContext): void {
  ;(res as ResponseWithContext)[CONTEXT] = context
}
