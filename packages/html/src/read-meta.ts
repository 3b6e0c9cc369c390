/** The policies in the meta elements of an HTML document. */

import type { DecodeOptions } from './decode.ts'
import { decodeHtml } from './decode.ts'
import type { Element, Place } from './elements.ts'
import { elementsOf, isHTML, valueOf } from './elements.ts'

/** A meta element that names the header. */
export interface MetaPolicy extends Place {
  /** Its content: the text of a policy. */
  readonly value: string
  /** Whether it is Content-Security-Policy-Report-Only, which browsers ignore here. */
  readonly isReportOnly: boolean
  /** Whether it is a child of the head; browsers ignore it anywhere else. */
  readonly isInHead: boolean
}

/**
 * Reads `<meta http-equiv="Content-Security-Policy">` in document order, also those that browsers
 * ignore. An element without content, or in a template or a srcdoc frame, is none.
 *
 * @example
 * ```ts
 * import { readMeta } from '@cusp/html'
 *
 * const page = `<meta http-equiv="Content-Security-Policy" content="img-src 'self'">`
 * readMeta(page).map(({ value }) => value) // => img-src 'self'
 * ```
 *
 * @throws CspError as {@link readInline} does
 */
export function readMeta(
  html: string | Uint8Array,
  options: DecodeOptions = {},
): readonly MetaPolicy[] {
  const found: MetaPolicy[] = []
  for (const { element, place, isInTemplate, isInFrame } of elementsOf(decodeHtml(html, options))) {
    const name = isInTemplate || isInFrame ? undefined : policyName(element)
    const value = valueOf(element, 'content') ?? ''
    if (name === undefined || value === '') continue
    const isInHead = element.parentNode?.nodeName === 'head'
    found.push({ ...place, value, isReportOnly: name.endsWith('-report-only'), isInHead })
  }
  return found
}

/** The name of the header that a meta element stands for, if it is that of a policy. */
export function policyName(element: Element): string | undefined {
  if (element.tagName !== 'meta' || !isHTML(element)) return undefined
  const name = (valueOf(element, 'http-equiv') ?? '').toLowerCase()
  return /^content-security-policy(?:-report-only)?$/.test(name) ? name : undefined
}
