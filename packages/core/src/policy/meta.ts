/**
 * The meta tag: it refuses by name what it cannot do, and a policy can be split into a meta part
 * and a header part.
 *
 * @see https://w3c.github.io/webappsec-csp/#meta-element
 */

import { checkDeliverable } from './deliverable.ts'
import { DIRECTIVES } from '../vocabulary/directives.ts'
import { refusal } from '../vocabulary/errors.ts'
import type { Directive, NonceOptions, Policy } from '../model/policy.ts'
import { fill, templateOf } from '../model/serialize.ts'
import { joinWords, show } from '../text.ts'

/** Writes the tag; see `Policy.toMeta`. */
export function writeMeta(policy: Policy, options: NonceOptions): string {
  const unsupported = policy.directives.filter((directive) => !worksInMeta(directive))
  if (unsupported.length > 0) {
    const names = unsupported.map(({ name }) => name)
    throw refusal('ERR_CSP_META_DIRECTIVE', {
      action: 'write a meta tag',
      problem: `${joinWords(names)} ${names.length === 1 ? 'has' : 'have'} no effect in it`,
      fix: 'splitForMeta() and a header',
      directive: names[0],
      value: names,
    })
  }
  for (const { name, values } of policy.directives) {
    const value = values.find((candidate) => String(candidate).includes(','))
    if (value === undefined) continue
    throw refusal('ERR_CSP_META_COMMA', {
      action: 'write a meta tag',
      problem: `${show(value)} in ${name} holds a comma, and browsers disagree about commas there`,
      fix: '"%2C" or a tag for each policy',
      directive: name,
      value,
    })
  }
  checkDeliverable(policy, 'meta')
  const content = fill(templateOf(policy), options.nonce)
  return `<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(content)}">`
}

/**
 * Splits the directives by where they work. A header part without report-uri gets report-to as
 * well: without either of them its violations would not be reported.
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
