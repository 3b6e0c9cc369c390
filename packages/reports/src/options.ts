/** The options of the public functions: one that nobody reads is refused. */

import { CspError } from '@cusp/core'
import { joinWords, show, suggest } from '@cusp/core/internal'

/** What is refused: the words after "Cannot", and the names that there are. */
export interface OptionNames {
  readonly action: string
  readonly names: readonly string[]
}

/**
 * Refuses options that would do nothing.
 *
 * @throws CspError `ERR_CSP_INPUT` names the option, and the one that is meant where that is clear
 */
export function checkOptions(options: object, { action, names }: OptionNames): void {
  if (typeof options !== 'object' || options === null) {
    throw refuse(options, `Cannot ${action}: the options are ${show(options)}, which is not an object. Use { ${names.join(', ')} } instead.`)
  }
  for (const name in options) {
    if (names.includes(name)) continue
    const meant = suggest(name, names) ?? joinWords(names, 'or')
    throw refuse(name, `Cannot ${action}: the option ${show(name)} is not known. Use ${meant} instead.`)
  }
}

function refuse(value: unknown, message: string): CspError {
  return new CspError('ERR_CSP_INPUT', message, { value })
}
