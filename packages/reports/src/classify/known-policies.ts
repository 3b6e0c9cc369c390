/** Whether a policy is one of the site's: browsers write it as it was sent, but for the nonce and the address of reports. */

import type { Policy } from '@cusp/core'
import { NONCE, parsePolicy } from '@cusp/core'
import { isNonce } from '@cusp/core/internal'

/** Firefox writes them as absolute URLs. */
const NOT_COMPARED = new Set(['report-uri', 'report-to'])

/** The policies, as texts that can be compared. */
export function canonicalTexts(policies: readonly Policy[]): ReadonlySet<string> {
  return new Set(policies.map(canonicalText))
}

/** Whether the text is one of the policies. */
export function isKnownPolicy(text: string, known: ReadonlySet<string>): boolean {
  return known.has(canonicalText(parsePolicy(text).policy))
}

function canonicalText({ directives }: Policy): string {
  return directives
    .filter(({ name }) => !NOT_COMPARED.has(name))
    .map(({ name, values }) =>
      [name, ...values.map((value) => (isAnyNonce(value) ? 'nonce' : String(value)))].join(' '),
    )
    .join(';')
}

function isAnyNonce(value: unknown): boolean {
  return value === NONCE || (typeof value === 'string' && isNonce(value))
}
