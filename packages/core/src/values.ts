/** What each directive accepts: source lists and the values of the directives that have no sources. */

import type { DirectiveInfo, ValueGrammar } from './directives.ts'
import { DIRECTIVES, SANDBOX_TOKENS } from './directives.ts'
import type { Examined } from './examined.ts'
import { examineCharacters, problem } from './examined.ts'
import { examineEndpointName, examineReportURL } from './reporting.ts'
import { examineSource } from './source-expression.ts'
import { suggest } from './suggest.ts'
import { asciiLowerCase, show } from './text.ts'

// tt-policy-name = 1*( ALPHA / DIGIT / "-" / "#" / "=" / "_" / "/" / "@" / "." / "%" )
const TRUSTED_TYPES_NAME = /^[\w\-#=/@.%]+$/
const TRUSTED_TYPES_KEYWORDS = ["'none'", "'allow-duplicates'", "'report-sample'"]
const PRINTABLE = /^[\u0021-\u007e]+$/

/** The words of the grammars that are a closed list. */
const WORDS: ReadonlyMap<ValueGrammar, readonly string[]> = new Map<
  ValueGrammar,
  readonly string[]
>([
  ['sandbox', SANDBOX_TOKENS],
  ['webrtc', ["'allow'", "'block'"]],
  ['trusted-types-sinks', ["'script'"]],
])

/** The most values a directive takes; no entry, no limit. */
const MOST: ReadonlyMap<ValueGrammar, number> = new Map([
  ['none', 0],
  ['webrtc', 1],
  ['token', 1],
])

/** Whether the directive may stand without a value, when it takes any. */
export function mayBeEmpty(info: DirectiveInfo): boolean {
  return info.grammar === 'none' || info.name === 'sandbox' || info.name === 'trusted-types'
}

/** How many values the directive takes at the most. */
export function mostValues(info: DirectiveInfo): number {
  return MOST.get(info.grammar) ?? Infinity
}

/** Whether the directive's value is a list of sources (ancestors too). */
export function hasSources(name: string): boolean {
  const grammar = DIRECTIVES.get(name)?.grammar
  return grammar === 'source-list' || grammar === 'ancestor-source-list'
}

/** Examines one value of a directive; an unknown directive takes whatever a header may carry. */
export function examineValue(directive: string, text: string): Examined {
  const grammar = DIRECTIVES.get(directive)?.grammar
  switch (grammar) {
    case 'source-list':
      return examineSource(text)
    case 'ancestor-source-list':
      return examineAncestor(text)
    case 'none':
      return problem(
        'ERR_CSP_DIRECTIVE_VALUE',
        text,
        `is a value and ${directive} takes none`,
        'no argument',
      )
    case 'token':
      return examineEndpointName(text)
    case 'uri-references':
      return examineReportURL(text)
    default:
      return examineCharacters(text) ?? examinePlain(grammar, text)
  }
}

function examineAncestor(text: string): Examined {
  const examined = examineSource(text)
  if (!('text' in examined)) return examined
  const isKeyword = examined.text.startsWith("'")
  if (!isKeyword || examined.text === "'self'" || examined.text === "'none'") return examined
  return problem(
    'ERR_CSP_SOURCE',
    text,
    'cannot name an ancestor',
    "hosts, schemes, 'self' or 'none'",
  )
}

function examinePlain(grammar: ValueGrammar | undefined, text: string): Examined {
  if (!PRINTABLE.test(text) || /[;,]/.test(text)) {
    return problem(
      'ERR_CSP_CHARACTER',
      text,
      'holds a ";", a "," or a character beyond ASCII',
      'printable ASCII',
    )
  }
  if (grammar === 'trusted-types') return examineTrustedTypes(text)
  const words = grammar === undefined ? undefined : WORDS.get(grammar)
  if (words === undefined) return { text }
  const lower = asciiLowerCase(text)
  return words.includes(lower) ? { text: lower } : unknownWord(text, lower, words)
}

function examineTrustedTypes(text: string): Examined {
  const lower = asciiLowerCase(text)
  if (TRUSTED_TYPES_KEYWORDS.includes(lower)) return { text: lower }
  const isUnquoted = TRUSTED_TYPES_KEYWORDS.includes(`'${lower}'`)
  if (text === '*' || (TRUSTED_TYPES_NAME.test(text) && !isUnquoted)) return { text }
  if (isUnquoted || /^['"]/.test(text)) return unknownWord(text, lower, TRUSTED_TYPES_KEYWORDS)
  return problem(
    'ERR_CSP_DIRECTIVE_VALUE',
    text,
    'is no policy name',
    'letters, digits and -#=_/@.%',
  )
}

/** A word that is not on its list: the same word with other quotes, the nearest one, or the whole list. */
function unknownWord(text: string, lower: string, words: readonly string[]): Examined {
  const bare = lower.replace(/["']/g, '')
  const nearest = words.find((word) => word.replaceAll("'", '') === bare) ?? suggest(lower, words)
  const expected = nearest === undefined ? `one of ${words.join(' ')}` : show(nearest)
  const isQuoting = nearest?.replaceAll("'", '') === bare
  const what = isQuoting ? 'has the wrong quotes' : 'is not known here'
  return problem(
    isQuoting ? 'ERR_CSP_KEYWORD_UNQUOTED' : 'ERR_CSP_DIRECTIVE_VALUE',
    text,
    what,
    expected,
  )
}
