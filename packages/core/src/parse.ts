/**
 * The specification's parser. It never throws and keeps what browsers keep. Whatever is odd becomes
 * an issue.
 *
 * @see https://w3c.github.io/webappsec-csp/#parse-serialized-policy
 */

import type { Issue, IssueDetails } from './model/issue.ts'
import { findIssues } from './issues/issues.ts'
import type { Directive, Policy } from './model/policy.ts'
import { INSPECT, makePolicy } from './policy/policy-value.ts'
import { asciiLowerCase, show } from './text.ts'
import { DIRECTIVE_NAME } from './vocabulary/directives.ts'

/** A policy and what is odd about its text. */
export interface ParsedPolicy {
  /** The policy: every directive and token that a browser would keep, odd ones too. */
  readonly policy: Policy
  /**
   * What a browser would drop or ignore and what no builder would write, with offsets into the
   * text.
   */
  readonly issues: readonly Issue[]
}

/** A part of the parsed text and the offset at which it begins. */
interface Piece {
  readonly text: string
  readonly start: number
}

/** Offsets in the parsed text. */
interface Place {
  readonly start: number
  readonly end: number
}

// directives are separated by ";", names and values by ASCII white space: TAB, LF, FF, CR, SP
const WHITE_SPACE = /[\t\n\f\r ]+/
const TOKEN = /[^\t\n\f\r ]+/g
const NON_ASCII = /[^\u0000-\u007f]/
// the first word that has typographic quotes
const CURLY_QUOTES = /[\u2018-\u201f][!-~]*[\u2018-\u201f]?/
// Most directives: a lower-case name, printable ASCII, single spaces. Their text is split faster.
const USUAL = /^ ?[a-z-]+(?: [!-~]+)*$/

/** Policies of fewer directives are the usual ones. */
const FEW = 8

/**
 * Parses one policy: the content of a meta tag, or one member of a header's list. Of directives
 * with one name the first counts. A directive with a non-ASCII character is dropped. Never throws.
 *
 * @example
 * ```ts
 * import { parsePolicy } from '@cusp/core'
 *
 * const { policy, issues } = parsePolicy("default-src self; img-src 'self'")
 * policy.directives.length // => 2
 * issues[0]?.fix // => "'self'"
 * ```
 *
 * @see https://w3c.github.io/webappsec-csp/#parse-serialized-policy
 */
export function parsePolicy(text: string): ParsedPolicy {
  return parsePiece({ text: String(text), start: 0 })
}

/**
 * Parses a header: policies separated by commas. A policy without a directive is left out. Never
 * throws.
 *
 * @example
 * ```ts
 * import { parsePolicyList } from '@cusp/core'
 *
 * const [first, second] = parsePolicyList("default-src 'self', frame-ancestors 'none'")
 * first?.policy // => default-src 'self'
 * second?.policy // => frame-ancestors 'none'
 * ```
 *
 * @see https://w3c.github.io/webappsec-csp/#parse-response-csp
 */
export function parsePolicyList(header: string): readonly ParsedPolicy[] {
  return split({ text: String(header), start: 0 }, ',')
    .map((piece, index) => parsePiece(piece, index > 0))
    .filter(({ policy }) => policy.directives.length > 0)
}

function parsePiece(piece: Piece, isAfterComma = false): ParsedPolicy {
  const directives: Directive[] = []
  const pieces: Piece[] = []
  // Looking through a few is faster than a set (suite "parse" of the bench).
  let names: Set<string> | undefined
  const dropped: Issue[] = []
  for (const token of split(piece, ';')) {
    const isUsual = USUAL.test(token.text)
    const values = isUsual ? cut(token.text.trimStart(), ' ') : wordsOf(token.text)
    const rawName = values.shift()
    if (rawName === undefined) continue
    const name = isUsual ? rawName : asciiLowerCase(rawName)
    if (!isUsual && NON_ASCII.test(token.text)) dropped.push(nonASCIIIssue(name, token))
    else if (names?.has(name) ?? isNamed(directives, name))
      dropped.push(duplicateIssue(name, token))
    else {
      pieces.push(token)
      directives.push(Object.freeze({ name, values: Object.freeze(values) }))
      names?.add(name)
      if (directives.length === FEW) names = new Set(directives.map((directive) => directive.name))
    }
  }
  const [first] = directives
  if (isAfterComma && first !== undefined && !DIRECTIVE_NAME.test(first.name)) {
    dropped.push(commaIssue(first.name, pieces[0] as Piece))
  }
  return new ParsedPolicyValue(
    makePolicy(directives, undefined, errorsOf(dropped)),
    dropped,
    pieces,
  )
}

function isNamed(directives: readonly Directive[], name: string): boolean {
  for (const directive of directives) if (directive.name === name) return true
  return false
}

function errorsOf(issues: readonly Issue[]): readonly Issue[] | undefined {
  return issues.length === 0 ? undefined : issues.filter(({ severity }) => severity === 'error')
}

/** Finds the issues when they are asked for. It is a class so that all results share one getter. */
class ParsedPolicyValue implements ParsedPolicy {
  readonly policy: Policy
  private readonly dropped: readonly Issue[]
  private readonly pieces: readonly Piece[]
  private found: readonly Issue[] | undefined

  constructor(policy: Policy, dropped: readonly Issue[], pieces: readonly Piece[]) {
    this.policy = policy
    this.dropped = dropped
    this.pieces = pieces
  }

  get issues(): readonly Issue[] {
    return (this.found ??= [...this.dropped, ...locate(findIssues(this.policy, {}), this.pieces)])
  }

  toJSON(): ParsedPolicy {
    return { policy: this.policy, issues: this.issues }
  }

  [INSPECT](): ParsedPolicy {
    return this.toJSON()
  }
}

function wordsOf(text: string): string[] {
  return text.split(WHITE_SPACE).filter((word) => word !== '')
}

/** The pieces between separators. */
function split({ text, start }: Piece, separator: string): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (let to = text.indexOf(separator); to !== -1; to = text.indexOf(separator, from)) {
    pieces.push({ text: text.slice(from, to), start: start + from })
    from = to + 1
  }
  pieces.push({ text: text.slice(from), start: start + from })
  return pieces
}

/**
 * What `text.split(separator)` gives. That is slower for texts that V8 sees once (suite "parse" of
 * the bench).
 */
function cut(text: string, separator: string): string[] {
  const parts: string[] = []
  let from = 0
  for (let to = text.indexOf(separator); to !== -1; to = text.indexOf(separator, from)) {
    parts.push(text.slice(from, to))
    from = to + 1
  }
  parts.push(text.slice(from))
  return parts
}

function nonASCIIIssue(name: string, piece: Piece): Issue {
  const quotes = CURLY_QUOTES.exec(piece.text)
  return {
    code: 'non-ascii-directive',
    severity: 'error',
    message: `${name} holds ${quotes === null ? 'a character beyond ASCII' : `curly quotes (${quotes[0]})`}, so browsers drop the whole directive`,
    fix: quotes === null ? 'ASCII: straight quotes and punycode' : 'straight single quotes',
    ...placeOfDropped(name, piece),
  }
}

/** What stands behind a comma is a policy: a source there was meant for the list before it. */
function commaIssue(name: string, piece: Piece): Issue {
  return {
    code: 'unescaped-comma',
    severity: 'error',
    message: `the comma before ${show(name)} ends the policy, and browsers take what follows for another one`,
    fix: 'a space between sources and a semicolon between directives',
    directive: name,
    position: { directive: 0, ...whole(placesOf(piece)) },
  }
}

function duplicateIssue(name: string, piece: Piece): Issue {
  return {
    code: 'duplicate-directive',
    severity: 'warning',
    message: `${name} stands twice, and browsers ignore all but the first`,
    fix: 'one directive with all values',
    ...placeOfDropped(name, piece),
  }
}

function placeOfDropped(name: string, piece: Piece): IssueDetails {
  return { directive: name, position: { directive: -1, ...whole(placesOf(piece)) } }
}

/** Gives the issues of a policy their offsets in the text. */
function locate(issues: readonly Issue[], pieces: readonly Piece[]): readonly Issue[] {
  const places = pieces.map(placesOf)
  return issues.map((issue) => {
    const { position } = issue
    if (position === undefined) return issue
    const tokens = places[position.directive] as readonly Place[]
    const place = position.value === undefined ? whole(tokens) : tokens[position.value + 1]
    return { ...issue, position: { ...position, ...place } }
  })
}

/** Where the name and the values of a directive stand. */
function placesOf({ text, start }: Piece): readonly Place[] {
  return Array.from(text.matchAll(TOKEN), ({ 0: token, index }) => ({
    start: start + index,
    end: start + index + token.length,
  }))
}

/** From the first place to the last. */
function whole(places: readonly Place[]): Place {
  return { start: (places[0] as Place).start, end: (places.at(-1) as Place).end }
}
