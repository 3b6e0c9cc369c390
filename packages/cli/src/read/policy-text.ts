/** Texts that are clearly a policy, and why others are not. */

import type { Issue } from '@cusp/core'
import { DIRECTIVES, parsePolicyList } from '@cusp/core'
import { looksLikeHeaders } from './headers.ts'

// directive-name = 1*( ALPHA / DIGIT / "-" ); core tells what browsers do with other alphabets
const NAME = /^[\w-]+$/
const ASCII = /^[\u0020-\u007e]*$/
const QUOTE = /^["'`\u2018-\u201f\u00ab]/
/** The name of the header as a word; a URL may contain it, too. */
const HEADER_NAME = /(?:^|[\s"'`({<>,;=])content-security-policy(?:-report-only)?(?:[\s"'`:=,]|$)/i

/** A directive as it is written. */
type Words = readonly [name: string, ...values: string[]]

/** Why a text is not a policy, as a predicate on its directives and the sentence that says so. */
type Rule = (text: string, directives: readonly Words[]) => string | undefined

/** The rules, the most telling first. */
const RULES: readonly Rule[] = [
  (text) =>
    HEADER_NAME.test(text)
      ? 'it has the name of the header, but it is not a header. Use the text of the policy alone, or what curl -sI prints.'
      : undefined,
  (text, directives) =>
    looksLikeHeaders(text) && !directives.flat().some(isDirective)
      ? 'these headers do not have a Content-Security-Policy. Use all headers of the response.'
      : undefined,
  (text) =>
    QUOTE.test(text.trim())
      ? 'it begins with a quotation mark. Use the text of the policy without quotation marks around it.'
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
  (text) => {
    if (hasDirective(text)) return undefined
    const misspelt = findMisspelt(text)
    return misspelt === undefined
      ? `it does not have a known directive. Use a policy, such as "default-src 'self'".`
      : refuseMisspelt(misspelt)
  },
]

/** Says why a text is not clearly a policy, and what to use instead; undefined for a policy. */
export function whyNotPolicy(text: string): string | undefined {
  const directives = readWords(text)
  for (const rule of RULES) {
    const problem = rule(text, directives)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** Says why the value of a field that no server sent is not clearly a policy. */
export function whyNotValue(value: string): string | undefined {
  if (QUOTE.test(value)) {
    return 'the value of the header is in quotation marks. Use the value without them.'
  }
  const [first] = readWords(value)
  return first === undefined || isDirectiveName(first[0]) ? undefined : refuseName(first[0])
}

/** Whether a text has a directive that browsers know. */
export function hasDirective(text: string): boolean {
  return parsePolicyList(text).some(({ policy }) =>
    policy.directives.some(({ name }) => DIRECTIVES.has(name)),
  )
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
