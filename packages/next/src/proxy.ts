/** The proxy: a nonce for each request, where Next finds it, and the policy on the response. */

import type { Delivery, Policies, Policy } from '@cusp/core'
import { createNonce, deliver, isDelivery } from '@cusp/core'
import { refusal, show } from '@cusp/core/internal'
import { requestValue, responseValue } from './next-form.ts'
import { overrideHeaders } from './override-headers.ts'
import { warnOfPrerendered } from './warn-of-prerendered.ts'

/** What a response is to have: a policy, a delivery, or policies by disposition. */
export type ProxyInput = Delivery | Policies | Policy

/**
 * What else a proxy does. It gets the request with the headers that the page will see, and returns
 * what a proxy returns: nothing, `NextResponse.next()`, a rewrite, a redirect, a response.
 */
export type CspHandler<Event = unknown> = (
  request: Request,
  event: Event,
) => Promise<Response | null | undefined | void> | Response | null | undefined | void

/** A proxy for Next. */
export type CspProxy = (request: Request, event?: unknown) => Promise<Response>

const COMPILED = new WeakMap<object, Delivery>()

/**
 * Makes the proxy of a Next application. Every script that Next writes gets the nonce of its
 * response, whatever the policy is, and no header that a client sends takes part in it.
 *
 * @example
 * ```ts
 * import { csp, cspProxy, NONCE, NONE, SELF, STRICT_DYNAMIC } from '@cusp/next'
 *
 * const policy = csp().defaultSrc(SELF).scriptSrc(NONCE, STRICT_DYNAMIC).objectSrc(NONE)
 * const proxy = cspProxy(policy)
 * const response = await proxy(new Request('https://shop.example/'))
 * response.headers.get('x-middleware-next') // => 1
 * ```
 *
 * @param input what every response gets, or a function of the request
 * @param handler what the proxy does besides
 * @throws CspError as `deliver` does
 */
export function cspProxy(
  input: ProxyInput | ((request: Request) => Promise<ProxyInput> | ProxyInput),
  handler?: CspHandler,
): CspProxy {
  checkHandler(handler)
  if (typeof input !== 'function') compile(input)
  return async (request, event) => {
    const delivery = compile(typeof input === 'function' ? await input(request) : input)
    const nonce = createNonce()
    prepareRequest(request, delivery.usesNonce ? nonce : undefined)
    if (delivery.usesNonce) warnOfPrerendered(request)
    const handled = await handler?.(request, event)
    const response = overrideHeaders(handled ?? undefined, request.headers)
    for (const [name, value] of responseHeaders(delivery, nonce)) {
      if (!response.headers.has(name)) response.headers.set(name, value)
    }
    return response
  }
}

function checkHandler(handler: unknown): void {
  if (handler === undefined || typeof handler === 'function') return
  throw refusal('ERR_CSP_INPUT', {
    action: 'make the proxy',
    problem: `${show(handler)} is not a function`,
    fix: 'a function of the request, or nothing,',
    value: handler,
  })
}

/** A delivery, compiled once for each value. */
function compile(input: ProxyInput): Delivery {
  if (isDelivery(input)) return input
  const known = COMPILED.get(Object(input) as object)
  if (known !== undefined) return known
  const delivery = deliver(input)
  COMPILED.set(input, delivery)
  return delivery
}

/**
 * What the page sees: nothing of what a client says about policies and nonces. The request stays
 * the one that Next has made, which knows more than the standard's.
 */
function prepareRequest({ headers }: Request, nonce: string | undefined): void {
  headers.delete('content-security-policy')
  headers.delete('content-security-policy-report-only')
  headers.delete('x-nonce')
  if (nonce === undefined) return
  headers.set('content-security-policy', requestValue(nonce))
  headers.set('x-nonce', nonce)
}

function responseHeaders(
  delivery: Delivery,
  nonce: string,
): readonly (readonly [name: string, value: string])[] {
  const { enforce, usesNonce } = delivery
  return delivery.headers(usesNonce ? nonce : undefined).map(([name, value]) => {
    const isRead = usesNonce && name === 'Content-Security-Policy'
    return [name, isRead ? responseValue(enforce, nonce) : value]
  })
}
