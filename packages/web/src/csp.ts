/** A policy on web Responses: around a whole server, and as one step for frameworks with hooks. */

import type { Policies } from '@cusp/core'
import { CspError } from '@cusp/core'
import type { HelmetOptions } from '@cusp/core/helmet'
import type {
  AdapterWords,
  Apply,
  CspContext,
  CspOptions as NodeOptions,
  OptionsFor,
  PolicyFunction,
  StaticInput,
} from '@cusp/node/portable'
import { createApplyWith } from '@cusp/node/portable'
import { exchangeOf, openExchange, policyOf } from './exchange.ts'
import type { RequestHead } from './response-head.ts'

/** helmet's options. Directive functions get the Request as their third argument. */
export type WebHelmetOptions = HelmetOptions<unknown, unknown, [request: Request]>

/** What `withCsp` takes as its input: nothing means the strict preset. */
export type CspInput = StaticInput | PolicyFunction<[request: Request]> | WebHelmetOptions

/** What `withCsp` takes as its third argument. `nonceFrom` gets the Request. */
export type CspOptions = OptionsFor<[request: Request]>

/** A function that answers Requests. What else it gets (env, info) is passed on. */
export type Fetch<Args extends readonly unknown[] = readonly unknown[]> = (
  request: Request,
  ...rest: Args
) => Response | Promise<Response>

/** One step of a framework with hooks of its own. */
export interface CspStep {
  /** The nonce of this response. Its read is noted, as that of `getCsp(request).nonce`. */
  readonly nonce: string
  /** Returns the Response with the policy: the same one where its headers can be changed. */
  readonly apply: (response: Response) => Response
}

const WORDS: AdapterWords = { make: 'withCsp', mount: 'serve', before: 'fetch, ' }
const STEP_WORDS: AdapterWords = { make: 'beginCsp', mount: 'serve', before: 'request, ' }

/**
 * Wraps a server of web Requests: every Response that it returns gets the policy, errors, 404 and
 * redirects too. The nonce of the response is `getCsp(request).nonce`. A header that a handler has
 * set wins. Bodies are streamed on as they come.
 *
 * @example
 * ```ts
 * import { csp, getCsp, NONCE, SELF, withCsp } from '@cusp/web'
 *
 * const fetch = withCsp(
 *   (request) => new Response(`<script nonce="${getCsp(request).nonce}">start()</script>`),
 *   csp().defaultSrc(SELF).scriptSrc(NONCE),
 * )
 * const { headers } = await fetch(new Request('https://shop.example/'))
 * headers.has('Content-Security-Policy') // => true
 * ```
 *
 * @param input a policy, a Delivery, `{ enforce, reportOnly }`, helmet's `{ directives }`, a
 *   function of the Request, sync or async, that returns one of these but helmet's, or nothing for
 *   the strict preset
 * @throws CspError `ERR_CSP_INPUT` for any other shape, and as `deliver` does. What goes wrong in a
 *   request rejects: no Response leaves without its policy
 */
export function withCsp<Args extends readonly unknown[]>(
  fetch: Fetch<Args>,
  input?: Policies | CspInput,
  options?: CspOptions,
): (request: Request, ...rest: Args) => Promise<Response> {
  if (typeof fetch !== 'function') throw refuseFetch(fetch)
  const apply = createWebApply(input, options, WORDS)
  return async (request, ...rest) => {
    const exchange = openExchange(request)
    const pending = exchange.begin(apply)
    if (pending !== undefined) await pending
    const answer = fetch(request, ...rest)
    return exchange.finish('then' in answer ? await answer : answer)
  }
}

/**
 * Begins the response of one Request, for frameworks with hooks of their own: the nonce is there
 * before a Response is.
 *
 * @example
 * ```ts
 * import { beginCsp, csp, NONCE } from '@cusp/web'
 *
 * const request = new Request('https://shop.example/')
 * const { nonce, apply } = beginCsp(request, csp().scriptSrc(NONCE))
 * const response = apply(new Response(`<script nonce="${nonce}">start()</script>`))
 * response.headers.get('Content-Security-Policy') === `script-src 'nonce-${nonce}'` // => true
 * ```
 *
 * @throws CspError as {@link withCsp} does, and `ERR_CSP_INPUT` for a function that returns a
 *   promise
 */
export function beginCsp(
  request: Request,
  input?: Policies | CspInput,
  options?: CspOptions,
): CspStep {
  if (!isRequest(request)) {
    const message =
      'Cannot begin: the first argument is not a Request. Use beginCsp(request, policy) instead.'
    throw new CspError('ERR_CSP_INPUT', message, { value: request })
  }
  const exchange = openExchange(request)
  const pending = exchange.begin(applyOf(input, options))
  if (pending !== undefined) {
    // The error below tells what is wrong.
    pending.catch(() => {})
    const message =
      'Cannot begin: the policy is a promise. Use beginCsp(request, await policyFor(request)) instead.'
    throw new CspError('ERR_CSP_INPUT', message)
  }
  return {
    get nonce() {
      return policyOf(exchange).nonce
    },
    apply: (response) => exchange.finish(response),
  }
}

/**
 * Returns the policy of a Request's response: its nonce, and `allow`, `replace`, `remove`.
 *
 * @example
 * ```ts
 * import { csp, getCsp, withCsp } from '@cusp/web'
 *
 * const fetch = withCsp((request) => {
 *   getCsp(request).allow('img-src', 'https://tiles.example')
 *   return new Response('<!doctype html><title>Map</title>')
 * }, csp().defaultSrc("'self'"))
 * const { headers } = await fetch(new Request('https://shop.example/map'))
 * headers.get('Content-Security-Policy')
 * // => default-src 'self'; img-src 'self' https://tiles.example
 * ```
 *
 * @throws CspError `ERR_CSP_INPUT` before `withCsp` or `beginCsp`, and for another Request than
 *   theirs
 */
export function getCsp(request: Request): CspContext {
  return policyOf(exchangeOf(request))
}

const NOTHING: CspOptions = Object.freeze({})
const STRICT = Object.freeze({})
const steps = new WeakMap<object, WeakMap<CspOptions, Apply>>()

/** Reads an input once, however often a step begins with it. */
function applyOf(input: unknown, options: CspOptions = NOTHING): Apply {
  if (!isKey(input) || !isKey(options)) return createWebApply(input, options, STEP_WORDS)
  const key = input ?? STRICT
  let known = steps.get(key)
  if (known === undefined) steps.set(key, (known = new WeakMap()))
  let apply = known.get(options)
  if (apply === undefined) {
    known.set(options, (apply = createWebApply(input, options, STEP_WORDS)))
  }
  return apply
}

function isKey(value: unknown): value is object | undefined {
  return (
    value === undefined ||
    typeof value === 'function' ||
    (typeof value === 'object' && value !== null)
  )
}

function createWebApply(
  input: unknown,
  options: CspOptions | undefined,
  words: AdapterWords,
): Apply {
  return createApplyWith(input, forNode(options), {
    words,
    watch: (state) => {
      state.head ??= { hasBegun: false, toKeep: [] }
    },
  })
}

/** `nonceFrom` gets the Request, and no head of ours. */
function forNode(options: CspOptions | undefined): NodeOptions | undefined {
  const nonceFrom = options?.nonceFrom
  if (typeof nonceFrom !== 'function') return options as NodeOptions | undefined
  return { ...options, nonceFrom: (req) => nonceFrom((req as unknown as RequestHead).request) }
}

function refuseFetch(fetch: unknown): CspError {
  const isApp = typeof (fetch as { fetch?: unknown } | null)?.fetch === 'function'
  const fix = isApp
    ? 'withCsp((request) => app.fetch(request), policy)'
    : 'withCsp((request) => new Response(), policy)'
  const message = `Cannot wrap the server: the first argument is not a function. Use ${fix} instead.`
  return new CspError('ERR_CSP_INPUT', message, { value: fetch })
}

/** A Request of this realm or of a polyfill, such as a server's own. */
function isRequest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'headers' in value && 'method' in value
}
