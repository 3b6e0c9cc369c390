/**
 * The specification's parser. It never throws and keeps what browsers keep; everything odd becomes an issue.
 *
 * @see https://w3c.github.io/webappsec-csp/#parse-serialized-policy
 */

import { asciiLowerCase } from './examined.ts'
import type { Issue } from './issue.ts'
import { makeIssue } from './issue.ts'
import { findIssues } from './issues.ts'
import type { Directive, Policy } from './policy-type.ts'
import { makePolicy } from './policy.ts'

/** A policy and what is odd about its text. */
export interface ParsedPolicy {
  /** The policy: every directive and token that a browser would keep, odd ones too. */
  readonly policy: Policy
  /** What a browser would drop or ignore and what no builder would write, with offsets into the text. */
  readonly issues: readonly Issue[]
}

interface Place {
  readonly start: number
  readonly end: number
}

// directives are separated by ";", names and values by ASCII white space: TAB, LF, FF, CR, SP
const WHITE_SPACE = /[\t\n\f\r ]+/
const NOT_BLANK = /[^\t\n\f\r ]/

/**
 * Parses one policy, as a meta tag's content or one member of a header's list. Of directives with one name the first
 * counts; a directive with a non-ASCII character is dropped. Never throws.
 *
 * @see https://w3c.github.io/webappsec-csp/#parse-serialized-policy
 */
export function parsePolicy(text: string): ParsedPolicy {
  return parseRange(String(text), { start: 0, end: String(text).length })
}

/**
 * Parses a header: policies separated by commas; one without a directive is left out. Never throws.
 *
 * @see https://w3c.github.io/webappsec-csp/#parse-response-csp
 */
export function parsePolicyList(header: string): readonly ParsedPolicy[] {
  const text = String(header)
  const policies: ParsedPolicy[] = []
  for (const place of split(text, ',', { start: 0, end: text.length })) {
    const parsed = parseRange(text, place)
    if (parsed.policy.directives.length > 0) policies.push(parsed)
  }
  return policies
}

function parseRange(text: string, range: Place): ParsedPolicy {
  const directives: Directive[] = []
  const places: Place[] = []
  const names = new Set<string>()
  const dropped: Issue[] = []
  for (const place of split(text, ';', range)) {
    const token = text.slice(place.start, place.end)
    const [first = '', ...values] = token.split(WHITE_SPACE)
    // White space around the token leaves an empty first and last part.
    if (first === '') {
      const shifted = values.shift()
      if (shifted === undefined || shifted === '') continue
      addDirective(shifted, values, place)
    } else addDirective(first, values, place)
  }
  const policy = makePolicy(
    directives,
    [],
    dropped.filter(({ severity }) => severity === 'error'),
  )
  let issues: readonly Issue[] | undefined
  return {
    policy,
    get issues() {
      issues ??= [
        ...dropped,
        ...findIssues(policy, {}).map((issue) => locate(text, issue, directives, places)),
      ]
      return issues
    },
  }

  function addDirective(rawName: string, values: string[], place: Place): void {
    const name = asciiLowerCase(rawName)
    if (values.at(-1) === '') values.pop()
    // eslint-disable-next-line no-control-regex -- the specification's definition of an ASCII string
    if (/[^\u0000-\u007f]/.test(text.slice(place.start, place.end))) {
      const message = `browsers drop the whole directive ${name}, for it holds a character beyond ASCII`
      const details = { directive: name, position: { directive: -1, ...trim(text, place) } }
      dropped.push(
        makeIssue(
          'non-ascii-directive',
          'error',
          message,
          'ASCII: straight quotes, punycode',
          details,
        ),
      )
      return
    }
    if (names.has(name)) {
      const message = `${name} stands twice; browsers ignore all but the first`
      const details = { directive: name, position: { directive: -1, ...trim(text, place) } }
      dropped.push(
        makeIssue(
          'duplicate-directive',
          'warning',
          message,
          'one directive with all values',
          details,
        ),
      )
      return
    }
    names.add(name)
    places.push(place)
    directives.push(Object.freeze({ name, values: Object.freeze(values) }))
  }
}

/** The places between separators. */
function* split(text: string, separator: string, { start, end }: Place): Generator<Place> {
  let from = start
  while (from <= end) {
    const found = text.indexOf(separator, from)
    const to = found === -1 || found > end ? end : found
    yield { start: from, end: to }
    from = to + 1
  }
}

/** Gives an issue of the policy its offsets in the text: values stand in the text in the order of the list. */
function locate(
  text: string,
  issue: Issue,
  directives: readonly Directive[],
  places: readonly Place[],
): Issue {
  const { position } = issue
  const place = position === undefined ? undefined : places[position.directive]
  const directive = position === undefined ? undefined : directives[position.directive]
  if (position === undefined || place === undefined || directive === undefined) return issue
  const whole = trim(text, place)
  if (position.value === undefined) return { ...issue, position: { ...position, ...whole } }
  let start = whole.start + directive.name.length
  let length = 0
  for (const value of directive.values.slice(0, position.value + 1)) {
    start = text.indexOf(value as string, start + length)
    length = (value as string).length
  }
  return { ...issue, position: { ...position, start, end: start + length } }
}

function trim(text: string, { start, end }: Place): Place {
  const token = text.slice(start, end)
  const from = start + token.search(NOT_BLANK)
  return { start: from, end: from + token.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '').length }
}
