/** The directives of helmet's options, read as helmet reads them: names, order, defaults, and each list walked once. */

import { DIRECTIVES } from './directives.ts'
import { getDefaultDirectives } from './helmet-defaults.ts'
import type { ReadOptions } from './helmet-options.ts'
import { dangerouslyDisableDefaultSrc, dashed, refuse } from './helmet-options.ts'
import { problem, valueProblem } from './helmet-values.ts'
import { NONCE } from './keywords.ts'
import { show } from './text.ts'

/** A directive's value that is worked out for each response. */
export type ValueFunction = (...args: readonly unknown[]) => unknown

/** One element of a directive's list. */
type Element = string | typeof NONCE | ValueFunction

/** A directive as helmet keeps it. */
export interface ReadDirective {
  readonly name: string
  readonly elements: readonly Element[]
  /** Whether helmet can join it when the middleware is made: an array or a set of texts. */
  readonly isPlain: boolean
}

// helmet's grammar: a small letter, then letters, digits and "-", the last of them no "-"
const NAME = /^[a-z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/
const ESCAPE = dangerouslyDisableDefaultSrc.description

/**
 * Reads the directives: defaults first, each in its place, further ones in the order of the keys.
 *
 * @throws CspError where helmet throws, with helmet's message, and for what could never be sent or was never meant
 */
export function readDirectives({
  usesDefaults,
  directives,
}: ReadOptions): readonly ReadDirective[] {
  const read = new Map<string, ReadDirective>()
  if (usesDefaults) {
    for (const [name, elements] of Object.entries(getDefaultDirectives())) {
      read.set(name, { name, elements, isPlain: true })
    }
  }
  const seen = new Set<string>()
  let isDefaultSrcDisabled = false
  for (const [key, value] of directives) {
    const name = readName(key, seen)
    if (value === null) read.delete(checkNull(name))
    else if (typeof value === 'symbol' && value.description === ESCAPE) {
      isDefaultSrcDisabled = true
      read.delete(checkEscape(name, value))
    } else read.set(name, readList(name, typeof value === 'string' ? [value] : value))
  }
  if (read.size === 0) {
    const text = 'Content-Security-Policy has no directives. Either set some or disable the header'
    refuse('ERR_CSP_POLICY_EMPTY', text)
  }
  if (!read.has('default-src') && !isDefaultSrcDisabled) needDefaultSrc('none was provided')
  return [...read.values()]
}

function readName(key: string, seen: Set<string>): string {
  if (!NAME.test(key)) {
    const text = `Content-Security-Policy received an invalid directive name ${show(key)}`
    const expected = 'letters, digits and "-", such as scriptSrc or script-src'
    refuse('ERR_CSP_DIRECTIVE_NAME', `${text}, expected ${expected}`, { value: key })
  }
  const name = dashed(key)
  if (seen.has(name)) {
    const text = `Content-Security-Policy received a duplicate directive ${show(name)}`
    refuse('ERR_CSP_DIRECTIVE_DUPLICATE', `${text}, expected one key for it`, {
      directive: name,
      value: key,
    })
  }
  seen.add(name)
  return name
}

function checkNull(name: string): string {
  if (name === 'default-src') needDefaultSrc('it was set to `null`')
  return name
}

function checkEscape(name: string, value: symbol): string {
  if (name === 'default-src') return name
  const text = `Content-Security-Policy: tried to disable ${show(name)} as if it were default-src; simply omit the key`
  return refuse('ERR_CSP_DIRECTIVE_VALUE', `${text}, or set it to null`, { directive: name, value })
}

function needDefaultSrc(what: string): never {
  const text = `Content-Security-Policy needs a default-src but ${what}. If you really want to disable it, set it to \`contentSecurityPolicy.dangerouslyDisableDefaultSrc\`.`
  refuse('ERR_CSP_DEFAULT_SRC_MISSING', text, { directive: 'default-src' })
}

/** Walks the list once, so that a generator is not spent on the checks. */
function readList(name: string, value: unknown): ReadDirective {
  if (typeof Object(value)[Symbol.iterator] !== 'function') {
    const fix =
      typeof value === 'function'
        ? '[function]'
        : 'an array of texts, [] for a directive without a value, or null to leave it out'
    const what = `: ${show(value)} is no list, expected ${fix}`
    throw problem('ERR_CSP_DIRECTIVE_VALUE', name, value, what)
  }
  const elements: Element[] = []
  for (const element of value as Iterable<unknown>) elements.push(checkElement(name, element))
  const isList = Array.isArray(value) || value instanceof Set
  return {
    name,
    elements,
    isPlain: isList && elements.every((element) => typeof element === 'string'),
  }
}

function checkElement(name: string, element: unknown): Element {
  if (typeof element === 'string') {
    const error = valueProblem(name, element)
    if (error !== undefined) throw error
    return element
  }
  if (typeof element === 'function') return element as ValueFunction
  if (element === NONCE && DIRECTIVES.get(name)?.grammar === 'source-list') return NONCE
  const what = element === NONCE ? `NONCE has no meaning in ${name}` : `${show(element)} is no text`
  const fix = 'texts and functions; leave a value out with ...(condition ? [value] : [])'
  throw problem('ERR_CSP_DIRECTIVE_VALUE', name, element, `: ${what}, expected ${fix}`)
}
