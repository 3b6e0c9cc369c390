/** What is done just before the head of a response is written: status, content type and caching are known only then. */

import type { Delivery } from '@cusp/core'
import { warnWhenCached } from './caching.ts'
import { isDocument } from './document.ts'
import type { Response } from './exchange.ts'
import type { ResponseContext } from './response-context.ts'
import { withoutNonce } from './unread.ts'

/** `writeHead` of any protocol. */
export type WriteHead = (this: Response, ...args: unknown[]) => Response

/** Does what there is to do before the head, once, and goes on with the `writeHead` that was there. */
export function beginHead(
  context: ResponseContext,
  original: WriteHead,
  args: unknown[],
): Response {
  const { res } = context
  if (context.hasBegun) return original.apply(res, args)
  context.hasBegun = true
  for (const { name, value } of context.kept ?? []) {
    if (!res.hasHeader(name)) res.setHeader(name, value)
  }
  settle(context, Number(args[0]), args.at(-1))
  try {
    return original.apply(res, args)
  } catch (error) {
    // A refused status or header: nothing was written, the error page still needs its policy.
    context.hasBegun = res.headersSent
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
  else if (statusCode === 304) rewriteNonceHeaders(context, undefined)
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
