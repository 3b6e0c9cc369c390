/** One web Request and the Response that answers it. */

import { CspError } from '@cusp/core'
import type { Apply, CspContext, ResponseState } from '@cusp/node/portable'
import { beginHead, contextOf } from '@cusp/node/portable'
import type { OwnFields } from './response-head.ts'
import { ResponseHead } from './response-head.ts'

type NodeResponse = Parameters<typeof contextOf>[0]
type NodeRequest = Parameters<Apply>[0]['req']

const exchanges = new WeakMap<Request, Exchange>()
/** What was added to Responses that may be answered with again. */
const written = new WeakMap<Response, readonly string[]>()

/** Owns what is between a Request and its Response. */
export class Exchange {
  private readonly head: ResponseHead
  private answer: Response | undefined = undefined
  /** Our headers before the first Response took some off. */
  private whole: OwnFields = []

  constructor(request: Request) {
    this.head = new ResponseHead(request)
  }

  /** Whether the headers are on a Response. */
  get isSent(): boolean {
    return this.head.headersSent
  }

  /** Undefined until a policy was applied. */
  get context(): CspContext | undefined {
    return contextOf(this.res)
  }

  /** The one cast: the head has what `@cusp/node` asks of a response. */
  private get res(): NodeResponse {
    return this.head as unknown as NodeResponse
  }

  /** Puts a policy on the response that is to come. */
  begin(apply: Apply): void | Promise<void> {
    const { request } = this.head.req
    const req = this.head.req as unknown as NodeRequest
    return apply({ req, res: this.res, locals: undefined, context: request })
  }

  /**
   * Returns the Response with our headers. The same one where its headers can be changed; its body
   * is never read. Where something around us answers with another one after all, that one gets the
   * whole policy.
   */
  finish(response: Response): Response {
    // A switched protocol has no document, and a network error no headers.
    if (response === this.answer || response.status < 200) return response
    const answer = withOwnHeaders(response)
    const added = this.answer === undefined ? this.settle(answer) : addFields(this.whole, answer)
    written.set(answer, added)
    this.answer = answer
    return answer
  }

  private settle({ headers, status }: Response): readonly string[] {
    const { head } = this
    const state = contextOf(this.res) as ResponseState
    this.whole = head.list()
    if (state.head !== undefined) beginHead(state, () => this.res, [status, headers])
    head.headersSent = true
    return addFields(head.list(), { headers })
  }
}

/** Returns the exchange of a Request, or undefined. */
export function exchangeOf(request: Request): Exchange | undefined {
  return exchanges.get(request)
}

/**
 * Returns the exchange of a Request. One that is answered already and comes again, as in a test,
 * gets a new one.
 */
export function openExchange(request: Request): Exchange {
  const existing = exchanges.get(request)
  if (existing !== undefined && !existing.isSent) return existing
  const exchange = new Exchange(request)
  exchanges.set(request, exchange)
  return exchange
}

/** The policy of a Request's response, or the error that says why there is none. */
export function policyOf(exchange: Exchange | undefined): CspContext {
  const context = exchange?.context
  if (context !== undefined) return context
  const message =
    'Cannot find the policy of this request: neither withCsp nor beginCsp has run on it. Use withCsp(fetch, policy), and getCsp with the Request that it gives to fetch.'
  throw new CspError('ERR_CSP_INPUT', message)
}

/** Adds our headers to those of a Response, whose own ones win. Returns the added names. */
function addFields(fields: OwnFields, { headers }: Pick<Response, 'headers'>): readonly string[] {
  const added: string[] = []
  for (const [name, value] of fields) {
    if (headers.has(name)) continue
    headers.set(name, value)
    added.push(name)
  }
  return added
}

/** A Response whose headers can be changed, and that holds nothing of ours. */
function withOwnHeaders(response: Response): Response {
  const before = written.get(response)
  if (before === undefined && isMutable(response.headers)) return response
  const headers = new Headers(response.headers)
  // An application keeps one Response for all: the nonce in it was another request's.
  for (const name of before ?? []) headers.delete(name)
  const { body, status, statusText } = response
  return new Response(body, { status, statusText, headers })
}

/** The headers of `fetch()` and `Response.redirect()` refuse every change, also one of nothing. */
function isMutable(headers: Headers): boolean {
  try {
    headers.delete('x-cusp-none')
    return true
  } catch {
    return false
  }
}
