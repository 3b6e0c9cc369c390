/**
 * The directives of helmet's options, read as helmet reads them: names, order and defaults. Each
 * list is read once.
 */

import { DIRECTIVES } from '../vocabulary/directives.ts'
import type { ReadOptions } from './options.ts'
import { dangerouslyDisableDefaultSrc, dashed, refuse } from './options.ts'
import { problem, valueProblem } from './values.ts'
import { NONCE } from '../vocabulary/keywords.ts'
import { show } from '../text.ts'

/** Values by directive name, in helmet's order. */
export type HelmetDefaults = Record<string, string[]>

/** A directive's value that is computed for each response. */
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

// helmet's grammar: a small letter, then letters, digits and "-", but not "-" at the end
const NAME = /^[a-z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/
const ESCAPE = dangerouslyDisableDefaultSrc.description

/**
 * Reads the directives: the defaults first, each in its place, then the others in the order of
 * their keys.
 *
 * @throws CspError where helmet throws, with helmet's message, and for what could never be sent or
 *   was never meant
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

/**
 * Returns helmet's default directives. The object and its arrays are new at each call and may be
 * changed.
 *
 * @example
 * ```ts
 * import { fromHelmet, getDefaultDirectives } from '@cusp/core/helmet'
 *
 * const { 'img-src': imgSrc, ...others } = getDefaultDirectives()
 * imgSrc // => 'self',data:
 * fromHelmet({ useDefaults: false, directives: others }).isStatic // => true
 * ```
 */
export function getDefaultDirectives(): HelmetDefaults {
  return {
    'default-src': ["'self'"],
    'base-uri': ["'self'"],
    'font-src': ["'self'", 'https:', 'data:'],
    'form-action': ["'self'"],
    'frame-ancestors': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'object-src': ["'none'"],
    'script-src': ["'self'"],
    'script-src-attr': ["'none'"],
    'style-src': ["'self'", 'https:', "'unsafe-inline'"],
    'upgrade-insecure-requests': [],
  }
}

function readName(key: string, seen: Set<string>): string {
  if (!NAME.test(key)) {
    const text = `Content-Security-Policy received an invalid directive name ${show(key)}`
    const fix = 'Use letters, digits and "-" instead, such as scriptSrc or script-src'
    refuse('ERR_CSP_DIRECTIVE_NAME', `${text}. ${fix}.`, { value: key })
  }
  const name = dashed(key)
  if (seen.has(name)) {
    const text = `Content-Security-Policy received a duplicate directive ${show(name)}`
    refuse('ERR_CSP_DIRECTIVE_DUPLICATE', `${text}. Use one key for it instead.`, {
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

/** Reads the list once: a generator can be read only once. */
function readList(name: string, value: unknown): ReadDirective {
  if (typeof Object(value)[Symbol.iterator] !== 'function') {
    const fix =
      typeof value === 'function'
        ? '[function]'
        : 'an array of texts, or null to leave the directive out,'
    const what = `: ${show(value)} is not a list`
    throw problem('ERR_CSP_DIRECTIVE_VALUE', name, { value, what, fix })
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
  const what =
    element === NONCE ? `NONCE has no meaning in ${name}` : `${show(element)} is not text`
  throw problem('ERR_CSP_DIRECTIVE_VALUE', name, {
    value: element,
    what: `: ${what}`,
    fix: 'texts and functions, and ...(condition ? [value] : []) to leave one out,',
  })
}
