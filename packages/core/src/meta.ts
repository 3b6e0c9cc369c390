/**
 * The meta tag: what it cannot do is refused by name, and the split into a meta part and a header part.
 *
 * @see https://w3c.github.io/webappsec-csp/#meta-element
 */

import { checkDeliverable } from './deliverable.ts'
import { DIRECTIVES } from './directives.ts'
import { CspError } from './errors.ts'
import type { Directive, NonceOptions, Policy } from './policy-type.ts'
import { fill, templateOf } from './serialize.ts'
import { show } from './text.ts'

/** Writes the tag; see `Policy.toMeta`. */
export function writeMeta(policy: Policy, options: NonceOptions): string {
  const unsupported = policy.directives.filter((directive) => !worksInMeta(directive))
  if (unsupported.length > 0) {
    const names = unsupported.map(({ name }) => name)
    const message = `Cannot write a meta tag: ${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no effect there, expected them in a header: splitForMeta() makes the two parts`
    throw new CspError('ERR_CSP_META_DIRECTIVE', message, { directive: names[0], value: names })
  }
  for (const { name, values } of policy.directives) {
    const value = values.find((candidate) => String(candidate).includes(','))
    if (value === undefined) continue
    const message = `Cannot write a meta tag: ${show(value)} in ${name} holds a comma, where browsers disagree, expected "%2C" or one policy for each tag`
    throw new CspError('ERR_CSP_META_COMMA', message, { directive: name, value })
  }
  checkDeliverable(policy, 'meta')
  const content = fill(templateOf(policy), options.nonce)
  return `<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(content)}">`
}

/**
 * Parts the directives by where they work. A header part that has no report-uri takes report-to along, or its violations
 * would go unreported.
 */
export function splitForMeta(policy: Policy): {
  readonly meta: readonly Directive[]
  readonly header: readonly Directive[]
} {
  const header = policy.directives.filter((directive) => !worksInMeta(directive))
  const reportTo = policy.directives.find(({ name }) => name === 'report-to')
  const isSilent = header.length > 0 && !header.some(({ name }) => name === 'report-uri')
  return {
    meta: policy.directives.filter(worksInMeta),
    header: isSilent && reportTo !== undefined ? [...header, reportTo] : header,
  }
}

function worksInMeta({ name }: Directive): boolean {
  return DIRECTIVES.get(name)?.worksInMeta ?? true
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
