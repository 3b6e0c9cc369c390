/** Options and arguments that would do nothing are refused, with the right name. */

import { asciiLowerCase, joinWords, show } from '../text.ts'
import { methodName, nearestDirective } from './directives.ts'
import { refusal } from './errors.ts'
import { suggest } from './suggest.ts'

/** What the options of a call may be. */
export interface OptionNames {
  /** What cannot be done with them: the words after "Cannot". */
  readonly action: string
  readonly known: readonly string[]
}

/**
 * Refuses options that are not an object, and those whose name is not known.
 *
 * @throws CspError `ERR_CSP_INPUT`
 */
export function checkOptions(options: unknown, { action, known }: OptionNames): void {
  if (typeof options !== 'object' || options === null) {
    throw refusal('ERR_CSP_INPUT', {
      action,
      problem: `${show(options)} is not an object of options`,
      fix: `{ ${known.join(', ')} }`,
      value: options,
    })
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    throw refusal('ERR_CSP_INPUT', {
      action,
      problem: `${show(key)} is not an option`,
      fix: suggest(key, known) ?? joinWords(known, 'or'),
      value: options,
    })
  }
}

/**
 * Refuses an option's value that is not one of a few.
 *
 * @throws CspError `ERR_CSP_INPUT`
 */
export function checkChoice(value: unknown, { action, known }: OptionNames): void {
  if (known.some((choice) => choice === value)) return
  const nearest = typeof value === 'string' ? suggest(value, known) : undefined
  throw refusal('ERR_CSP_INPUT', {
    action,
    problem: `${show(value)} is not known`,
    fix: nearest === undefined ? joinWords(known.map(show), 'or') : show(nearest),
    value,
  })
}

/**
 * Refuses arguments of a function that takes none.
 *
 * @throws CspError `ERR_CSP_INPUT`
 */
export function checkNoArguments(name: string, [first, ...rest]: readonly unknown[]): void {
  if (first === undefined && rest.length === 0) return
  throw refusal('ERR_CSP_INPUT', {
    action: `make a policy of ${show(first)}`,
    problem: `${name}() takes no arguments`,
    fix: fixArgument(name, first),
    value: first,
  })
}

function fixArgument(name: string, argument: unknown): string {
  if (typeof argument === 'string') return 'parsePolicy(text).policy'
  const keys = typeof argument === 'object' && argument !== null ? Object.keys(argument) : []
  if (keys.includes('directives')) return 'fromHelmet(options) of @cusp/core/helmet'
  const [directive = 'default-src'] = keys.flatMap(
    (key) => nearestDirective(asciiLowerCase(key)) ?? [],
  )
  return `its methods, such as ${name}().${methodName(directive)}(…)`
}
