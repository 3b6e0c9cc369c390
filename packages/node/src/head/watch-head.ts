/** Sees to it that a response calls us once before its head is written. */

import type { Response } from '../input/http-exchange.ts'
import { contextOf } from '../response/contexts.ts'
import type { OwnHeader } from '../response/own-headers.ts'
import type { ResponseState, WatchedHead, WriteHead } from '../response/state.ts'
import { beginHead } from './begin-head.ts'
import { callsBack, watchFramework } from './framework.ts'

const NONE: readonly OwnHeader[] = []

/** Has `writeHead` of this response call {@link beginHead}. */
export function watchHead(state: ResponseState): void {
  if (state.head !== undefined) return
  const { res } = state
  const original = res.writeHead as WriteHead
  state.head = { hasBegun: false, toKeep: NONE }
  if (callsBack(original) || watchFramework(res)) return
  function writeHead(this: Response, ...args: unknown[]): Response {
    return beginHead(state, original, args)
  }
  res.writeHead = writeHead as Response['writeHead']
}

/**
 * Brings our headers back, just before the head is written, when a framework's error handler
 * removes all headers. Headers that are not ours any more when this is called stay as they are.
 */
export function keepHeaders(res: Response): void {
  const state = contextOf(res)
  if (state === undefined || !state.ownHeaders.isSet || res.headersSent) return
  watchHead(state)
  const head = state.head as WatchedHead
  head.toKeep = state.ownHeaders.listUnchanged()
}
