/**
 * What helmet's shape refuses in a value: separators, missing quotes, and what no header can carry.
 */

import type { CspError, CspErrorCode } from '../vocabulary/errors.ts'
import { refusal } from '../vocabulary/errors.ts'
import { show, splitOnAsciiWhitespace } from '../text.ts'

// helmet's list. It is asked of each word; helmet itself looks at the whole text only.
const UNQUOTED =
  /^(?:none|self|strict-dynamic|report-sample|inline-speculation-rules|unsafe-inline|unsafe-eval|unsafe-hashes|wasm-unsafe-eval)$|^(?:nonce|sha256|sha384|sha512)-/
// field-vchar = VCHAR / obs-text, with SP and HTAB between. Node refuses to set anything else.
const NOT_FOR_HEADERS = /[^\t\u0020-\u007e\u0080-\u00ff]/

/** Why a value is refused. The message holds helmet's own where helmet refuses it too. */
export function valueProblem(directive: string, text: string): CspError | undefined {
  return (
    separatorProblem(directive, text) ??
    quotingProblem(directive, text) ??
    characterProblem(directive, text)
  )
}

/** A `;` or `,` would begin another directive or another policy. */
export function separatorProblem(directive: string, text: string): CspError | undefined {
  const separator = /[;,]/.exec(text)?.[0]
  if (separator === undefined) return undefined
  return problem('ERR_CSP_CHARACTER', directive, {
    value: text,
    what: `: ${show(text)} holds "${separator}"`,
    fix: 'one key for each directive, one string for each value, and %3B or %2C in a URL',
  })
}

/** A keyword, nonce or hash without its quotes is a host's name to browsers. */
export function quotingProblem(directive: string, text: string): CspError | undefined {
  const token = splitOnAsciiWhitespace(text).find((word) => UNQUOTED.test(word))
  if (token === undefined) return undefined
  // helmet names the whole text where it begins like a nonce or a hash
  const entry = text.startsWith(token) && /^(?:nonce|sha)/.test(token) ? text : token
  const place = entry === text ? '' : ` in ${show(text)}`
  return problem('ERR_CSP_KEYWORD_UNQUOTED', directive, {
    value: text,
    what: `. ${show(entry)} should be quoted`,
    fix: show(`'${token}'`) + place,
  })
}

/** A character that no header can carry would make every response fail. */
export function characterProblem(directive: string, text: string): CspError | undefined {
  const [character] = NOT_FOR_HEADERS.exec(text) ?? []
  if (character === undefined) return undefined
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
  return problem('ERR_CSP_CHARACTER', directive, {
    value: text,
    what: `: ${show(text)} holds U+${code}, which no header can carry`,
    fix: 'text without it',
  })
}

/** What is wrong with a value. */
export interface ValueProblem {
  readonly value: unknown
  /** What follows helmet's words, with the sign between. */
  readonly what: string
  /** What to write instead: the words between "Use" and "instead". */
  readonly fix: string
}

/** An error whose message has helmet's words in it. */
export function problem(
  code: CspErrorCode,
  directive: string,
  { value, what, fix }: ValueProblem,
): CspError {
  const helmets = `Content-Security-Policy received an invalid directive value for ${show(directive)}`
  const action = `write ${directive}`
  return refusal(code, { action, problem: helmets + what, fix, directive, value })
}
