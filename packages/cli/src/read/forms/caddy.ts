/**
 * A Caddyfile: `header`.
 *
 * @see https://caddyserver.com/docs/caddyfile/directives/header
 */

import type { Form, Setting } from './form.ts'
import { FormError, readFieldName, refuseMention, USE_RESPONSE } from './form.ts'
import type { Grammar, Statement } from './statements.ts'
import { readStatements } from './statements.ts'

const GRAMMAR: Grammar = {
  endsAtLine: true,
  quotes: '"`',
  rawQuotes: '`',
  marks: '',
  hasInnerComments: true,
}

// header [<matcher>] [[+|-|?|>]<field> [<value>|<find>] [<replace>]] { … }
const KNOWN = /(?:^|[\s{])header[ \t]+\S/m
const MATCHER = /^[@/*]/

/** A Caddyfile. */
export const caddy: Form = { name: 'a Caddyfile', read }

function read(text: string): readonly Setting[] | undefined {
  if (!KNOWN.test(text)) return undefined
  const statements = readStatements(text, GRAMMAR)
  if (statements === undefined) return undefined
  const blocks: string[] = []
  const settings = statements.flatMap((statement) => readStatement(statement, blocks))
  return settings.length === 0 || blocks.length > 0 ? undefined : settings
}

function readStatement({ words, line }: Statement, blocks: string[]): readonly Setting[] {
  const texts = words.map(({ text }) => text)
  const opens = texts.at(-1) === '{' && words.at(-1)?.isQuoted === false
  const statement = opens ? texts.slice(0, -1) : texts
  if (texts.length === 1 && texts[0] === '}') {
    blocks.pop()
    return []
  }
  const isInHeader = /^header\b/.test(blocks.at(-1) ?? '')
  const place = blocks.filter((block) => block !== '' && block !== 'header').join(', ')
  if (opens) blocks.push(statement.join(' '))
  if (isInHeader) return readField(statement, { place, line })
  const [name, ...rest] = statement
  if (name !== 'header') {
    return rest.some((word) => readFieldName(word) !== undefined) ? refuseMention(line) : []
  }
  const [matcher = '', ...others] = rest
  const isMatched = MATCHER.test(matcher)
  const fields = isMatched ? others : rest
  const matched = isMatched ? [place, matcher].filter(Boolean).join(', ') : place
  return fields.length === 0 ? [] : readField(fields, { place: matched, line })
}

function readField(
  [name = '', value, replacement]: readonly string[],
  { place, line }: { readonly place: string; readonly line: number },
): readonly Setting[] {
  const field = readFieldName(name.replace(/^[+?>]/, ''))
  if (field === undefined) return []
  if (value === undefined || replacement !== undefined || value.startsWith('<<')) {
    throw new FormError(
      `line ${line} does not have the whole value of ${name} in quotation marks. ${USE_RESPONSE}`,
    )
  }
  return [{ field, value, place }]
}
