/** What is kept of one response until its head is written: its parts, each with an owner. */

import type { Delivery } from '@cusp/core'
import type { CspContext } from '../input/csp-context.ts'
import type { Response } from '../input/http-exchange.ts'
import type { Settings } from '../input/options.ts'
import type { ResponseNonce } from './nonce.ts'
import type { OwnHeader, OwnHeaders } from './own-headers.ts'

/** `writeHead` of any protocol. */
export type WriteHead = (this: Response, ...args: unknown[]) => Response

/** The head of a response that calls us before it is written. */
export interface WatchedHead {
  /** Whether the head is being written, or has been. */
  hasBegun: boolean
  /** Headers that must survive a framework's error handler. */
  toKeep: readonly OwnHeader[]
}

/** What a page took as its meta tag. */
export interface WrittenMeta {
  readonly text: string
  /** All that the response has to enforce and to report. */
  readonly whole: Delivery
  /** What the header carries beside the tag. */
  readonly header: Delivery
}

/** One response: what the user sees of it, and its parts. */
export interface ResponseState extends CspContext {
  /**
   * Marks the contexts of this package, also of another copy of it. An application may put anything
   * in their place.
   */
  readonly isCspContext: true
  readonly res: Response
  /** The settings of the innermost middleware. */
  readonly settings: Settings
  readonly ownHeaders: OwnHeaders
  /** Undefined where no nonce was needed. */
  readonly ownNonce: ResponseNonce | undefined
  /** Undefined where no tag was asked for. */
  readonly meta: WrittenMeta | undefined
  /** Undefined where nothing has to be done before the head. */
  head: WatchedHead | undefined
}
