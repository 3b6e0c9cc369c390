/** The policy of one response and the headers it owns. */

import type { Delivery, ListDirective, Policies, SourceInput } from '@cusp/core'
import { createNonce, CspError } from '@cusp/core'
import { widenDelivery } from './compile.ts'
import type { CspContext } from './context.ts'
import { mergeEndpoints } from './endpoints.ts'
import type { Exchange, Locals, Response } from './exchange.ts'
import type { StaticInput } from './input.ts'
import { compileStatic } from './input.ts'
import { watchHead } from './life-cycle.ts'
import { checkSame, findNonce, findShownNonce } from './nonce.ts'
import type { Settings } from './options.ts'
import { withoutNonce } from './unread.ts'

/** What the names of both policy headers begin with. */
const POLICY = 'Content-Security-Policy'
const FOREIGN_NONCE = /'nonce-/i

/** A header of ours. */
export interface WrittenHeader {
  readonly name: string
  readonly value: string
  /** Whether the value holds a nonce that is this response's alone. */
  readonly hasNonce: boolean
}

/** The implementation; what is not in {@link CspContext} is for this package only. */
export class ResponseContext implements CspContext {
  readonly res: Response
  delivery: Delivery
  settings: Settings
  /** Our headers as they were written. */
  written: WrittenHeader[] = []
  /** Whether something asked for the nonce, or made it: then it is in use. */
  isRead: boolean
  /** Whether the head of the response is being written, or has been. */
  hasBegun = false
  /** Whether our headers were taken off. */
  isRemoved = false
  /** Headers that must survive a framework's error handler. */
  kept: readonly WrittenHeader[] = []
  /** What stood in the response's writeHead before it was watched. */
  writeHead: Response['writeHead'] | undefined = undefined
  /** What the reporting headers were before ours came in. */
  #before: Map<string, string> | undefined = undefined
  readonly #locals: Locals | undefined
  #nonce: string | undefined

  constructor(delivery: Delivery, exchange: Exchange, settings: Settings) {
    this.res = exchange.res
    this.delivery = delivery
    this.settings = settings
    this.#locals = exchange.locals
    this.#nonce = findNonce(exchange, settings)
    this.isRead = this.#nonce !== undefined
    this.#write(delivery.usesNonce ? this.#prepareNonce(delivery) : '')
  }

  get nonce(): string {
    if (!this.isRead) {
      if (this.settings.isLazy && this.delivery.usesNonce && this.#isSent()) {
        const message =
          "Cannot read the nonce: the headers were sent without it, expected the read before that (or nonce: 'always')"
        throw new CspError('ERR_CSP_HEADERS_SENT', message)
      }
      this.isRead = true
    }
    return this.#makeNonce()
  }

  get nonceAttr(): string {
    return ` nonce="${this.nonce}"`
  }

  allow(directive: ListDirective, ...sources: readonly SourceInput[]): void {
    this.#checkOwned()
    if (!this.isRemoved) this.#change(widenDelivery(this.delivery, directive, sources))
  }

  replace(input: StaticInput): void {
    this.#checkOwned()
    this.#change(compileStatic(input, this.settings))
  }

  remove(): void {
    this.#checkOwned()
    this.takeOff()
  }

  /** The policies, and no nonce: `res.locals` and `ctx.state` get printed and sent. */
  toJSON(): Policies {
    const { enforce, reportOnly } = this.delivery
    return { enforce, reportOnly }
  }

  /** An inner middleware's delivery takes the place of the outer one's; the nonce stays. */
  adopt(delivery: Delivery, exchange: Exchange, settings: Settings): void {
    this.#checkUnsent()
    const nonce = findNonce(exchange, settings)
    if (nonce !== undefined) {
      if (this.#nonce !== undefined) checkSame(nonce, this.#nonce)
      this.#nonce = nonce
      this.isRead = true
    }
    this.settings = settings
    this.#change(delivery)
  }

  /** Our headers that are still as they were written. */
  stillOurs(): readonly WrittenHeader[] {
    return this.written.filter(({ name, value }) => this.res.getHeader(name) === value)
  }

  /** Takes off the headers that are still ours. */
  takeOff(): void {
    for (const { name } of this.stillOurs()) {
      const before = this.#before?.get(name)
      if (before === undefined) this.res.removeHeader(name)
      else this.res.setHeader(name, before)
    }
    this.isRemoved = true
  }

  /** What can fail comes first: an error leaves the policy that was there. */
  #change(delivery: Delivery): void {
    const nonce = delivery.usesNonce ? this.#prepareNonce(delivery) : ''
    if (!this.isRemoved) this.takeOff()
    this.delivery = delivery
    this.isRemoved = false
    this.#write(nonce)
  }

  /** Writes the headers: the hot path. Where no nonce is used there is nothing to put in and nothing to watch. */
  #write(nonce: string): void {
    const { delivery, res, settings } = this
    const isWatched = delivery.usesNonce || settings.onlyDocuments || settings.hasForeignNonces
    if (isWatched) watchHead(this)
    this.written = []
    for (const { name, pieces } of delivery.templates) {
      const rendered = pieces.length === 1 ? (pieces[0] as string) : pieces.join(nonce)
      const value = name.startsWith(POLICY) ? rendered : this.#mergeReporting(name, rendered)
      res.setHeader(name, value)
      const hasNonce = pieces.length > 1 || (settings.hasForeignNonces && FOREIGN_NONCE.test(value))
      this.written.push({ name, value, hasNonce })
    }
  }

  /** The nonce for the headers, and for the views where it is made in any case. */
  #prepareNonce(delivery: Delivery): string {
    const nonce = this.#makeNonce()
    const locals = this.#locals
    if (this.settings.isLazy) withoutNonce(delivery)
    else if (locals !== undefined && locals['cspNonce'] !== nonce) {
      if (locals['cspNonce'] !== undefined) checkSame(nonce, locals['cspNonce'])
      locals['cspNonce'] = nonce
    }
    return nonce
  }

  /** The nonce, without noting a read; one that views have got meanwhile is in use. */
  #makeNonce(): string {
    if (this.#nonce !== undefined) return this.#nonce
    const shown = findShownNonce(this.#locals)
    this.isRead ||= shown !== undefined
    return (this.#nonce = shown ?? createNonce())
  }

  #mergeReporting(name: string, ours: string): string {
    const existing = this.res.getHeader(name)
    if (existing === undefined) {
      this.#before?.delete(name)
      return ours
    }
    const before = String(existing)
    this.#before = (this.#before ?? new Map()).set(name, before)
    return mergeEndpoints(name, { before, ours, onWarning: this.settings.onWarning })
  }

  #checkOwned(): void {
    this.#checkUnsent()
    const isOwned = this.written.every(({ name, value }) => {
      const expected = this.isRemoved ? undefined : value
      return !name.startsWith(POLICY) || this.res.getHeader(name) === expected
    })
    if (isOwned) return
    const message =
      'Cannot change the policy: a handler has set or removed its header, expected either that or csp.allow, csp.replace and csp.remove'
    throw new CspError('ERR_CSP_HEADER_REPLACED', message)
  }

  #checkUnsent(): void {
    if (!this.#isSent()) return
    const message =
      'Cannot change the policy: the headers of this response are sent, expected the change before the first byte'
    throw new CspError('ERR_CSP_HEADERS_SENT', message)
  }

  #isSent(): boolean {
    return this.hasBegun || this.res.headersSent
  }
}

// A computed member of an exported class has no place under isolatedDeclarations.
Object.defineProperty(ResponseContext.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: ResponseContext) {
    return this.toJSON()
  },
})
