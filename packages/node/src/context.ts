/** The policy of one response: what views and handlers see, and the headers it owns. */

import type { Delivery, Header, HeaderTemplate, ListDirective, SourceInput } from '@cusp/core'
import { createNonce, CspError, deliver, isStrongNonce } from '@cusp/core'
import { mergeReportingEndpoints } from './endpoints.ts'
import type { Exchange, Locals, Response } from './exchange.ts'
import type { StaticInput } from './input.ts'
import { compileStatic } from './input.ts'
import { watchHead } from './life-cycle.ts'
import type { Settings } from './options.ts'
import { contextOf, keepContext } from './slot.ts'

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
  allow(directive: ListDirective, ...sources: readonly SourceInput[]): void

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

const ENDPOINTS = 'Reporting-Endpoints'
/** What the names of both policy headers begin with. */
const POLICY = 'Content-Security-Policy'
/** Widened deliveries are kept: a route widens the same way for every response. */
const WIDENED_MOST = 256
const widened = new WeakMap<Delivery, Map<string, Delivery>>()

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

/** Puts a delivery on a response: the first one makes the context, an inner one replaces what an outer one set. */
export function applyDelivery(delivery: Delivery, exchange: Exchange, settings: Settings): void {
  const { res, locals } = exchange
  const existing = contextOf(res)
  if (existing === undefined) {
    const context = new ResponseContext(delivery, exchange, settings)
    keepContext(res, context)
    if (locals !== undefined) locals['csp'] = context
  } else existing.adopt(delivery, exchange, settings)
}

/** The implementation; what is not in {@link CspContext} is for this package only. */
export class ResponseContext implements CspContext {
  readonly res: Response
  delivery: Delivery
  settings: Settings
  /** The values that were written, one for each template of the delivery; undefined where none is. */
  values: readonly string[] = []
  /** What Reporting-Endpoints was before this response's endpoints came in. */
  endpointsBefore: string | undefined = undefined
  /** Whether something asked for the nonce. */
  isRead = false
  /** Whether the head of the response is being or has been written. */
  hasBegun = false
  /** Whether our headers were taken off. */
  isRemoved = false
  /** Headers that must survive a framework's error handler. */
  kept: readonly Header[] = []
  /** What stood in the response's writeHead before it was watched. */
  writeHead: Response['writeHead'] | undefined = undefined
  readonly #locals: Locals | undefined
  #nonce: string | undefined = undefined

  constructor(delivery: Delivery, { req, res, locals }: Exchange, settings: Settings) {
    this.res = res
    this.delivery = delivery
    this.settings = settings
    this.#locals = locals
    const given = findNonce(locals?.['cspNonce'], 'cspNonce')
    const chosen =
      settings.nonceFrom === undefined
        ? given
        : findNonce(settings.nonceFrom(req, res), 'nonceFrom')
    if (given !== undefined && chosen !== undefined && given !== chosen) {
      const message = 'Cannot use two nonces: cspNonce and nonceFrom differ, expected one of them'
      throw new CspError('ERR_CSP_NONCE', message)
    }
    this.#nonce = chosen ?? given
    this.isRead = given !== undefined
    this.#write()
  }

  get nonce(): string {
    if (!this.isRead) {
      if (this.hasBegun && this.settings.isLazy && this.delivery.usesNonce) {
        const message =
          "Cannot read the nonce: the headers were sent without it, expected the read before that (or nonce: 'always')"
        throw new CspError('ERR_CSP_HEADERS_SENT', message)
      }
      this.isRead = true
    }
    return this.makeNonce()
  }

  get nonceAttr(): string {
    return ` nonce="${this.nonce}"`
  }

  allow(directive: ListDirective, ...sources: readonly SourceInput[]): void {
    this.#checkOwned()
    if (!this.isRemoved) this.#change(widen(this.delivery, directive, sources))
  }

  replace(input: StaticInput): void {
    this.#checkOwned()
    this.#change(compileStatic(input, this.settings))
  }

  remove(): void {
    this.#checkOwned()
    this.takeOff()
  }

  /** An inner middleware's delivery takes the place of the outer one's; the nonce stays. */
  adopt(delivery: Delivery, { req, res, locals }: Exchange, settings: Settings): void {
    const given = findNonce(locals?.['cspNonce'], 'cspNonce')
    const chosen = findNonce(settings.nonceFrom?.(req, res), 'nonceFrom')
    for (const nonce of [given, chosen]) {
      if (nonce === undefined || nonce === this.#nonce) continue
      if (this.#nonce !== undefined) {
        const message =
          'Cannot use two nonces in one response: an outer cspMiddleware has made another one, expected that one'
        throw new CspError('ERR_CSP_NONCE', message)
      }
      this.#nonce = nonce
    }
    this.#checkUnsent()
    this.settings = settings
    this.#change(delivery)
  }

  /** The nonce, without noting a read. */
  makeNonce(): string {
    return (this.#nonce ??= createNonce())
  }

  /** Whether the header of this template is as it was written. */
  isOurs(index: number): boolean {
    const template = this.delivery.templates[index]
    return template !== undefined && this.res.getHeader(template.name) === this.values[index]
  }

  /** Takes off the headers that are still ours. */
  takeOff(): void {
    this.delivery.templates.forEach(({ name }, index) => {
      if (!this.isOurs(index)) return
      if (name === ENDPOINTS && this.endpointsBefore !== undefined) {
        this.res.setHeader(name, this.endpointsBefore)
      } else this.res.removeHeader(name)
    })
    this.isRemoved = true
  }

  #change(delivery: Delivery): void {
    if (delivery === this.delivery && !this.isRemoved) return
    if (!this.isRemoved) this.takeOff()
    this.delivery = delivery
    this.isRemoved = false
    this.#write()
  }

  /** Writes the headers: the hot path. Where no nonce is used there is nothing to put in and nothing to watch. */
  #write(): void {
    const { delivery, res, settings } = this
    let nonce = ''
    if (delivery.usesNonce) {
      nonce = this.makeNonce()
      if (!settings.isLazy && this.#locals !== undefined) this.#locals['cspNonce'] = nonce
    }
    if (delivery.usesNonce || settings.onlyDocuments) watchHead(this)
    const values: string[] = []
    for (const { name, pieces } of delivery.templates) {
      const rendered = pieces.length === 1 ? (pieces[0] as string) : pieces.join(nonce)
      const value = name === ENDPOINTS ? this.#mergeEndpoints(rendered) : rendered
      res.setHeader(name, value)
      values.push(value)
    }
    this.values = values
  }

  #mergeEndpoints(ours: string): string {
    const existing = this.res.getHeader(ENDPOINTS)
    if (existing === undefined) {
      this.endpointsBefore = undefined
      return ours
    }
    const before = String(existing)
    this.endpointsBefore = before
    const { value, conflicts } = mergeReportingEndpoints(before, ours)
    for (const name of conflicts) {
      this.settings.onWarning({
        code: 'endpoint-conflict',
        message: `Reporting-Endpoints already named another URL for "${name}"; the policy's own URL wins`,
        mend: 'one name for each endpoint',
      })
    }
    return value
  }

  #checkOwned(): void {
    this.#checkUnsent()
    const isOwned = this.delivery.templates.every(
      ({ name }, index) => !name.startsWith(POLICY) || this.isOurs(index),
    )
    if (this.isRemoved || isOwned) return
    const message =
      'Cannot change the policy: a handler has replaced or removed its header, expected either that or res.locals.csp'
    throw new CspError('ERR_CSP_HEADER_REPLACED', message)
  }

  #checkUnsent(): void {
    if (!this.hasBegun && !this.res.headersSent) return
    const message =
      'Cannot change the policy: the headers of this response are sent, expected the change before the first byte'
    throw new CspError('ERR_CSP_HEADERS_SENT', message)
  }
}

/** A nonce that something else made: adopted when it is strong, refused when it is anything else. */
function findNonce(value: unknown, from: string): string | undefined {
  if (value === undefined || isStrongNonce(value)) return value
  const message = `Cannot use the nonce of ${from}: it is not 22 or more letters of base64, expected a strong nonce such as createNonce() makes`
  throw new CspError('ERR_CSP_NONCE', message, { value })
}

function widen(
  delivery: Delivery,
  directive: ListDirective,
  sources: readonly SourceInput[],
): Delivery {
  const key = [directive, ...sources].map(String).join(' ')
  let known = widened.get(delivery)
  if (known === undefined) widened.set(delivery, (known = new Map()))
  const existing = known.get(key)
  if (existing !== undefined) return existing
  const wider = deliver(
    {
      enforce: delivery.enforce.map((policy) => policy.allow(directive, ...sources)),
      reportOnly: delivery.reportOnly.map((policy) => policy.allow(directive, ...sources)),
    },
    { legacyReportTo: delivery.templates.some(isReportTo) },
  )
  if (known.size >= WIDENED_MOST) known.clear()
  known.set(key, wider)
  return wider
}

function isReportTo({ name }: HeaderTemplate): boolean {
  return name === 'Report-To'
}
