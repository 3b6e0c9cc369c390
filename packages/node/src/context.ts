/** What views and handlers see of the policy of their response. */

import type { CheckedSources, Delivery, ListDirective, SourceInput } from '@cusp/core'
import { CspError } from '@cusp/core'
import type { Response } from './exchange.ts'
import type { StaticInput } from './input.ts'
import { contextOf } from './slot.ts'

/** The policy of one response; `res.locals.csp`, `ctx.state.csp`, or `getCsp(res)`. */
export interface CspContext {
  /**
   * The nonce of this response.
   *
   * @throws CspError `ERR_CSP_HEADERS_SENT` when it is read for the first time after a lazy nonce left the header
   */
  readonly nonce: string
  /** ` nonce="…"`, to stand right behind a tag's name. */
  readonly nonceAttr: string
  /** The policies of this response. */
  readonly delivery: Delivery

  /**
   * Allows more in every policy of this response, and takes nothing away: see `Policy.allow`.
   *
   * @throws CspError `ERR_CSP_HEADERS_SENT`, `ERR_CSP_HEADER_REPLACED` when a handler has changed our header itself, and
   *   as `Policy.allow` does
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
   * Takes all policies and their endpoints off this response.
   *
   * @throws CspError as `allow` does
   */
  remove(): void
}

/**
 * The context of a response that went through `cspMiddleware`.
 *
 * @throws CspError `ERR_CSP_INPUT` when none did
 */
export function getCsp(res: Response): CspContext {
  const context = contextOf(res)
  if (context !== undefined) return context
  const message =
    'Cannot find the policy of this response: no cspMiddleware has run on it, expected one before this handler'
  throw new CspError('ERR_CSP_INPUT', message)
}
