/**
 * The headers of one response that are ours: the policies, and the endpoints that they report to.
 */

import type { Delivery, HeaderTemplate } from '@cusp/core'
import { insertNonce } from '@cusp/core/internal'
import type { OutgoingHttpHeader } from 'node:http'
import type { Response } from '../input/http-exchange.ts'
import type { Settings } from '../input/options.ts'
import type { WarningSink } from '../input/warnings.ts'
import { isReportingHeader, joinHeader, mergeEndpoints } from './endpoints.ts'

const FOREIGN_NONCE = /'nonce-/i
/** What the names of both policy headers begin with. */
const POLICY = 'Content-Security-Policy'

/** A header of ours. */
export interface OwnHeader {
  readonly name: string
  readonly value: string
  /** Whether the value holds a nonce that is this response's alone. */
  readonly hasNonce: boolean
}

/** A reporting header that something else has set, before and after ours was added. */
interface MergedHeader {
  readonly before: OutgoingHttpHeader
  readonly value: string
}

/** Owns what this package has set on a response. A handler that changes a header takes it over. */
export class OwnHeaders {
  delivery: Delivery
  /** Whether our headers were set, and not removed since. */
  isSet = false
  private readonly res: Response
  private nonce = ''
  private hasForeignNonces = false
  /** The reporting headers that were there before, by name. */
  private merged: Map<string, MergedHeader> | undefined = undefined

  constructor(res: Response, delivery: Delivery) {
    this.res = res
    this.delivery = delivery
  }

  /**
   * Sets the headers of a delivery. This is the hot path (bench: nonce), so the loop counts and
   * makes no iterator.
   */
  set(delivery: Delivery, nonce: string, settings: Settings): void {
    const { res } = this
    const { templates } = delivery
    this.delivery = delivery
    this.nonce = nonce
    this.hasForeignNonces = settings.hasForeignNonces
    this.isSet = true
    for (let index = 0; index < templates.length; index++) {
      const { name, pieces } = templates[index] as HeaderTemplate
      const value = pieces.length === 1 ? (pieces[0] as string) : insertNonce(pieces, nonce)
      res.setHeader(name, isReportingHeader(name) ? this.merge(name, value, settings) : value)
    }
  }

  /** Returns our headers as they were set. Few responses need them, so they are made again. */
  list(): readonly OwnHeader[] {
    const { delivery, hasForeignNonces, merged, nonce } = this
    return delivery.templates.map(({ name, pieces }) => {
      const value = merged?.get(name)?.value ?? pieces.join(nonce)
      const hasNonce = pieces.length > 1 || (hasForeignNonces && FOREIGN_NONCE.test(value))
      return { name, value, hasNonce }
    })
  }

  /** Returns those that no handler has changed. */
  listUnchanged(): readonly OwnHeader[] {
    return this.list().filter(({ name, value }) => this.res.getHeader(name) === value)
  }

  /** Whether a handler has set or removed a policy header itself. */
  areReplaced(): boolean {
    return this.list().some(({ name, value }) => {
      const expected = this.isSet ? value : undefined
      return name.startsWith(POLICY) && this.res.getHeader(name) !== expected
    })
  }

  /** Whether any of our headers holds a nonce. */
  haveNonce(): boolean {
    return this.delivery.usesNonce || this.list().some(({ hasNonce }) => hasNonce)
  }

  /** Removes the headers that no handler has changed, and brings back what was there before. */
  remove(): void {
    if (!this.isSet) return
    for (const { name } of this.listUnchanged()) {
      const before = this.merged?.get(name)?.before
      if (before === undefined) this.res.removeHeader(name)
      else this.res.setHeader(name, before)
    }
    this.isSet = false
  }

  /**
   * Puts the headers of another delivery in place of those that hold the nonce and that no handler
   * has changed.
   */
  replaceNonceHeaders(instead: Delivery | undefined): void {
    for (const { name, hasNonce } of this.listUnchanged()) {
      if (!hasNonce) continue
      const template = instead?.templates.find((other) => other.name === name)
      if (template === undefined) this.res.removeHeader(name)
      else this.res.setHeader(name, template.pieces[0] as string)
    }
  }

  private merge(name: string, ours: string, sink: WarningSink): string {
    const existing = this.res.getHeader(name)
    if (existing === undefined) {
      this.merged?.delete(name)
      return ours
    }
    const value = mergeEndpoints(name, { before: joinHeader(existing), ours, sink })
    this.merged = (this.merged ?? new Map()).set(name, { before: existing, value })
    return value
  }
}
