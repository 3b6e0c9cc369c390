/**
 * A test's script on its way into a page, and its outcome on the way back: both are text in all
 * three protocols.
 */

import { Script } from 'node:vm'

type Outcome = { readonly value?: unknown } | { readonly error: string }

/**
 * Wraps an expression or the body of an async function as an expression for a promise of an outcome
 * in JSON.
 *
 * The script starts in a task of its own: until its first await, Firefox lends a debugger's
 * evaluation the right to `eval`.
 */
export function wrapScript(script: string): string {
  const body = isExpression(script) ? `return (\n${script}\n)` : script
  return `(async () => { await null
${body}
})().then((value) => JSON.stringify({ value }), (error) => JSON.stringify({ error: String(error) }))`
}

/** Reads an outcome: its value, or its error thrown. */
export function readOutcome(script: string, outcome: unknown): unknown {
  if (typeof outcome !== 'string') {
    throw new Error(
      `Cannot evaluate a script: the browser answered ${JSON.stringify(outcome)} to ${script}`,
    )
  }
  const parsed = JSON.parse(outcome) as Outcome
  if ('error' in parsed)
    throw new Error(`Cannot evaluate a script: ${parsed.error}, thrown by ${script}`)
  return parsed.value
}

function isExpression(script: string): boolean {
  try {
    return new Script(`(async () => (\n${script}\n))`) instanceof Script
  } catch {
    return false
  }
}
