/** What the builder refuses: names, values and whole lists, each with a stable code and what to write instead. */

import { DIRECTIVES, nearestDirective, REMOVED_DIRECTIVES } from './directives.ts'
import type { CspErrorCode } from './errors.ts'
import { CspError } from './errors.ts'
import type { Examined } from './examined.ts'
import { NONCE, NONE } from './keywords.ts'
import type { Endpoint } from './reporting.ts'
import { examineEndpointName, examineReportURL } from './reporting.ts'
import { isUsualHost } from './source-expression.ts'
import type { Source } from './source-types.ts'
import { examineValue, hasSources, mayBeEmpty, mostValues } from './values.ts'
import { asciiLowerCase, show } from './text.ts'

/** Up to here a list is compared without a Set. */
const SHORT = 16

const DIRECTIVE_NAME = /^[a-z0-9-]+$/

/** The error for one endpoint name with two URLs. */
export function endpointConflict(name: string, first: string, second: string): CspError {
  const message = `Cannot declare the endpoint ${show(name)} twice: it is ${show(first)} and ${show(second)}, expected one URL for a name`
  return new CspError('ERR_CSP_ENDPOINT_CONFLICT', message, { value: second })
}

/** Lower-cases a directive's name and refuses typos, removed directives and what is no name. */
export function checkName(name: unknown): string {
  const text = checkSpelling(name)
  const replacement = REMOVED_DIRECTIVES.get(text)
  if (replacement === undefined) return text
  const message = `Cannot write ${text}: browsers no longer know it, expected ${replacement}`
  throw new CspError('ERR_CSP_DIRECTIVE_REMOVED', message, { directive: text, value: name })
}

/** Lower-cases a directive's name and refuses typos and what is no name. */
export function checkSpelling(name: unknown): string {
  const text = typeof name === 'string' ? asciiLowerCase(name) : ''
  if (DIRECTIVES.has(text) || REMOVED_DIRECTIVES.has(text)) return text
  const nearest = nearestDirective(text)
  if (nearest !== undefined) {
    const message = `Cannot write ${show(name)}: it is no directive, did you mean ${nearest}?`
    throw new CspError('ERR_CSP_DIRECTIVE_UNKNOWN', message, { directive: text, value: name })
  }
  if (DIRECTIVE_NAME.test(text)) return text
  const message = `Cannot write ${show(name)}: it is no directive's name, expected letters, digits and "-"`
  throw new CspError('ERR_CSP_DIRECTIVE_NAME', message, { value: name })
}

export function checkValues(directive: string, values: Iterable<unknown>): readonly Source[] {
  const checked: Source[] = []
  const mayBeUsual = hasSources(directive)
  for (const value of values) {
    const isUsual = mayBeUsual && typeof value === 'string' && isUsualHost(value)
    checked.push(isUsual ? value : checkValue(directive, value))
  }
  return unique(checked)
}

/** Each value once, where it stands first. To compare each two of a few costs less than a Set. */
export function unique(values: readonly Source[]): readonly Source[] {
  if (values.length > SHORT) return [...new Set(values)]
  return values.filter((value, index) => values.indexOf(value) === index)
}

function checkValue(directive: string, value: unknown): Source {
  if (value !== NONCE) return checkText(directive, value, (text) => examineValue(directive, text))
  if (DIRECTIVES.get(directive)?.grammar === 'source-list') return NONCE
  const what = `NONCE has no meaning in ${directive}`
  return refuse(directive, value, 'ERR_CSP_DIRECTIVE_VALUE', what, 'it in script-src or style-src')
}

function checkText(directive: string, value: unknown, examine: (text: string) => Examined): string {
  if (typeof value !== 'string') {
    const expected = Array.isArray(value)
      ? 'one argument for each value: spread the array'
      : 'text; leave a value out with ...(condition ? [value] : [])'
    refuse(directive, value, 'ERR_CSP_DIRECTIVE_VALUE', `${show(value)} is no text`, expected)
  }
  const examined = examine(value)
  if ('text' in examined) return examined.text
  return refuse(directive, value, examined.code, examined.problem, examined.expected)
}

/** What can only be said of the whole list: 'none' with company, too many values. */
export function checkList(directive: string, values: readonly Source[]): void {
  const most = DIRECTIVES.get(directive)
  if (most === undefined) return
  checkNotEmpty(directive, values)
  if (values.length > 1 && values.includes(NONE) && most.grammar !== 'uri-references') {
    const what = "'none' stands beside other values, where browsers ignore it"
    refuse(
      directive,
      NONE,
      'ERR_CSP_NONE_WITH_OTHERS',
      what,
      "'none' alone, or the others without it",
    )
  }
  if (values.length > mostValues(most)) {
    const what = `it has ${values.length} values`
    refuse(directive, values[1], 'ERR_CSP_DIRECTIVE_VALUE', what, 'one; set() replaces it')
  }
}

export function checkNotEmpty(directive: string, values: readonly Source[]): readonly Source[] {
  const info = DIRECTIVES.get(directive)
  if (values.length > 0 || info === undefined || mayBeEmpty(info)) return values
  const expected = hasSources(directive) ? 'a source; NONE allows nothing' : 'a value'
  return refuse(directive, undefined, 'ERR_CSP_DIRECTIVE_EMPTY', 'it has no value', expected)
}

export function checkEndpoint(directive: string, name: unknown, url: unknown): Endpoint {
  return {
    name: checkText(directive, name, examineEndpointName),
    url: checkText(directive, url, examineReportURL),
  }
}

function refuse(
  directive: string,
  value: unknown,
  code: CspErrorCode,
  what: string,
  expected: string,
): never {
  throw new CspError(code, `Cannot write ${directive}: ${what}, expected ${expected}`, {
    directive,
    value,
  })
}
