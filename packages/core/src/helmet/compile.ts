/**
 * helmet's serialisation, compiled: whatever is known when the middleware is made becomes text
 * then.
 */

import type { CspError } from '../vocabulary/errors.ts'
import type { ReadDirective, ValueFunction } from './directives.ts'
import { characterProblem, problem, quotingProblem, separatorProblem } from './values.ts'
import { NONCE } from '../vocabulary/keywords.ts'
import { show } from '../text.ts'

/** Stands for the nonce while the text is put together. No value may have this character. */
export const NONCE_MARK = '\u0000'

/** A policy as text with functions between. */
export interface CompiledPolicy {
  /** The functions in helmet's order, each with the text in front of its value. */
  readonly steps: readonly Step[]
  /** The text behind the last function. Without functions it is all of the text. */
  readonly tail: string
}

interface Step {
  readonly before: string
  readonly directive: string
  readonly compute: ValueFunction
  /** Whether it is the last function of its directive. helmet looks for `;` and `,` only then. */
  readonly isLast: boolean
}

/**
 * Writes the directives as helmet does: `;` between them without a space, one space before each
 * value.
 */
export function compile(directives: readonly ReadDirective[]): CompiledPolicy {
  // helmet joins a policy of plain lists by another rule: a lone "" leaves no space
  const isPlain = directives.every((directive) => directive.isPlain)
  const steps: Step[] = []
  let text = ''
  for (const { name, elements } of directives) {
    if (text !== '' || steps.length > 0) text += ';'
    text += name
    if (isPlain && elements.length === 1 && elements[0] === '') continue
    const last = elements.findLastIndex((element) => typeof element === 'function')
    for (const [index, element] of elements.entries()) {
      text += ' '
      if (typeof element === 'function') {
        steps.push({ before: text, directive: name, compute: element, isLast: index === last })
        text = ''
      } else text += element === NONCE ? `'nonce-${NONCE_MARK}'` : element
    }
  }
  return { steps, tail: text }
}

/**
 * The text of one response. Each function is called once, in helmet's order, until one fails.
 *
 * @throws CspError for a value that is not text or could not be sent as meant; what a function
 *   throws, as an Error
 */
export function render({ steps, tail }: CompiledPolicy, args: readonly unknown[]): string {
  let text = ''
  let values = ''
  for (const { before, directive, compute, isLast } of steps) {
    const value = call(compute, args)
    const error =
      typeof value === 'string' ? quotingProblem(directive, value) : noText(directive, value)
    if (error !== undefined) throw error
    text += before + (value as string)
    values += value as string
    if (!isLast) continue
    const late = separatorProblem(directive, values) ?? characterProblem(directive, values)
    if (late !== undefined) throw late
    values = ''
  }
  return text + tail
}

function call(compute: ValueFunction, args: readonly unknown[]): unknown {
  try {
    return compute(...args)
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : new Error(textOf(thrown), { cause: thrown })
  }
}

/** helmet's `String(thrown)`, which itself throws for an object without a prototype. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown)
  } catch {
    return 'an object'
  }
}

function noText(directive: string, value: unknown): CspError {
  const isPromise = value instanceof Promise
  // This error is enough. A rejection that nobody handles would end the process.
  if (isPromise) value.catch(() => undefined)
  return problem('ERR_CSP_DIRECTIVE_VALUE', directive, {
    value,
    what: `: its function returned ${show(value)}`,
    fix: isPromise
      ? 'text that a middleware in front of it has awaited'
      : "text, or '' for no value,",
  })
}
