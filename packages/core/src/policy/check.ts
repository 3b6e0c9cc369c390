/** What the builder refuses: names, values and whole lists. */

import { asciiLowerCase, show } from '../text.ts'
import {
  DIRECTIVE_NAME,
  DIRECTIVES,
  nearestDirective,
  REMOVED_DIRECTIVES,
} from '../vocabulary/directives.ts'
import { CspError, refusal } from '../vocabulary/errors.ts'
import { NONCE, NONE } from '../vocabulary/keywords.ts'
import type { Examined, Problem } from '../sources/examined.ts'
import { isStrongNonce } from '../sources/nonce.ts'
import type { Endpoint } from '../sources/reporting.ts'
import { examineEndpointName, examineReportURL } from '../sources/reporting.ts'
import { isNonce, isUsualHost } from '../sources/source-expression.ts'
import type { Source } from '../sources/source-types.ts'
import { examineValue, hasSources, mayBeEmpty, mostValues } from '../sources/values.ts'

/** Up to this length a list is compared without a Set. */
const SHORT = 16

/** The error for one endpoint name with two URLs. */
export function endpointConflict(name: string, first: string, second: string): CspError {
  return refusal('ERR_CSP_ENDPOINT_CONFLICT', {
    action: `declare the endpoint ${show(name)} twice`,
    problem: `it has the URLs ${show(first)} and ${show(second)}`,
    fix: 'one URL for a name',
    value: second,
  })
}

/** Lower-cases a directive's name. Refuses typos, removed directives and what is not a name. */
export function checkName(name: unknown): string {
  const text = checkSpelling(name)
  const replacement = REMOVED_DIRECTIVES.get(text)
  if (replacement === undefined) return text
  throw refusal('ERR_CSP_DIRECTIVE_REMOVED', {
    action: `write ${text}`,
    problem: 'browsers no longer know it',
    fix: replacement,
    directive: text,
    value: name,
  })
}

/** Lower-cases a directive's name. Refuses typos and what is not a name. */
export function checkSpelling(name: unknown): string {
  const text = typeof name === 'string' ? asciiLowerCase(name) : ''
  if (DIRECTIVES.has(text) || REMOVED_DIRECTIVES.has(text)) return text
  const nearest = nearestDirective(text)
  if (nearest !== undefined) {
    const message = `Cannot write ${show(name)}: it is not a directive. Did you mean ${nearest}?`
    throw new CspError('ERR_CSP_DIRECTIVE_UNKNOWN', message, { directive: text, value: name })
  }
  if (DIRECTIVE_NAME.test(text)) return text
  throw refusal('ERR_CSP_DIRECTIVE_NAME', {
    action: `write ${show(name)}`,
    problem: 'it is not the name of a directive',
    fix: 'letters, digits and "-"',
    value: name,
  })
}

/** Checks each value and returns them as the policy holds them, each once. */
export function checkValues(directive: string, values: Iterable<unknown>): readonly Source[] {
  const checked: Source[] = []
  const mayBeUsual = hasSources(directive)
  for (const value of values) {
    const isUsual = mayBeUsual && typeof value === 'string' && isUsualHost(value)
    checked.push(isUsual ? value : checkValue(directive, value))
  }
  return unique(checked)
}

/**
 * Each value once, where it stands first. For a few values, comparing each two costs less than a
 * Set.
 */
export function unique(values: readonly Source[]): readonly Source[] {
  if (values.length > SHORT) return [...new Set(values)]
  return values.filter((value, index) => values.indexOf(value) === index)
}

function checkValue(directive: string, value: unknown): Source {
  if (value !== NONCE) {
    const text = checkText(directive, value, (written) => examineValue(directive, written))
    if (hasSources(directive) && isNonce(text)) checkStrength(directive, text)
    return text
  }
  if (DIRECTIVES.get(directive)?.grammar === 'source-list') return NONCE
  throw unwritable(directive, value, {
    code: 'ERR_CSP_DIRECTIVE_VALUE',
    problem: `NONCE has no meaning in ${directive}`,
    fix: 'it in script-src or style-src',
  })
}

function checkText(directive: string, value: unknown, examine: (text: string) => Examined): string {
  if (typeof value !== 'string') throw noText(directive, value)
  const examined = examine(value)
  if ('text' in examined) return examined.text
  throw unwritable(directive, value, examined)
}

/** A short nonce is valid for browsers, so a parsed policy may have it. Nobody should write one. */
function checkStrength(directive: string, text: string): void {
  if (isStrongNonce(text.slice("'nonce-".length, -1))) return
  throw unwritable(directive, text, {
    code: 'ERR_CSP_NONCE',
    problem: `${show(text)} has fewer than 22 letters, so it can be guessed`,
    fix: 'the constant NONCE',
  })
}

function noText(directive: string, value: unknown): CspError {
  const takesNone = DIRECTIVES.get(directive)?.grammar === 'none'
  return unwritable(directive, value, {
    code: 'ERR_CSP_DIRECTIVE_VALUE',
    problem: takesNone
      ? `it takes no value, and ${show(value)} is one`
      : `${show(value)} is not text`,
    ...(takesNone ? NO_VALUE : fixNoText(directive, value)),
  })
}

const NO_VALUE = { fix: 'no argument', hint: 'Where it is not wanted, leave the call out.' }

function fixNoText(directive: string, value: unknown): Pick<Problem, 'fix' | 'hint'> {
  if (Array.isArray(value)) {
    return { fix: 'one argument for each value', hint: 'Spread the array: ...values.' }
  }
  if (value instanceof Promise) return { fix: 'what it resolves to, with await,' }
  if (directive === 'report-to' && typeof value === 'object' && value !== null) {
    return { fix: 'two arguments, such as reportTo("csp", "/csp-reports"),' }
  }
  return { fix: 'text', hint: 'Leave a value out with ...(condition ? [value] : []).' }
}

/** What can only be said of the whole list: 'none' with company, too many values. */
export function checkList(directive: string, values: readonly Source[]): void {
  const info = DIRECTIVES.get(directive)
  if (info === undefined) return
  checkNotEmpty(directive, values)
  if (values.length > 1 && values.includes(NONE) && info.grammar !== 'uri-references') {
    throw unwritable(directive, NONE, {
      code: 'ERR_CSP_NONE_WITH_OTHERS',
      problem: "'none' stands beside other values, where browsers ignore it",
      fix: "'none' alone or the other values without it",
    })
  }
  if (values.length > mostValues(info)) {
    throw unwritable(directive, values[1], {
      code: 'ERR_CSP_DIRECTIVE_VALUE',
      problem: `it has ${values.length} values`,
      fix: 'one value',
      hint: 'set() replaces the one that is there.',
    })
  }
}

/** Refuses an empty list where a value belongs. */
export function checkNotEmpty(directive: string, values: readonly Source[]): readonly Source[] {
  const info = DIRECTIVES.get(directive)
  if (values.length > 0 || info === undefined || mayBeEmpty(info)) return values
  throw unwritable(directive, undefined, {
    code: 'ERR_CSP_DIRECTIVE_EMPTY',
    problem: 'it has no value',
    fix: hasSources(directive) ? 'a source or NONE' : 'a value',
  })
}

/** Checks the name and the URL of an endpoint. */
export function checkEndpoint(directive: string, name: unknown, url: unknown): Endpoint {
  return {
    name: checkText(directive, name, examineEndpointName),
    url: checkText(directive, url, examineReportURL),
  }
}

function unwritable(directive: string, value: unknown, { code, ...why }: Problem): CspError {
  return refusal(code, { action: `write ${directive}`, ...why, directive, value })
}
