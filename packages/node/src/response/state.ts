/** What is kept of one response until its head is written: its parts, each with an owner. */

import type { CheckedSources, Delivery, ListDirective, SourceInput } from '@cusp/core'
import type { Response } from '../input/http-exchange.ts'
import type { StaticInput } from '../input/input.ts'
import type { Settings } from '../input/options.ts'
import type { ResponseNonce } from './nonce.ts'
import type { OwnHeader, OwnHeaders } from './own-headers.ts'

/** The policy of one response; `res.locals.csp`, `ctx.state.csp`, or `getCsp(res)`. */
export interface CspContext {
  /**
   * The nonce of this response.
   *
   * @throws CspError `ERR_CSP_HEADERS_SENT` when it is read for the first time after the headers
   *   were sent without it (`nonce: 'when-read'`)
   */
  readonly nonce: string
  /** ` nonce="…"`, to stand right behind a tag's name. */
  readonly nonceAttr: string
  /** The policies of this response. */
  readonly delivery: Delivery

  /**
   * Allows more in every policy of this response, and takes nothing away: see `Policy.allow`.
   *
   * @throws CspError `ERR_CSP_HEADERS_SENT`, `ERR_CSP_HEADER_REPLACED` when a handler has changed
   *   our header itself, and as `Policy.allow` does
   */
  allow<const Sources extends readonly SourceInput[]>(
    directive: ListDirective,
    ...sources: CheckedSources<Sources>
  ): void

  /**
   * Replaces all policies of this response and their endpoints; the nonce stays.
   *
   * @throws CspError as `allow` and `cspMiddleware` do
   */
  replace(input: StaticInput): void

  /**
   * Removes all policies and their endpoints from this response.
   *
   * @throws CspError as `allow` does
   */
  remove(): void
}

/** `writeHead` of any protocol. */
export type WriteHead = (this: Response, ...args: unknown[]) => Response

/** The head of a response that calls us before it is written. */
export interface WatchedHead {
  /** Whether the head is being written, or has been. */
  hasBegun: boolean
  /** Headers that must survive a framework's error handler. */
  toKeep: readonly OwnHeader[]
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
  /** Undefined where nothing has to be done before the head. */
  head: WatchedHead | undefined
}
