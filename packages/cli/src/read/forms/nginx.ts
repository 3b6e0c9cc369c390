/**
 * Configuration of nginx: `add_header`, and `more_set_headers` of the headers-more module.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header
 */

import type { Form, Setting } from './form.ts'
import {
  FormError,
  MENTION,
  readFieldLine,
  readFieldName,
  refuseMention,
  USE_RESPONSE,
} from './form.ts'
import type { Grammar, Statement } from './statements.ts'
import { readStatements } from './statements.ts'

const GRAMMAR: Grammar = {
  endsAtLine: false,
  quotes: `"'`,
  rawQuotes: '',
  marks: ';{}',
  hasInnerComments: true,
}

const KNOWN = /(?:^|[\s{;])(?:add_header|more_set_headers)\s/
/** Statements that take a field of an upstream server away. */
const REMOVAL = /^(?:proxy|fastcgi|uwsgi|scgi|grpc)_hide_header$|^more_clear_headers$/
const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g

/** A block that is open, and what `set` has put into variables so far. */
interface State {
  readonly blocks: string[]
  readonly variables: Map<string, string>
  /** The blocks with `add_header`, and whether a policy is among theirs. */
  readonly places: Map<string, boolean>
}

/** Configuration of nginx. */
export const nginx: Form = { name: 'an nginx configuration', read }

function read(text: string): readonly Setting[] | undefined {
  if (!KNOWN.test(text)) return undefined
  const statements = readStatements(text, GRAMMAR)
  if (statements === undefined) return undefined
  // A text in which the words stand elsewhere holds nginx's statements inside another form.
  const isOther = statements.some(({ words }) =>
    words.slice(1).some((word) => !word.isQuoted && word.text === 'add_header'),
  )
  if (isOther) return undefined
  const state: State = { blocks: [], variables: new Map(), places: new Map() }
  const settings = statements.flatMap((statement) => readStatement(statement, state))
  if (settings.length === 0) return undefined
  // With this directive nginx does otherwise.
  const isInherited = text.includes('add_header_inherit')
  return isInherited ? settings : settings.map((setting) => withNote(setting, state))
}

/** A block with fields of its own does not get those of the blocks around it. */
function withNote({ field, value, place }: Setting, { places }: State): Setting {
  const without = Array.from(places)
    .filter(([inner, hasPolicy]) => !hasPolicy && isInside(inner, place))
    .map(([inner]) => JSON.stringify(inner))
  if (field === 'x-frame-options' || without.length === 0) return { field, value, place }
  const note = `nginx does not send the policy in ${without.join(', ')}: a block with add_header of its own does not get those around it`
  return { field, value, place, note }
}

function isInside(inner: string, outer: string): boolean {
  return inner !== outer && (outer === '' || inner.startsWith(`${outer}, `))
}

function readStatement({ words, end, line }: Statement, state: State): readonly Setting[] {
  const [name = '', ...values] = words.map(({ text }) => text)
  if (end === '{') state.blocks.push([name, ...values].join(' '))
  if (end === '}') state.blocks.pop()
  if (name === 'set') setVariable(values, state)
  if (name === 'add_header') return readHeader(values, { state, line })
  if (name === 'more_set_headers') return readMoreHeaders(values, { state, line })
  if (REMOVAL.test(name)) return []
  return values.some((value) => readFieldLine(value) !== undefined || isField(value))
    ? refuseMention(line)
    : []
}

function isField(value: string): boolean {
  return MENTION.test(value) && readFieldName(value) !== undefined
}

function setVariable([name = '', value = '']: readonly string[], { variables }: State): void {
  const key = name.replace('$', '')
  const filled = fill(value, variables)
  // Which of two different values counts, only the request decides.
  const isUnclear = variables.has(key) && !usesVariable(value, key)
  variables.set(key, isUnclear ? `$${key}` : filled)
}

function usesVariable(value: string, key: string): boolean {
  return Array.from(value.matchAll(VARIABLE)).some(([, braced, bare]) => (braced ?? bare) === key)
}

function fill(value: string, variables: State['variables']): string {
  return value.replace(
    VARIABLE,
    (whole, braced?: string, bare?: string) => variables.get(braced ?? bare ?? '') ?? whole,
  )
}

function readHeader(
  [name = '', value, ...others]: readonly string[],
  { state, line }: { readonly state: State; readonly line: number },
): readonly Setting[] {
  const field = readFieldName(name)
  const place = placeOf(state)
  // An empty field is not sent: in that block there is no policy.
  const isPolicy = field !== undefined && field !== 'x-frame-options' && value !== ''
  state.places.set(place, isPolicy || state.places.get(place) === true)
  if (field === undefined) return []
  if (value === undefined || others.some((word) => word !== 'always')) {
    throw new FormError(
      `line ${line} does not have the value of ${name} in quotation marks. ${USE_RESPONSE}`,
    )
  }
  return settingOf(field, { value, state })
}

function readMoreHeaders(
  values: readonly string[],
  { state, line: at }: { readonly state: State; readonly line: number },
): readonly Setting[] {
  return values.flatMap((value) => {
    const line = readFieldLine(value)
    if (line !== undefined) return settingOf(line.field, { value: line.value, state })
    return MENTION.test(value) ? refuseMention(at) : []
  })
}

/** An empty value is a field that nginx does not send. */
function settingOf(
  field: Setting['field'],
  { value, state }: { readonly value: string; readonly state: State },
): readonly Setting[] {
  const filled = fill(value, state.variables)
  const place = placeOf(state)
  return filled.trim() === '' ? [] : [{ field, value: filled, place }]
}

function placeOf({ blocks }: State): string {
  return blocks.filter((block) => /^(?:server|location|if)\b/.test(block)).join(', ')
}
