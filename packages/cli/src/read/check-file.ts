/**
 * A file of checks: a JSON array. Each item is a check as the engine takes it, a check as a command
 * line writes it, or `{ check, expect }` with one of these.
 */

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Check, PolicyItem } from '@cusp/engine'
import { decide } from '@cusp/engine'
import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'
import type { CheckFacts } from './check-word.ts'
import { readCheckWord } from './check-word.ts'
import { responseNonce } from './delivered.ts'

/** What a field of a check holds. */
interface Field {
  readonly isRequired?: boolean
  /** Its values in words. */
  readonly values: string
  readonly isValid: (value: unknown) => boolean
}

/** The fields of each type of check, without `type`. */
type Fields = {
  readonly [Type in Check['type']]: {
    readonly [Name in Exclude<keyof Extract<Check, { readonly type: Type }>, 'type'>]-?: Field
  }
}

const TEXT: Field = { values: 'a string', isValid: isString }
const NAME: Field = { ...TEXT, isRequired: true }
const URL_TEXT: Field = { ...TEXT, values: 'a URL, as a string' }
const ADDRESS: Field = { ...URL_TEXT, isRequired: true }
const FLAG: Field = { values: 'true or false', isValid: (value) => typeof value === 'boolean' }
const COUNT: Field = {
  values: 'a whole number: 0, 1, 2 …',
  isValid: (value) => Number.isInteger(value) && Number(value) >= 0,
}
const NAMES: Field = {
  values: 'an array of strings',
  isValid: (value) => Array.isArray(value) && value.every(isString),
}
const ORIGINS: Field = {
  isRequired: true,
  values: 'an array of origins, and null for an opaque one',
  isValid: (value) =>
    Array.isArray(value) && value.every((origin) => origin === null || isString(origin)),
}

const FIELDS: Fields = {
  request: {
    url: ADDRESS,
    destination: TEXT,
    redirectCount: COUNT,
    nonce: TEXT,
    integrity: TEXT,
    parserInserted: FLAG,
    initiator: TEXT,
    nonceable: FLAG,
    originalUrl: URL_TEXT,
    mimeType: TEXT,
    serverCertificateHashes: FLAG,
  },
  inline: { inline: NAME, source: TEXT, nonce: TEXT, parserInserted: FLAG, nonceable: FLAG },
  eval: { source: TEXT, trusted: FLAG },
  wasm: {},
  'base-uri': { url: ADDRESS },
  'form-action': { url: ADDRESS, redirectCount: COUNT },
  'frame-ancestors': { ancestors: ORIGINS, url: URL_TEXT },
  'trusted-types-policy': { name: NAME, created: NAMES },
  'trusted-types-sink': { sink: NAME, source: TEXT },
  webrtc: {},
}

const FIELDS_OF: ReadonlyMap<unknown, ReadonlyMap<string, Field>> = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [
    type,
    new Map<string, Field>(Object.entries(fields)),
  ]),
)

/** The answer that a check should have. */
export type ExpectedAnswer = 'allowed' | 'blocked'

/** One check of a file. */
export interface FileCheck {
  readonly check: Check
  /** The check as the file writes it, if that is a string. */
  readonly word?: string
  readonly expect?: ExpectedAnswer
}

/** What the checks of a file are read with. */
interface FileContext {
  readonly host: Host
  readonly facts: CheckFacts
  readonly policies: readonly PolicyItem[]
}

/**
 * Reads the checks in a file.
 *
 * @throws UsageError for a file that does not hold checks
 */
export async function readCheckFile(
  file: string,
  { host, facts, policies }: FileContext,
): Promise<readonly FileCheck[]> {
  const name = JSON.stringify(file)
  const items = parse(name, await read(name, path.resolve(host.cwd, file)))
  return items.map((item, index) => toItem(item, { name, number: index + 1, facts, policies }))
}

async function read(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw refusal(name, 'the file cannot be read')
  }
}

function parse(name: string, text: string): readonly (object | string)[] {
  const parsed = parseJSON(name, text)
  if (Array.isArray(parsed) && parsed.every(isItem)) return parsed
  throw refusal(name, 'the JSON is not an array of objects and strings')
}

function parseJSON(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refusal(name, 'the file is not JSON')
  }
}

function refusal(name: string, problem: string): UsageError {
  return new UsageError(
    `Cannot read the checks in ${name}: ${problem}. Use an array of checks in JSON, such as [{ "type": "eval" }].`,
  )
}

/** Where an item stands, and what it is asked of. */
interface Place {
  readonly name: string
  /** Its number in the file, from 1. */
  readonly number: number
  readonly facts: CheckFacts
  readonly policies: readonly PolicyItem[]
}

/** The answers that can be expected. */
const ANSWERS: readonly ExpectedAnswer[] = ['allowed', 'blocked']

function toItem(item: object | string, place: Place): FileCheck {
  if (typeof item === 'string' || !('check' in item) || 'type' in item) return toCheck(item, place)
  const { check, expect, ...others } = item as Readonly<Record<string, unknown>>
  const [other] = Object.keys(others)
  if (other !== undefined) throw unknownField(other, { fix: 'Use check, expect.', place })
  if (!isItem(check)) {
    throw wrong('check', { value: check, fix: 'Use a check, such as "eval".', place })
  }
  const answer = ANSWERS.find((one) => one === expect)
  if (answer === undefined && expect !== undefined) {
    throw wrong('expect', { value: expect, fix: `Use ${ANSWERS.join(' or ')}.`, place })
  }
  return { ...toCheck(check, place), ...(answer === undefined ? {} : { expect: answer }) }
}

function toCheck(item: object | string, place: Place): FileCheck {
  return typeof item === 'string'
    ? { word: item, check: readCheckWord(item, place.facts) }
    : { check: toEngineCheck(item, place) }
}

function toEngineCheck(item: object, place: Place): Check {
  const entries: ReadonlyMap<string, unknown> = new Map(Object.entries(item))
  const type = entries.get('type')
  const fields = FIELDS_OF.get(type)
  if (fields === undefined) {
    const types = [...FIELDS_OF.keys()].join(', ')
    throw wrong('type', { value: type, fix: `Use one of ${types}.`, place })
  }
  for (const [field, { isRequired = false, values, isValid }] of fields) {
    const value = entries.get(field)
    const isAbsent = value === undefined && !isRequired
    if (!isAbsent && !isValid(value)) throw wrong(field, { value, fix: `Use ${values}.`, place })
  }
  for (const field of entries.keys()) {
    if (field === 'type' || fields.has(field)) continue
    throw unknownField(field, { fix: `Use ${['type', ...fields.keys()].join(', ')}.`, place })
  }
  // The fields are those of the type; the engine refuses values that it does not know.
  const check = withNonce(item, place.policies) as Check
  decide([], check)
  return check
}

function unknownField(
  field: string,
  { fix, place }: { readonly fix: string; readonly place: Place },
): UsageError {
  return new UsageError(
    `Cannot read the checks in ${place.name}: check ${place.number} does not have a field ${JSON.stringify(field)}. ${fix}`,
  )
}

function wrong(
  field: string,
  { value, fix, place }: { readonly value: unknown; readonly fix: string; readonly place: Place },
): UsageError {
  const problem = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`
  return new UsageError(
    `Cannot read the checks in ${place.name}: ${JSON.stringify(field)} of check ${place.number} ${problem}. ${fix}`,
  )
}

/** JSON has no NONCE: the word stands for the nonce of the response, as on the command line. */
function withNonce(item: object, policies: readonly PolicyItem[]): object {
  const isOpen = 'nonce' in item && item.nonce === 'NONCE'
  return isOpen ? { ...item, nonce: responseNonce(policies) } : item
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

/** Whether a value can be a check: an object as the engine takes it, or a word. */
function isItem(value: unknown): value is object | string {
  return isString(value) || isObject(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
