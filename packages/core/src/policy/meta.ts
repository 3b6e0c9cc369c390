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
import type { Template } from '../model/serialize.ts'
import { fill, joinTemplates, templateOf } from '../model/serialize.ts'
import { joinWords, show } from '../text.ts'

/** Writes the tag; see `Policy.toMeta`. */
export function writeMeta(policy: Policy, options: NonceOptions): string {
  return fill(metaTemplate(policy), options.nonce)
}

/**
 * The tag with places for the nonce, whose letters need no escape.
 *
 * @throws CspError as `Policy.toMeta` does, but for the nonce
 */
export function metaTemplate(policy: Policy): Template {
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
  const content = templateOf(policy).map(escapeAttribute)
  return joinTemplates(
    [['<meta http-equiv="Content-Security-Policy" content="'], content, ['">']],
    '',
  )
}

/**
 * Splits the directives by where they work. The header part reports as the meta part does: it has
 * report-to and report-uri where it has anything to report. report-uri alone would be a policy that
 * restricts nothing; beside report-to it is left out then.
 */
export function splitForMeta(policy: Policy): {
  readonly meta: readonly Directive[]
  readonly header: readonly Directive[]
} {
  const headerOnly = policy.directives.filter((directive) => !worksInMeta(directive))
  const isSilent = headerOnly.every(({ name }) => name === 'report-uri')
  const header = policy.directives.filter((directive) => {
    return directive.name === 'report-to' ? !isSilent : !worksInMeta(directive)
  })
  const isPaired = policy.get('report-to') !== undefined
  return { meta: policy.directives.filter(worksInMeta), header: isSilent && isPaired ? [] : header }
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
