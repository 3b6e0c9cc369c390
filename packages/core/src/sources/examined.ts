/** The result of examining a value: the text as a policy holds it, or what is wrong with it. */

import type { CspErrorCode } from '../vocabulary/errors.ts'
import { show, splitOnAsciiWhitespace } from '../text.ts'

/** What is wrong with a value, and what to write instead. */
export interface Problem {
  /** Stable code. */
  readonly code: CspErrorCode
  /** "X is not Y", the end of a sentence that begins "Cannot …: ". */
  readonly problem: string
  /** The words between "Use" and "instead". */
  readonly fix: string
  /** A further sentence. */
  readonly hint?: string | undefined
}

/** A value as a policy holds it, or why no policy can hold it. */
export type Examined = { readonly text: string } | Problem

/** What {@link problem} says of a value. */
export interface Complaint {
  /** The words behind the value: "is not a host". */
  readonly what: string
  readonly fix: string
  readonly hint?: string | undefined
}

// ASCII white space; the other control characters
const WHITE_SPACE = /[\t\n\f\r ]/
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/

/** Makes a problem whose sentence begins with the value. */
export function problem(code: CspErrorCode, value: string, complaint: Complaint): Problem {
  const { what, fix, hint } = complaint
  return { code, problem: `${show(value)} ${what}`, fix, hint }
}

/** Finds characters that no value of any directive can hold. */
export function examineCharacters(text: string): Problem | undefined {
  if (text === '') return { code: 'ERR_CSP_SOURCE', problem: 'the text is empty', fix: 'a value' }
  if (CONTROL_CHARACTER.test(text)) {
    const what = 'holds a control character'
    return problem('ERR_CSP_CHARACTER', text, { what, fix: 'printable ASCII' })
  }
  return WHITE_SPACE.test(text) ? examineWords(text, splitOnAsciiWhitespace(text)) : undefined
}

function examineWords(text: string, words: readonly string[]): Problem {
  const list = words.map((word) => show(word)).join(', ')
  if (words.length > 1) {
    const fix = `one argument for each: ${list}`
    return problem('ERR_CSP_CHARACTER', text, { what: 'holds several values', fix })
  }
  const fix = words.length === 0 ? 'a value' : list
  return problem('ERR_CSP_CHARACTER', text, { what: 'holds white space', fix })
}
