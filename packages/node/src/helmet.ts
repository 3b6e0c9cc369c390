/** Policies in helmet's shape whose values are functions: one delivery for each response. */

import type { Delivery, Header, HeaderTemplate, Issue, Policy } from '@cusp/core'
import { deliver, isStrongNonce } from '@cusp/core'
import type { HelmetPolicy } from '@cusp/core/helmet'
import { parseTemplate } from '@cusp/core/helmet'
import type { Exchange } from './exchange.ts'

/**
 * Calls the directive functions with `(req, res)`, in Koa with `(req, res, ctx)`, once each.
 *
 * @throws CspError or what a function throws: then no header is set
 */
export function resolveHelmet(
  policy: HelmetPolicy<unknown, unknown, readonly unknown[]>,
  { req, res, context }: Exchange,
): Delivery {
  return new ResolvedDelivery(
    context === undefined ? policy.resolve(req, res) : policy.resolve(req, res, context),
  )
}

/** Written as helmet writes; read as a policy only when a handler edits it. */
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
    // A weak nonce is refused in one place, with the one message.
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
