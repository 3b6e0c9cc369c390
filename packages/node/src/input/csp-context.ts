/** What views and handlers see of a response's policy. */

import type {
  CheckedSources,
  Delivery,
  ListDirective,
  Policies,
  Policy,
  SourceInput,
} from '@cusp/core'

/** An input that is the same for every response. */
export type StaticInput = Policy | Delivery | Policies

/** A function of the request, sync or async. */
export type PolicyFunction<Args extends readonly unknown[]> = (
  ...args: Args
) => StaticInput | Promise<StaticInput>

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
