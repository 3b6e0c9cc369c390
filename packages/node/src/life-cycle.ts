/** What must be decided just before the head of a response is written: status, content type and caching are known only then. */

import type { Delivery } from '@cusp/core'
import { warnWhenCached } from './caching.ts'
import { isDocument } from './document.ts'
import type { Response } from './exchange.ts'
import type { ResponseContext } from './response-context.ts'
import { contextOf } from './slot.ts'
import { withoutNonce } from './unread.ts'

/** Has `writeHead` call back once; it is one function for all responses, the context knows what was there before. */
export function watchHead(context: ResponseContext): void {
  if (context.writeHead !== undefined) return
  const { res } = context
  context.writeHead = res.writeHead
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

function writeHead(this: Response, statusCode: number, ...rest: readonly unknown[]): Response {
  const context = contextOf(this) as ResponseContext
  const original = context.writeHead as (...list: readonly unknown[]) => Response
  if (context.hasBegun) return original.call(this, statusCode, ...rest)
  context.hasBegun = true
  for (const { name, value } of context.kept ?? []) {
    if (!this.hasHeader(name)) this.setHeader(name, value)
  }
  settle(context, statusCode, rest.at(-1))
  try {
    return original.call(this, statusCode, ...rest)
  } catch (error) {
    // A refused status or header: nothing was written, the error page still needs its policy.
    context.hasBegun = this.headersSent
    throw error
  }
}

/** `headers` are those given to writeHead: an object, a list of names and values, or (a reason phrase) neither. */
function settle(context: ResponseContext, statusCode: number, headers: unknown): void {
  if (context.isRemoved) return
  const { res, settings, delivery } = context
  if (settings.onlyDocuments && !isDocument(res, headers)) context.takeOff()
  else if (!delivery.usesNonce && !context.written().some(({ hasNonce }) => hasNonce)) return
  // A cache would put the new nonce's header beside the old body.
  else if (Number(statusCode) === 304) rewriteNonceHeaders(context, undefined)
  else if (settings.isLazy && !context.isRead) rewriteNonceHeaders(context, withoutNonce(delivery))
  else warnWhenCached(res, headers, settings)
}

/** Puts the headers of another delivery in place of those that carry the nonce and are still ours. */
function rewriteNonceHeaders(context: ResponseContext, instead: Delivery | undefined): void {
  for (const { name, hasNonce } of context.stillOurs()) {
    if (!hasNonce) continue
    const template = instead?.templates.find((other) => other.name === name)
    if (template === undefined) context.res.removeHeader(name)
    else context.res.setHeader(name, template.pieces[0] as string)
  }
}
