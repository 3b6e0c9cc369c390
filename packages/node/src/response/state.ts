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
   * The nonce of this response. A policy holds it where it says NONCE; a nonce that no policy holds
   * allows nothing, and its read is warned of.
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
   * The meta tag of this response, for `deliver: 'meta'`: every enforced policy with the nonce and
   * with what was allowed so far. It stands first in the head of the page. The policy is settled by
   * this: later edits throw. It is empty where no policy of ours is left for a tag: after `remove`,
   * when a handler has changed our header itself, and for report-only policies.
   *
   * @throws CspError `ERR_CSP_INPUT` without `deliver: 'meta'`, `ERR_CSP_HEADERS_SENT` when it is
   *   first called after the headers were sent, and as `Policy.toMeta` does
   */
  toMeta(): string

  /**
   * Allows more in every policy of this response, and takes nothing away: see `Policy.allow`.
   *
   * @throws CspError `ERR_CSP_HEADERS_SENT`, `ERR_CSP_META_WRITTEN` after `toMeta`,
   *   `ERR_CSP_HEADER_REPLACED` when a handler has changed our header itself, and as `Policy.allow`
   *   does
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
