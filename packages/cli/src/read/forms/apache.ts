/**
 * Configuration of Apache, in `.htaccess` or elsewhere: `Header`.
 *
 * @see https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header
 */

import type { Form, Setting } from './form.ts'
import { FormError, MENTION, readFieldName, refuseMention, USE_RESPONSE } from './form.ts'
import type { Grammar, Statement } from './statements.ts'
import { readStatements } from './statements.ts'

const GRAMMAR: Grammar = {
  endsAtLine: true,
  quotes: `"'`,
  rawQuotes: '',
  marks: '',
  hasInnerComments: false,
}

const KNOWN = /^[ \t]*header[ \t]/im
const ACTION = /^(?:always|onsuccess|set|setifempty|add|append|merge|edit\*?|unset|echo|note)$/i
const CONDITION = /^(?:env=|expr=|early$)/i
const SETS = /^(?:set|setifempty|add)$/i

/** Configuration of Apache. */
export const apache: Form = { name: 'an Apache configuration', read }

function read(text: string): readonly Setting[] | undefined {
  if (!KNOWN.test(text)) return undefined
  const statements = readStatements(text, GRAMMAR)
  if (statements === undefined) return undefined
  const sections: string[] = []
  // A Caddyfile has a directive of that name, and a field in the place of the action.
  if (!statements.some(({ words }) => ACTION.test(words[1]?.text ?? ''))) return undefined
  const settings = statements.flatMap((statement) => readStatement(statement, sections))
  return settings.length === 0 ? undefined : settings
}

function readStatement({ words, line }: Statement, sections: string[]): readonly Setting[] {
  const [first = '', ...rest] = words.map(({ text }) => text)
  if (first.startsWith('</')) sections.pop()
  else if (first.startsWith('<')) sections.push([first, ...rest].join(' '))
  if (first.toLowerCase() !== 'header') {
    return rest.some((word) => MENTION.test(word) && readFieldName(word) !== undefined)
      ? refuseMention(line)
      : []
  }
  const [action = '', name = '', value, ...conditions] = /^(?:always|onsuccess)$/i.test(
    rest[0] ?? '',
  )
    ? rest.slice(1)
    : rest
  const field = readFieldName(name.replace(/:$/, ''))
  if (field === undefined || /^unset$/i.test(action)) return []
  if (!SETS.test(action) || value === undefined) {
    throw new FormError(
      `line ${line} changes ${name} by ${JSON.stringify(action)}, and what it changes is not here. ${USE_RESPONSE}`,
    )
  }
  if (!conditions.every((word) => CONDITION.test(word))) {
    throw new FormError(
      `line ${line} does not have the value of ${name} in quotation marks. ${USE_RESPONSE}`,
    )
  }
  // mod_headers writes "%%" for "%"; "%{name}e" is a variable.
  const place = placeOf([...sections, ...conditions])
  return [{ field, value: value.replaceAll('%%', '%'), place }]
}

/** Sections that ask only whether a module is there hold for every request. */
function placeOf(sections: readonly string[]): string {
  return sections.filter((section) => !/^<(?:ifmodule|ifversion)\b/i.test(section)).join(', ')
}
