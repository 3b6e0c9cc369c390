/** Policies in helmet's shape that hold functions: a delivery of its own for each response. */

import type { Delivery, Header, HeaderTemplate, Issue, Policy } from '@cusp/core'
import { deliver, isStrongNonce } from '@cusp/core'
import type { HelmetPolicy } from '@cusp/core/helmet'
import { parseTemplate } from '@cusp/core/helmet'
import type { HttpExchange } from './http-exchange.ts'

/**
 * Calls each directive function once, with `(req, res)`, in Koa with `(req, res, ctx)`.
 *
 * @throws CspError or what a function throws; no header is set then
 */
export function resolveHelmet(
  policy: HelmetPolicy<unknown, unknown, readonly unknown[]>,
  { req, res, context }: HttpExchange,
): Delivery {
  return new ResolvedDelivery(
    context === undefined ? policy.resolve(req, res) : policy.resolve(req, res, context),
  )
}

/** Writes the header as helmet does. The header is parsed only when a handler edits the policy. */
class ResolvedDelivery implements Delivery {
  readonly templates: readonly [HeaderTemplate]
  readonly usesNonce: boolean
  readonly endpoints: readonly [] = []

  constructor(template: HeaderTemplate) {
    this.templates = [template]
    this.usesNonce = template.pieces.length > 1
  }

  get enforce(): readonly Policy[] {
    return this.#isReportOnly() ? [] : [parseTemplate(this.templates[0])]
  }

  get reportOnly(): readonly Policy[] {
    return this.#isReportOnly() ? [parseTemplate(this.templates[0])] : []
  }

  headers(nonce = ''): readonly Header[] {
    const [{ name, pieces }] = this.templates
    // The delivery of @cusp/core throws the error for a weak nonce.
    if (this.usesNonce && !isStrongNonce(nonce)) return this.#deliver().headers(nonce)
    return [[name, pieces.join(nonce)]]
  }

  toMeta(options?: { readonly nonce?: string | undefined }): string {
    return this.#deliver().toMeta(options)
  }

  issues(): readonly Issue[] {
    return this.#deliver().issues()
  }

  #isReportOnly(): boolean {
    return this.templates[0].name.endsWith('-Report-Only')
  }

  #deliver(): Delivery {
    return deliver(this)
  }
}
