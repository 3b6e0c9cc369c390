/**
 * What is done just before the head of a response is written: status, type and caching are known
 * only then.
 */

import type { Response } from '../input/http-exchange.ts'
import { withoutNonce } from '../input/without-nonce.ts'
import type { ResponseState, WatchedHead, WriteHead } from '../response/state.ts'
import { warnWhenCached } from './caching.ts'
import { needsNoPolicy } from './document.ts'
import type { SentHead } from './head-arguments.ts'
import { readHeadArguments } from './head-arguments.ts'
import { keepEndpoints } from './keep-endpoints.ts'
import { leaveOutMeta } from './leave-out-meta.ts'
import { warnOfUselessNonce } from './useless-nonce.ts'

/** Settles our headers, once, and goes on with the `writeHead` that was there. */
export function beginHead(state: ResponseState, original: WriteHead, args: unknown[]): Response {
  const { res } = state
  const head = state.head as WatchedHead
  if (head.hasBegun) return original.apply(res, args)
  head.hasBegun = true
  for (const { name, value } of head.toKeep) {
    if (!res.hasHeader(name)) res.setHeader(name, value)
  }
  if (state.ownHeaders.isSet) settle(state, readHeadArguments(res, args))
  try {
    return original.apply(res, args)
  } catch (error) {
    // A refused status or header: nothing was written, and the error page still needs its policy.
    head.hasBegun = res.headersSent
    throw error
  }
}

function settle(state: ResponseState, head: SentHead): void {
  const { ownHeaders, ownNonce, settings } = state
  if (settings.onlyDocuments && needsNoPolicy(head)) return ownHeaders.remove()
  warnOfUselessNonce(state, head)
  const isNonceOurs = ownHeaders.haveNonce()
  if (state.meta !== undefined) leaveOutMeta(state, state.meta, head)
  keepEndpoints(state, head)
  if (!isNonceOurs) return
  // A cache would put the new nonce's header beside the old body.
  if (head.statusCode === 304) ownHeaders.replaceNonceHeaders(undefined)
  else if (settings.isLazy && ownNonce?.isUsed !== true) {
    ownHeaders.replaceNonceHeaders(withoutNonce(ownHeaders.delivery))
  } else warnWhenCached(state, head)
}
