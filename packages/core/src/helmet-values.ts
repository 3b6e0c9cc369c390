/** What helmet's shape refuses in a value: text that is no single directive, missing quotes, what no header carries. */

import { CspError } from './errors.ts'
import { show } from './text.ts'

// helmet's list, found as a token anywhere in the text; helmet itself looks at the whole text only
const UNQUOTED =
  /(?:^|[\t\n\f\r ])((?:none|self|strict-dynamic|report-sample|inline-speculation-rules|unsafe-inline|unsafe-eval|unsafe-hashes|wasm-unsafe-eval)(?![^\t\n\f\r ])|(?:nonce|sha256|sha384|sha512)-[^\t\n\f\r ]*)/
// field-vchar = VCHAR / obs-text, SP and HTAB between; what is left of it makes a header's setter throw
const NOT_FOR_HEADERS = /[^\t\u0020-\u007e\u0080-\u00ff]/

/** Why a value is refused; holds helmet's message where helmet refuses it too. */
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
  const fix = `one key for each directive, one string for each value, and %3B or %2C in a URL`
  const what = `: ${show(text)} holds "${separator}", expected ${fix}`
  return problem('ERR_CSP_CHARACTER', directive, text, what)
}

/** A keyword, nonce or hash without its quotes is a host's name to browsers. */
export function quotingProblem(directive: string, text: string): CspError | undefined {
  const token = UNQUOTED.exec(text)?.[1]
  if (token === undefined) return undefined
  // helmet names the whole text where its beginning looks like a nonce or a hash
  const entry = text.startsWith(token) && /^(?:nonce|sha)/.test(token) ? text : token
  const place = entry === text ? '' : ` in ${show(text)}`
  const what = `. ${show(entry)} should be quoted, expected ${show(`'${token}'`)}${place}`
  return problem('ERR_CSP_KEYWORD_UNQUOTED', directive, text, what)
}

/** A header can't carry it: every response would fail. */
export function characterProblem(directive: string, text: string): CspError | undefined {
  const [character] = NOT_FOR_HEADERS.exec(text) ?? []
  if (character === undefined) return undefined
  const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
  const what = `: ${show(text)} holds U+${code}, which no header can carry, expected text without it`
  return problem('ERR_CSP_CHARACTER', directive, text, what)
}

/** An error that begins with helmet's words. */
export function problem(
  code: CspError['code'],
  directive: string,
  value: unknown,
  what: string,
): CspError {
  const text = `Cannot write ${directive}: Content-Security-Policy received an invalid directive value for ${show(directive)}`
  return new CspError(code, `${text}${what}`, { directive, value })
}
