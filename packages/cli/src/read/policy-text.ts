/** Texts that are clearly a policy, and why others are not. */

import type { Issue } from '@cusp/core'
import { DIRECTIVES, parsePolicyList } from '@cusp/core'
import { looksLikeHeaders } from './headers.ts'

// directive-name = 1*( ALPHA / DIGIT / "-" ); core tells what browsers do with other alphabets
const NAME = /^[\w-]+$/
const ASCII = /^[\u0020-\u007e]*$/
const QUOTE = /^["'`\u2018-\u201f\u00ab]/
const CURLY = /[\u2018-\u201f]/
/** The name of the header as a word; a URL may contain it, too. */
const HEADER_NAME = /(?:^|[\s"'`({<>,;=])content-security-policy(?:-report-only)?(?:[\s"'`:=,]|$)/i

/** Quotation marks that stand around a whole text, each with the one that closes it. */
const PAIRS: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['\u201c', '\u201d'],
  ['\u2018', '\u2019'],
  ['\u00ab', '\u00bb'],
])

/** A directive as it is written. */
type Words = readonly [name: string, ...values: string[]]

/** Why a text is not a policy, as a predicate on its directives and the sentence that says so. */
type Rule = (text: string, directives: readonly Words[]) => string | undefined

/** The rules, the most telling first. */
const RULES: readonly Rule[] = [
  (text) => whyNotHeader(text),
  (text, directives) =>
    looksLikeHeaders(text) && !directives.flat().some(isDirective)
      ? 'these headers do not have a Content-Security-Policy. Use all headers of the response.'
      : undefined,
  (text) =>
    QUOTE.test(text.trim())
      ? 'it begins with a quotation mark. Use the text of the policy without quotation marks around it.'
      : undefined,
  (text) =>
    /\\["']/.test(text)
      ? 'it has a backslash before a quotation mark. Use the policy as it is sent.'
      : undefined,
  (_text, directives) => {
    const [name] = directives.find((words) => !isDirectiveName(words[0])) ?? []
    return name === undefined ? undefined : refuseName(name)
  },
  (_text, directives) => {
    const [name, ...values] =
      directives.find((words) => !isDirective(words[0]) && words.some(isDirective)) ?? []
    if (name === undefined) return undefined
    const directive = values.find(isDirective)
    return `${JSON.stringify(name)} before ${JSON.stringify(directive)} is not a directive. Use the text of the policy alone.`
  },
  (_text, directives) => {
    const [name] = directives[0] ?? []
    if (name === undefined || isDirective(name) || !ASCII.test(name)) return undefined
    const isOther =
      directives.length > 1 && !hasIssue(name, ['misspelt-directive', 'removed-directive'])
    return isOther ? refuseName(name) : undefined
  },
  (text) => {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
    const begun = lines.find(
      (line, index) =>
        index > 0 &&
        isDirective(line.split(/\s/)[0] ?? '') &&
        !/[;,]$/.test(lines[index - 1] ?? ''),
    )
    return begun === undefined
      ? undefined
      : `the line before ${JSON.stringify(begun)} does not end with ";". Use one policy, with ";" between its directives.`
  },
  (text) => {
    if (hasDirective(text)) return undefined
    if (CURLY.test(text)) {
      return "it has curly quotation marks, which browsers do not read. Use ' around keywords."
    }
    const misspelt = findMisspelt(text)
    return misspelt === undefined
      ? `it does not have a known directive. Use a policy, such as "default-src 'self'".`
      : refuseMisspelt(misspelt)
  },
]

/** Says why a text with the name of the header is not a policy; undefined for other texts. */
export function whyNotHeader(text: string): string | undefined {
  return HEADER_NAME.test(text)
    ? 'it has the name of the header, but it is not a header. Use the text of the policy alone, or what curl -sI prints.'
    : undefined
}

/** Says why a text is not clearly a policy, and what to use instead; undefined for a policy. */
export function whyNotPolicy(text: string): string | undefined {
  const directives = readWords(text)
  for (const rule of RULES) {
    const problem = rule(text, directives)
    if (problem !== undefined) return problem
  }
  return undefined
}

/**
 * Removes the quotation marks around a whole text. Marks that do not close each other stay.
 */
export function unquote(text: string): string {
  const open = text.charAt(0)
  const close = PAIRS.get(open)
  if (close === undefined || text.length < 2 || !text.endsWith(close)) return text
  const inner = text.slice(1, -1)
  const isClosed =
    open === "'"
      ? inner.split("'").length % 2 === 1
      : !inner.includes(open) && !inner.includes(close)
  return isClosed && hasDirective(inner) ? inner : text
}

/** Whether a text has a directive that browsers know. */
export function hasDirective(text: string): boolean {
  return parsePolicyList(text).some(({ policy }) =>
    policy.directives.some(({ name }) => DIRECTIVES.has(name)),
  )
}

function hasIssue(text: string, codes: readonly Issue['code'][]): boolean {
  return parsePolicyList(text).some(({ issues }) => issues.some(({ code }) => codes.includes(code)))
}

/** The first directive that is a typing mistake for a known one. */
export function findMisspelt(text: string): Issue | undefined {
  return parsePolicyList(text)
    .flatMap(({ issues }) => issues)
    .find(({ code }) => code === 'misspelt-directive')
}

function readWords(text: string): readonly Words[] {
  return text.split(/[;,]/).flatMap((part) => {
    const [name = '', ...values] = part.trim().split(/\s+/)
    return name === '' ? [] : [[name, ...values] as const]
  })
}

/** Whether a word can name a directive. A word of another alphabet is core's to judge. */
function isDirectiveName(word: string): boolean {
  return (NAME.test(word) && !word.includes('_')) || !ASCII.test(word)
}

/**
 * Whether a word is the name of a known directive, also behind a quotation mark or with a colon.
 */
function isDirective(word: string): boolean {
  return DIRECTIVES.has(word.replace(QUOTE, '').replace(/:$/, '').toLowerCase())
}

function refuseName(name: string): string {
  const misspelt = findMisspelt(name)
  if (misspelt !== undefined) return refuseMisspelt({ ...misspelt, directive: name })
  const known = [...DIRECTIVES.keys()].find((directive) => name.startsWith(`${directive}'`))
  const shown = JSON.stringify(name)
  return known === undefined
    ? `${shown} is not the name of a directive. Use the text of the policy alone, such as "default-src 'self'".`
    : `a space is missing in ${shown}. Did you mean ${known} ${name.slice(known.length)}?`
}

function refuseMisspelt({ directive, fix }: Issue): string {
  return `${JSON.stringify(directive)} is not a directive. Did you mean ${fix}?`
}
