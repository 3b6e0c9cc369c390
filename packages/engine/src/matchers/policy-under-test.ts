/** What a test has at hand, read as policies: a policy, a text, headers, a response, a meta tag. */

import { CspError, isDelivery, isPolicy } from '@cusp/core'
import type { Check } from '../check/check.ts'
import type { DecideOptions } from '../decide/decide.ts'
import type { PolicyInput, PolicyRecord } from '../policy/policy-input.ts'

/** Headers by name: those of a `Headers`, or an object as node and supertest have it. */
export type HeadersUnderTest =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | number | undefined }

/** A response that has headers: of fetch, supertest or light-my-request, or node's own. */
export type ResponseUnderTest =
  | { readonly headers: HeadersUnderTest }
  | { getHeader(name: string): string | readonly string[] | number | undefined }

/**
 * What the helpers take: policies as `decide` takes them, the text of a header, headers, a
 * response, a meta tag.
 */
export type PolicyUnderTest = HeadersUnderTest | PolicyInput | ResponseUnderTest | string

const HEADERS = [
  ['content-security-policy', 'enforce'],
  ['content-security-policy-report-only', 'report'],
] as const
const META = /<meta(?=[\s/])/gi
const ATTRIBUTE_NAME = /[\s/]*([^\s/>=]+)/y
const ATTRIBUTE_VALUE = /\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/y
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&#x27;', "'"],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
])

/**
 * Reads what a test has at hand.
 *
 * @throws CspError `ERR_CSP_INPUT` for headers, a response or markup without a policy
 */
export function readPolicyUnderTest(given: PolicyUnderTest): PolicyInput {
  if (typeof given === 'string') return readText(given)
  const lookUp = headerLookup(given)
  if (lookUp === undefined) return given as PolicyInput
  const records = HEADERS.flatMap(([name, disposition]): PolicyRecord[] => {
    const value = lookUp(name)
    return value === undefined ? [] : [{ value, disposition }]
  })
  return records.length > 0 ? records : refuse('the headers have no Content-Security-Policy')
}

/** The check with its relative URL made absolute, on the page that the options name. */
export function onPage(check: Check, { self }: DecideOptions = {}): Check {
  if (!('url' in check) || typeof check.url !== 'string' || typeof self !== 'string') return check
  const isRelative = !URL.canParse(check.url) && URL.canParse(check.url, self)
  return isRelative ? { ...check, url: new URL(check.url, self).href } : check
}

function readText(text: string): PolicyInput {
  if (!text.includes('<')) return { value: text }
  const records: PolicyRecord[] = []
  let end = 0
  for (const { index, 0: start } of text.matchAll(META)) {
    if (index < end) continue
    const attributes = new Map<string, string>()
    end = readAttributes(text, index + start.length, attributes)
    const value = attributes.get('content')
    const isPolicyElement =
      attributes.get('http-equiv')?.toLowerCase() === 'content-security-policy'
    if (isPolicyElement && value !== undefined) records.push({ value, source: 'meta' })
  }
  return records.length > 0
    ? records
    : refuse('the markup has no <meta http-equiv="Content-Security-Policy">')
}

/**
 * Reads the attributes of the tag whose name ends at `start`, and tells where they end. Of two of
 * one name the first counts.
 */
function readAttributes(text: string, start: number, attributes: Map<string, string>): number {
  for (let at = start; ;) {
    ATTRIBUTE_NAME.lastIndex = at
    const name = ATTRIBUTE_NAME.exec(text)?.[1]?.toLowerCase()
    if (name === undefined) return at
    ATTRIBUTE_VALUE.lastIndex = ATTRIBUTE_NAME.lastIndex
    const value = ATTRIBUTE_VALUE.exec(text)
    at = value === null ? ATTRIBUTE_NAME.lastIndex : ATTRIBUTE_VALUE.lastIndex
    const written = value?.[1] ?? value?.[2] ?? value?.[3] ?? ''
    if (!attributes.has(name)) attributes.set(name, decodeEntities(written))
  }
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:quot|lt|gt|amp|#39|#x27);/gi, (entity) => {
    return ENTITIES.get(entity.toLowerCase()) ?? entity
  })
}

type Lookup = (name: string) => string | undefined

interface WithGetHeader {
  getHeader(name: string): unknown
}
interface WithGet {
  get(name: string): unknown
}

/** Looks a header up in whatever has headers; undefined for what has none. */
function headerLookup(given: unknown): Lookup | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined
  if (isPolicy(given) || isDelivery(given)) return undefined
  if (has(given, 'getHeader')) return (name) => joinValues((given as WithGetHeader).getHeader(name))
  if ('headers' in given) return headerLookup(given.headers)
  if (has(given, 'get')) return (name) => joinValues((given as WithGet).get(name))
  const byName = new Map(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value as unknown]),
  )
  const isHeaders = [...byName.keys()].some((name) => name.includes('-') || name === 'vary')
  return isHeaders ? (name) => joinValues(byName.get(name)) : undefined
}

function has(given: object, method: string): boolean {
  return method in given && typeof (given as Record<string, unknown>)[method] === 'function'
}

function joinValues(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join(', ') : undefined
}

function refuse(problem: string): never {
  const message = `Cannot test the policy: ${problem}. Use a policy, its text, or the headers of a response that has one.`
  throw new CspError('ERR_CSP_INPUT', message)
}
