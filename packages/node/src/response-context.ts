/** The policy of one response, as views and handlers edit it. */

import type { Delivery, ListDirective, Policies, SourceInput } from '@cusp/core'
import { CspError } from '@cusp/core'
import { readHeadArguments } from './head/head-arguments.ts'
import { warnOfUselessNonce } from './head/useless-nonce.ts'
import { widenDelivery } from './input/compile.ts'
import type { HttpExchange, Locals, Response } from './input/http-exchange.ts'
import type { StaticInput } from './input/csp-context.ts'
import { compileStatic } from './input/input.ts'
import { partForMeta } from './input/meta-parts.ts'
import type { Settings } from './input/options.ts'
import { withoutNonce } from './input/without-nonce.ts'
import { showContext } from './response/contexts.ts'
import { ResponseNonce } from './response/nonce.ts'
import { OwnHeaders } from './response/own-headers.ts'
import type { ResponseState, WatchedHead, WrittenMeta } from './response/state.ts'

/** Has a response call us back once before its head is written. */
export type Watch = (state: ResponseState) => void

/**
 * What {@link ResponseState} promises. It is made, kept where handlers find it, and only then sent.
 */
export class ResponseContext implements ResponseState {
  readonly res: Response
  settings: Settings
  readonly ownHeaders: OwnHeaders
  ownNonce: ResponseNonce | undefined = undefined
  meta: WrittenMeta | undefined = undefined
  head: WatchedHead | undefined = undefined
  private locals: Locals | undefined = undefined
  private readonly watch: Watch

  // oxlint-disable-next-line max-params -- made in one place, for each response (bench: nonce)
  constructor(res: Response, delivery: Delivery, settings: Settings, watch: Watch) {
    this.res = res
    this.watch = watch
    this.settings = settings
    this.ownHeaders = new OwnHeaders(res, delivery)
  }

  get isCspContext(): true {
    return true
  }

  get delivery(): Delivery {
    return this.meta === undefined ? this.ownHeaders.delivery : this.meta.whole
  }

  get nonce(): string {
    const { delivery, ownNonce, settings } = this
    const isUnread = settings.isLazy && delivery.usesNonce && ownNonce?.isUsed !== true
    if (isUnread && this.isSent()) {
      const message =
        "Cannot read the nonce: the headers were sent without it. Read it before the headers are sent, or use nonce: 'always'."
      throw new CspError('ERR_CSP_HEADERS_SENT', message)
    }
    const nonce = this.needNonce().read(settings, this.locals)
    if (!delivery.usesNonce) this.checkUseless()
    return nonce
  }

  get nonceAttr(): string {
    return ` nonce="${this.nonce}"`
  }

  toMeta(): string {
    if (!this.settings.isMeta) {
      const { make, before } = this.settings.words
      const message = `Cannot write the meta tag: the policy of this response is delivered as a header. Use ${make}(${before}policy, { deliver: 'meta' }) instead.`
      throw new CspError('ERR_CSP_INPUT', message)
    }
    if (this.meta !== undefined) return this.meta.text
    this.checkTagInTime()
    const { ownHeaders } = this
    if (!ownHeaders.isSet || ownHeaders.areReplaced()) return ''
    const whole = ownHeaders.delivery
    const { header, tags } = partForMeta(whole)
    if (tags.length === 0) return ''
    const nonce = whole.usesNonce ? this.nonce : ''
    const text = tags.map((pieces) => pieces.join(nonce)).join('\n')
    this.meta = { text, whole, header }
    this.watch(this)
    return text
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
    const isWatched = delivery.usesNonce || settings.isWatched || delivery.endpoints.length > 0
    if (isWatched) this.watch(this)
  }

  /** The nonce for the headers; for the views too, where they need not ask for it. */
  private prepareNonce(delivery: Delivery): string {
    const { locals, settings } = this
    const ownNonce = this.needNonce()
    const nonce = ownNonce.get(settings, locals)
    if (settings.isLazy) withoutNonce(delivery)
    else if (locals !== undefined) {
      locals['cspNonce'] = nonce
      ownNonce.isShown = true
    }
    return nonce
  }

  private needNonce(): ResponseNonce {
    return (this.ownNonce ??= new ResponseNonce(this.res))
  }

  /** Later, for a policy that holds the nonce may still come. */
  private checkUseless(): void {
    if (this.isSent()) warnOfUselessNonce(this, readHeadArguments(this.res, []))
    else this.watch(this)
  }

  private isSent(): boolean {
    return this.head?.hasBegun === true || this.res.headersSent
  }

  /** Refuses a tag beside a header that has said everything already. */
  private checkTagInTime(): void {
    if (!this.isSent()) return
    const message =
      'Cannot write the meta tag: the headers of this response are sent, with the whole policy. Use csp.toMeta() before the first byte of the body instead.'
    throw new CspError('ERR_CSP_HEADERS_SENT', message)
  }

  /** Refuses an edit that would not arrive. */
  private checkUnsent(): void {
    if (this.meta !== undefined) {
      const message =
        'Cannot change the policy: the meta tag of this response is written. Use csp.allow, csp.replace and csp.remove before csp.toMeta() instead.'
      throw new CspError('ERR_CSP_META_WRITTEN', message)
    }
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
