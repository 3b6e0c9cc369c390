/** Fields in plain data: what JSON, YAML, TOML, XML and the literals of JavaScript come down to. */

import { CspError } from '@cusp/core'
import { fromHelmet } from '@cusp/core/helmet'
import type { FieldName, Setting } from './form.ts'
import { FormError, MENTION, readFieldName, USE_RESPONSE } from './form.ts'

/** A part that is not written as a literal. */
export const UNKNOWN: unique symbol = Symbol('unknown')

/** Plain data, with UNKNOWN where the text computes something. */
export type Data = unknown

/** Data that is still to be read. */
interface Part {
  readonly data: Data
  /** Where it stands: "log.entries[0].response.headers". */
  readonly path: string
  /** The path of the pages that it is for, where the data names one. */
  readonly place: string | undefined
}

/** Keys under which data names the path that its headers are for. */
const PLACES = ['source', 'for', 'path', 'route', 'match', 'urlPattern']
/** Keys of the name and of the value, where each field is an object of its own. */
const NAME_KEYS = ['key', 'name', 'header', 'Header', 'Key', 'Name']
/** Directives by which helmet's options are known. */
const HELMET_NAMES = ['defaultSrc', 'default-src', 'scriptSrc', 'script-src']
const VALUE_KEYS = ['value', 'Value', 'content']
/** Text inside data that sets a field itself, in another language. */
const SNIPPET = /content[-_]?security[-_]?policy(?:[-_]?report[-_]?only)?["'`]?\s{0,9}[:=]/i
const STATEMENT = /(?:add_header|\bheader)\s/i

/** Reads every field that the data sets, at any depth. */
export function readData(data: Data): readonly Setting[] {
  const settings: Setting[] = []
  const seen = new Set<object>()
  // A list in place of recursion: data may nest deeper than the stack.
  const open: Part[] = [{ data, path: '', place: undefined }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { data: one, path, place } = next
    if (typeof one === 'string' && isSnippet(one)) refuseSnippet()
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    // An alias of YAML may hold itself.
    seen.add(one)
    const children = Array.isArray(one)
      ? readList(one, next)
      : readObject(new Map(Object.entries(one)), { part: { path, place }, settings })
    open.push(...children.toReversed())
  }
  return settings
}

/** The items of a list. Fields in a list of fields count for one place. */
function readList(list: readonly Data[], { path, place }: Part): readonly Part[] {
  const [name, value] = list
  const isPair = list.length === 2 && typeof name === 'string' && readFieldName(name) !== undefined
  if (isPair) return [{ data: { name, value }, path, place }]
  return list.map((data, index) => ({
    data,
    path: isField(data) ? path : `${path}[${index}]`,
    place,
  }))
}

/** Whether data is one field, with its name and its value. */
function isField(data: Data): boolean {
  if (Array.isArray(data)) return data.length === 2 && typeof data[0] === 'string'
  return isObject(data) && VALUE_KEYS.some((key) => key in data)
}

function isSnippet(text: string): boolean {
  return (
    SNIPPET.test(text) ||
    text.split('\n').some((line) => MENTION.test(line) && STATEMENT.test(line))
  )
}

function refuseSnippet(): never {
  throw new FormError(`a text in it sets the header in another language. Use that text alone.`)
}

/** Reads the fields of one object, and returns what is still to be read. */
function readObject(
  object: ReadonlyMap<string, Data>,
  { part, settings }: { readonly part: Omit<Part, 'data'>; readonly settings: Setting[] },
): readonly Part[] {
  const named = placeOf(object) ?? part.place
  const place = named ?? part.path
  const name = NAME_KEYS.map((key) => object.get(key)).find((one) => typeof one === 'string')
  const field = name === undefined ? undefined : readFieldName(name)
  if (field !== undefined && VALUE_KEYS.some((key) => object.has(key))) {
    const value = VALUE_KEYS.map((key) => object.get(key)).find((one) => one !== undefined)
    settings.push(...settingsOf(field, { value, place }))
    return []
  }
  if (isHelmet(object)) {
    settings.push(readHelmet(Object.fromEntries(object), place))
    return []
  }
  return Array.from(object).flatMap(([key, data]) => {
    const own = readFieldName(key)
    if (own === undefined || isHolder(data)) {
      return [{ data, path: part.path === '' ? key : `${part.path}.${key}`, place: named }]
    }
    settings.push(...settingsOf(own, { value: data, place }))
    return []
  })
}

/** Whether an object is the options of helmet's contentSecurityPolicy. */
function isHelmet(object: ReadonlyMap<string, Data>): boolean {
  const directives = object.get('directives')
  return isObject(directives) && HELMET_NAMES.some((name) => name in directives)
}

function placeOf(object: ReadonlyMap<string, Data>): string | undefined {
  return PLACES.map((key) => object.get(key)).find((one) => typeof one === 'string')
}

/** An object below the name that names it again, as CloudFront's configuration has it. */
function isHolder(value: Data): value is object {
  return isObject(value) && Object.keys(value).some((key) => readFieldName(key) !== undefined)
}

function isObject(value: Data): value is Readonly<Record<string, Data>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function settingsOf(
  field: FieldName,
  { value, place }: { readonly value: Data; readonly place: string },
): readonly Setting[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [{ field, value, place }]
  if (value === false || value === null) return []
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) {
    return value.map((one: string) => ({ field, value: one, place }))
  }
  if (isObject(value)) return readParts(field, { value, place })
  throw new FormError(`the value of ${field} is not written out as text. ${USE_RESPONSE}`)
}

/** The pages of an extension, or helmet's options. */
function readParts(
  field: FieldName,
  { value, place }: { readonly value: Readonly<Record<string, Data>>; readonly place: string },
): readonly Setting[] {
  const pages = ['extension_pages', 'sandbox', 'isolated_world'].filter(
    (page) => typeof value[page] === 'string',
  )
  if (pages.length > 0) {
    return pages.map((page) => ({ field, value: String(value[page]), place: page }))
  }
  return [readHelmet(value, place)]
}

function readHelmet(options: Readonly<Record<string, Data>>, place: string): Setting {
  if (!isKnown(options)) {
    throw new FormError(
      `helmet's options have a part that is computed. Export the options and name the module: cusp audit ./options.js#csp.`,
    )
  }
  const isOptions = ['directives', 'useDefaults', 'reportOnly'].some((key) => key in options)
  if (!isOptions) {
    throw new FormError(
      `an object stands where the text of the policy is expected. ${USE_RESPONSE}`,
    )
  }
  try {
    const { enforce, reportOnly } = fromHelmet(options)
    const isEnforced = enforce.length > 0
    return {
      field: isEnforced ? 'content-security-policy' : 'content-security-policy-report-only',
      value: String((isEnforced ? enforce : reportOnly)[0]),
      place,
    }
  } catch (error) {
    if (!(error instanceof CspError)) throw error
    throw new FormError(`helmet refuses these options: ${error.message}`)
  }
}

/** Whether nothing in helmet's options is computed. They are never as deep as data can be. */
function isKnown(data: Data, depth = 0): boolean {
  if (data === UNKNOWN || depth > 5) return false
  if (typeof data !== 'object' || data === null) return true
  return Object.values(data).every((one) => isKnown(one, depth + 1))
}
