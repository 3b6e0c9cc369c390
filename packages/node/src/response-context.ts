/** The policy of one response, as views and handlers edit it. */

import type { Delivery, ListDirective, Policies, SourceInput } from '@cusp/core'
import { CspError } from '@cusp/core'
import { watchHead } from './head/watch-head.ts'
import { widenDelivery } from './input/compile.ts'
import type { HttpExchange, Locals, Response } from './input/http-exchange.ts'
import type { StaticInput } from './input/input.ts'
import { compileStatic } from './input/input.ts'
import type { Settings } from './input/options.ts'
import { withoutNonce } from './input/without-nonce.ts'
import { showContext } from './response/contexts.ts'
import { ResponseNonce } from './response/nonce.ts'
import { OwnHeaders } from './response/own-headers.ts'
import type { ResponseState, WatchedHead } from './response/state.ts'

/**
 * What {@link ResponseState} promises. It is made, kept where handlers find it, and only then sent.
 */
export class ResponseContext implements ResponseState {
  readonly res: Response
  settings: Settings
  readonly ownHeaders: OwnHeaders
  ownNonce: ResponseNonce | undefined = undefined
  head: WatchedHead | undefined = undefined
  private locals: Locals | undefined = undefined

  constructor(res: Response, delivery: Delivery, settings: Settings) {
    this.res = res
    this.settings = settings
    this.ownHeaders = new OwnHeaders(res, delivery)
  }

  get isCspContext(): true {
    return true
  }

  get delivery(): Delivery {
    return this.ownHeaders.delivery
  }

  get nonce(): string {
    const { delivery, ownNonce, settings } = this
    const isUnread = settings.isLazy && delivery.usesNonce && ownNonce?.isRead !== true
    if (isUnread && this.isSent()) {
      const message =
        "Cannot read the nonce: the headers were sent without it. Read it before the headers are sent, or use nonce: 'always'."
      throw new CspError('ERR_CSP_HEADERS_SENT', message)
    }
    return this.needNonce().read(settings, this.locals)
  }

  get nonceAttr(): string {
    return ` nonce="${this.nonce}"`
  }

  allow(directive: ListDirective, ...sources: readonly SourceInput[]): void {
    this.checkEditable()
    if (this.ownHeaders.isSet) this.send(widenDelivery(this.delivery, directive, sources))
  }

  replace(input: StaticInput): void {
    this.checkEditable()
    this.send(compileStatic(input, this.settings))
  }

  remove(): void {
    this.checkEditable()
    this.ownHeaders.remove()
  }

  /** Takes the delivery of the first middleware, and shows the context to the views. */
  begin(delivery: Delivery, { locals }: HttpExchange): void {
    this.locals = isObject(locals) ? locals : undefined
    if (this.locals !== undefined) showContext(this.locals, this)
    this.send(delivery)
  }

  /** Takes the delivery of an inner middleware in place of the outer one's; the nonce stays. */
  adopt(delivery: Delivery, exchange: HttpExchange, settings: Settings): void {
    this.checkUnsent()
    this.settings = settings
    this.begin(delivery, exchange)
  }

  /** The policies, and no nonce: `res.locals` and `ctx.state` get printed and sent. */
  toJSON(): Policies {
    const { enforce, reportOnly } = this.delivery
    return { enforce, reportOnly }
  }

  /**
   * Sets the headers of a delivery. What can fail comes first: an error leaves the policy that was
   * there.
   */
  private send(delivery: Delivery): void {
    const { ownHeaders, settings } = this
    const nonce = delivery.usesNonce ? this.prepareNonce(delivery) : ''
    if (ownHeaders.isSet) ownHeaders.remove()
    ownHeaders.set(delivery, nonce, settings)
    if (delivery.usesNonce || settings.isWatched) watchHead(this)
  }

  /** The nonce for the headers; for the views too, where they need not ask for it. */
  private prepareNonce(delivery: Delivery): string {
    const { locals, settings } = this
    const nonce = this.needNonce().get(settings, locals)
    if (settings.isLazy) withoutNonce(delivery)
    else if (locals !== undefined) locals['cspNonce'] = nonce
    return nonce
  }

  private needNonce(): ResponseNonce {
    return (this.ownNonce ??= new ResponseNonce(this.res))
  }

  private isSent(): boolean {
    return this.head?.hasBegun === true || this.res.headersSent
  }

  /** Refuses an edit that would not arrive. */
  private checkUnsent(): void {
    if (!this.isSent()) return
    const message =
      'Cannot change the policy: the headers of this response are sent. Change it before the first byte of the body.'
    throw new CspError('ERR_CSP_HEADERS_SENT', message)
  }

  /**
   * Refuses an edit of a policy that a handler has taken over: what the handler did to the header
   * wins.
   */
  private checkEditable(): void {
    this.checkUnsent()
    if (!this.ownHeaders.areReplaced()) return
    const message =
      'Cannot change the policy: a handler has set or removed its header itself. Use csp.allow, csp.replace and csp.remove instead.'
    throw new CspError('ERR_CSP_HEADER_REPLACED', message)
  }
}

// A computed member of an exported class has no place under isolatedDeclarations.
Object.defineProperty(ResponseContext.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: ResponseContext) {
    return this.toJSON()
  },
})

/** An application may have put anything there. */
function isObject(locals: unknown): boolean {
  return typeof locals === 'object' && locals !== null
}
