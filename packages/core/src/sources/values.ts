/**
 * What each directive accepts: source lists, and the values of the directives that have no sources.
 */

import { asciiLowerCase, joinWords, show } from '../text.ts'
import type { DirectiveInfo, ValueGrammar } from '../vocabulary/directives.ts'
import { DIRECTIVES, SANDBOX_TOKENS } from '../vocabulary/directives.ts'
import { suggest } from '../vocabulary/suggest.ts'
import type { Examined } from './examined.ts'
import { examineCharacters, problem } from './examined.ts'
import { examineEndpointName, examineReportURL } from './reporting.ts'
import { examineSource } from './source-expression.ts'

// tt-policy-name = 1*( ALPHA / DIGIT / "-" / "#" / "=" / "_" / "/" / "@" / "." / "%" )
const TRUSTED_TYPES_NAME = /^[\w\-#=/@.%]+$/
const TRUSTED_TYPES_KEYWORDS = ["'none'", "'allow-duplicates'", "'report-sample'"]
// directive-value: printable ASCII but for "," and ";"
const VALUE = /^[\u0021-\u002b\u002d-\u003a\u003c-\u007e]+$/

/** How one value of each grammar is examined. */
const EXAMINERS: Readonly<Record<ValueGrammar, (text: string, directive: string) => Examined>> = {
  'source-list': examineSource,
  'ancestor-source-list': examineAncestor,
  sandbox: (text) => examineWord(text, SANDBOX_TOKENS),
  webrtc: (text) => examineWord(text, ["'allow'", "'block'"]),
  'trusted-types-sinks': (text) => examineWord(text, ["'script'"]),
  'trusted-types': examineTrustedTypes,
  'uri-references': examineReportURL,
  token: examineEndpointName,
  none: refuseValue,
}

/** The most values that a grammar has; no entry, no limit. */
const MOST: Readonly<Partial<Record<ValueGrammar, number>>> = { none: 0, webrtc: 1, token: 1 }

/** Whether the directive may stand without a value. */
export function mayBeEmpty({ grammar, name }: DirectiveInfo): boolean {
  return grammar === 'none' || name === 'sandbox' || name === 'trusted-types'
}

/** How many values the directive takes at most. */
export function mostValues({ grammar }: DirectiveInfo): number {
  return MOST[grammar] ?? Infinity
}

/** Whether the directive's value is a list of sources; ancestors are sources too. */
export function hasSources(name: string): boolean {
  const grammar = DIRECTIVES.get(name)?.grammar
  return grammar === 'source-list' || grammar === 'ancestor-source-list'
}

/** Examines one value of a directive. An unknown directive takes whatever a header can carry. */
export function examineValue(directive: string, text: string): Examined {
  const info = DIRECTIVES.get(directive)
  return info === undefined ? examinePlain(text) : EXAMINERS[info.grammar](text, directive)
}

function refuseValue(text: string, directive: string): Examined {
  const what = `is a value, and ${directive} takes none`
  return problem('ERR_CSP_DIRECTIVE_VALUE', text, { what, fix: 'no argument' })
}

function examineAncestor(text: string): Examined {
  const examined = examineSource(text)
  if (!('text' in examined)) return examined
  const isKeyword = examined.text.startsWith("'")
  if (!isKeyword || examined.text === "'self'" || examined.text === "'none'") return examined
  const fix = "hosts, schemes, 'self' or 'none'"
  return problem('ERR_CSP_SOURCE', text, { what: 'cannot name an ancestor', fix })
}

function examinePlain(text: string): Examined {
  const slip = examineCharacters(text)
  if (slip !== undefined || VALUE.test(text)) return slip ?? { text }
  const what = 'holds a ";", a "," or a character beyond ASCII'
  return problem('ERR_CSP_CHARACTER', text, { what, fix: 'printable ASCII' })
}

function examineTrustedTypes(text: string): Examined {
  const plain = examinePlain(text)
  if (!('text' in plain)) return plain
  const lower = asciiLowerCase(text)
  if (TRUSTED_TYPES_KEYWORDS.includes(lower)) return { text: lower }
  const isUnquoted = TRUSTED_TYPES_KEYWORDS.includes(`'${lower}'`)
  if (isUnquoted || /^['"]/.test(text)) return refuseWord(text, TRUSTED_TYPES_KEYWORDS)
  if (text === '*' || TRUSTED_TYPES_NAME.test(text)) return { text }
  const fix = 'letters, digits and -#=_/@.%'
  return problem('ERR_CSP_DIRECTIVE_VALUE', text, { what: 'is not a policy name', fix })
}

/** A grammar that is a closed list of words. */
function examineWord(text: string, words: readonly string[]): Examined {
  const plain = examinePlain(text)
  if (!('text' in plain)) return plain
  const lower = asciiLowerCase(text)
  return words.includes(lower) ? { text: lower } : refuseWord(text, words)
}

/** The fix is the same word with other quotes, the nearest word, or the whole list. */
function refuseWord(text: string, words: readonly string[]): Examined {
  const lower = asciiLowerCase(text)
  const bare = lower.replace(/["']/g, '')
  const same = words.find((word) => word.replaceAll("'", '') === bare)
  if (same !== undefined) {
    const complaint = { what: 'has the wrong quotes', fix: show(same) }
    return problem('ERR_CSP_KEYWORD_UNQUOTED', text, complaint)
  }
  const nearest = suggest(lower, words)
  const fix = nearest === undefined ? joinWords(words, 'or') : show(nearest)
  return problem('ERR_CSP_DIRECTIVE_VALUE', text, { what: 'is not known here', fix })
}
