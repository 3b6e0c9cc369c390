/** The result of examining a value: the text as it is written into a policy, or why not and what to write instead. */

import type { CspErrorCode } from './errors.ts'
import { show } from './text.ts'

/** Why a value is refused and what to write instead; the end of a sentence that begins "Cannot …: ". */
export interface Problem {
  /** Stable code. */
  readonly code: CspErrorCode
  /** What is the case. */
  readonly problem: string
  /** What to write instead. */
  readonly expected: string
}

/** A value as it is written into a policy, or the reason why it can't be. */
export type Examined = { readonly text: string } | Problem

/** Makes a problem whose sentence begins with the value. */
export function problem(
  code: CspErrorCode,
  value: string,
  what: string,
  expected: string,
): Problem {
  return { code, problem: `${show(value)} ${what}`, expected }
}

/** Problems of single characters that no value of any directive may have. */
export function examineCharacters(text: string): Problem | undefined {
  if (text === '')
    return { code: 'ERR_CSP_SOURCE', problem: 'the text is empty', expected: 'a value' }
  if (/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text)) {
    return problem('ERR_CSP_CHARACTER', text, 'holds a control character', 'printable ASCII')
  }
  if (/[\t\n\f\r ]/.test(text)) {
    const parts = text.split(/[\t\n\f\r ]+/).filter((part) => part !== '')
    const list = parts.length === 0 ? 'a value' : parts.map((part) => show(part)).join(', ')
    const what = parts.length > 1 ? 'holds several values' : 'holds white space'
    return problem(
      'ERR_CSP_CHARACTER',
      text,
      what,
      parts.length > 1 ? `one argument each: ${list}` : list,
    )
  }
  return undefined
}
