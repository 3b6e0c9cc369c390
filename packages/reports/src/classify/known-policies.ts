/**
 * Whether a policy is one of the site's: browsers write it as it was sent, but for the nonce and
 * the address of reports.
 */

import type { Policy } from '@cusp/core'
import { NONCE, parsePolicy } from '@cusp/core'
import { withOneNonce } from './policy-text.ts'

/** The site's policies. */
interface KnownPolicies {
  /** Whether the text is one of them. */
  has(text: string): boolean
}

/** Firefox writes them as absolute URLs. */
const NOT_COMPARED = new Set(['report-uri', 'report-to'])

/** Remembers the policies in a form that can be compared. */
export function rememberPolicies(policies: readonly Policy[]): KnownPolicies {
  const known = new Set(policies.map(canonicalText))
  return { has: (text) => known.has(canonicalText(parsePolicy(text).policy)) }
}

function canonicalText({ directives }: Policy): string {
  return directives
    .filter(({ name }) => !NOT_COMPARED.has(name))
    .map(({ name, values }) => [name, ...values.map(canonicalValue)].join(' '))
    .join(';')
}

function canonicalValue(value: unknown): string {
  return value === NONCE ? withOneNonce("'nonce-{NONCE}'") : withOneNonce(String(value))
}
