/** The options of the public functions: one that nobody reads is refused. */

import { CspError } from '@cusp/core'
import { joinWords, show, suggest } from '@cusp/core/internal'

/** The options that say which decision is meant. */
export const DECIDE_OPTIONS = ['self', 'dialect'] as const

/**
 * Refuses options that would do nothing.
 *
 * @param action what cannot be done then: "decide"
 * @throws CspError `ERR_CSP_CHECK` names the option, and the one that is meant where that is clear
 */
export function checkOptions(
  options: object,
  { action, names }: { readonly action: string; readonly names: readonly string[] },
): void {
  if (typeof options !== 'object' || options === null) {
    const message = `Cannot ${action}: the options are ${show(options)}, which is not an object. Use { ${names.join(', ')} }.`
    throw new CspError('ERR_CSP_CHECK', message, { value: options })
  }
  for (const name in options) {
    if (names.includes(name)) continue
    const meant = suggest(name, names) ?? joinWords(names, 'or')
    const message = `Cannot ${action}: the option ${show(name)} is not known. Use ${meant}.`
    throw new CspError('ERR_CSP_CHECK', message, { value: name })
  }
}
