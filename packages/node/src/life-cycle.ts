/** How `writeHead` calls back once for each response. */

import type { Response } from './exchange.ts'
import { isFrameworkWatched } from './framework.ts'
import type { WriteHead } from './head.ts'
import { beginHead } from './head.ts'
import type { ResponseContext } from './response-context.ts'
import { contextOf } from './slot.ts'

/** Has `writeHead` call back once; it is one function for all responses, the context knows what was there before. */
export function watchHead(context: ResponseContext): void {
  if (context.writeHead !== undefined) return
  const { res } = context
  const current = res.writeHead as WriteHead
  context.writeHead = current
  if (context.isKeptInLocals && isFrameworkWatched(res, current)) return
  res.writeHead = writeHead as Response['writeHead']
}

/**
 * Brings our headers back, just before the head is written, when a framework's error handler removes them all. Headers that
 * are not ours any more when this is called stay as they are.
 */
export function keepHeaders(res: Response): void {
  const context = contextOf(res)
  if (context === undefined || context.isRemoved || res.headersSent) return
  context.kept = context.stillOurs()
  watchHead(context)
}

function writeHead(this: Response, ...args: unknown[]): Response {
  const context = contextOf(this) as ResponseContext
  return beginHead(context, context.writeHead as WriteHead, args)
}
