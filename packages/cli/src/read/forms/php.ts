/**
 * PHP: `header("Content-Security-Policy: …")`.
 *
 * @see https://www.php.net/manual/en/language.types.string.php
 */

import type { Form, Setting } from './form.ts'
import { FormError, MENTION, readFieldLine, USE_RESPONSE } from './form.ts'

const KNOWN = /<\?php|<\?=|(?:^|[^\w$>:.])header\s*\(/i
const CALL = /(?:^|[^\w$>:.])header\s*\(/gi
// 'text' or "text", where a backslash takes the next character with it
const STRING = /^\s*(?:'((?:[^'\\]|\\[^])*)'|"((?:[^"\\]|\\[^])*)")\s*/
const COMMENT = /^(?:\/[*/]|#(?!\[))/
// the operand between two dots: a variable or a call
const OPERAND = /^\s*([$\w\\][\w\\$>\-:[\]'"]*(?:\(\w*\))?)\s*/

/** The name of the header begins within so many characters of the call. */
const NEAR = 200

/** PHP that sends headers. */
export const php: Form = { name: 'PHP', read }

function read(text: string): readonly Setting[] | undefined {
  if (!KNOWN.test(text)) return undefined
  const code = withoutComments(withoutMarkup(text))
  const settings = Array.from(code.matchAll(CALL)).flatMap(({ index, 0: call }) => {
    const start = index + call.length
    return MENTION.test(code.slice(start, start + NEAR)) ? readCall(code, start) : []
  })
  return settings.length === 0 ? undefined : settings
}

/** Puts spaces in the place of what is not PHP; a text without a tag is PHP. */
function withoutMarkup(text: string): string {
  if (!text.includes('<?')) return text
  return text
    .split('<?')
    .map((part, index) => {
      const end = index === 0 ? 0 : part.indexOf('?>')
      return end === -1 ? `  ${part}` : `  ${part.slice(0, end)}${blank(part.slice(end))}`
    })
    .join('')
    .slice(2)
}

/** Puts spaces in the place of comments, so that lines keep their numbers. */
function withoutComments(text: string): string {
  const parts: string[] = []
  let at = 0
  while (at < text.length) {
    const end = endOfPart(text, at)
    const part = text.slice(at, end)
    parts.push(COMMENT.test(part) ? blank(part) : part)
    at = end
  }
  return parts.join('')
}

/** Where a string, a comment or a single character ends. */
function endOfPart(text: string, at: number): number {
  const start = text.charAt(at)
  if (start === '"' || start === "'") {
    let end = at + 1
    while (end < text.length && text.charAt(end) !== start) end += text.charAt(end) === '\\' ? 2 : 1
    return end + 1
  }
  if (!COMMENT.test(text.slice(at, at + 2))) return at + 1
  const isBlock = text.startsWith('/*', at)
  const end = text.indexOf(isBlock ? '*/' : '\n', at + 2)
  if (end === -1) return text.length
  return isBlock ? end + 2 : end
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

function readCall(code: string, start: number): readonly Setting[] {
  const rest = code.slice(start)
  const argument = readArgument(rest)
  if (argument === undefined) {
    const statement = rest.slice(0, rest.search(/[;\n]|$/))
    if (!MENTION.test(statement)) return []
    throw new FormError(`line ${lineOf(code, start)} computes the header. ${USE_RESPONSE}`)
  }
  const field = readFieldLine(argument)
  return field === undefined ? [] : [{ ...field, place: `line ${lineOf(code, start)}` }]
}

function lineOf(code: string, at: number): number {
  return code.slice(0, at).split('\n').length
}

/** Reads strings that are joined by dots; a variable between them is left as a placeholder. */
function readArgument(rest: string): string | undefined {
  const parts: string[] = []
  let left = rest
  for (;;) {
    const [match, single, double] = STRING.exec(left) ?? []
    const [operand, name] = match === undefined ? (OPERAND.exec(left) ?? []) : []
    const taken = match ?? operand
    if (taken === undefined) return undefined
    parts.push(name === undefined ? unescape(single, double) : `{{ ${name} }}`)
    left = left.slice(taken.length)
    if (/^[,)]/.test(left)) return parts.join('')
    if (!left.startsWith('.')) return undefined
    left = left.slice(1)
  }
}

function unescape(single: string | undefined, double: string | undefined): string {
  if (single !== undefined) return single.replace(/\\(['\\])/g, '$1')
  return (double ?? '').replace(/\\(["\\$])/g, '$1')
}
