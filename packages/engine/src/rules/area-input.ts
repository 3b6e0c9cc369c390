/**
 * What the candidates of an area are made from: the lists of both sides, and the credentials that
 * tell them apart.
 */

import type { HashAlgorithm } from '@cusp/core'
import type { ElementNonce, RequestCheck } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { CompiledDirective } from '../policy/compiled-policies.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { Origin } from '../url/url.ts'
import type { CandidateURL } from '../witness/candidate-urls.ts'
import { candidateURLs } from '../witness/candidate-urls.ts'

/** What the candidates of an area are made from. */
export interface AreaInput {
  /**
   * The directives that decide in the area, of every policy of both sides in every view that
   * judges.
   */
  readonly directives: readonly CompiledDirective[]
  /** All their source expressions. */
  readonly expressions: readonly SourceExpression[]
  /** Those that the two sides may answer differently for. */
  readonly varying: readonly SourceExpression[]
  readonly self: Origin | null
  readonly dialect: Dialect
  /** Whether several policies of one side must allow at once. */
  readonly isIntersection: boolean
  /** Texts of inline code that may matter. */
  readonly sources: readonly string[]
  /** One check for each way in which the policies of both sides answer. */
  readonly tellApart: (checks: Iterable<RequestCheck>) => readonly RequestCheck[]
  /**
   * Whether also checks are tried that browsers never make, although a policy may be asked about
   * them: WebSocket URLs as images, targets or bases, workers with a nonce. A comparison would show
   * a reader what never happens.
   */
  readonly includesUnlikely: boolean
}

/** A value that stands for others: no list of the area tells them apart. */
export interface Representative<Value> {
  readonly value: Value
  /** All that it stands for, itself included, as they are written. */
  readonly alike: readonly string[]
}

/** A hash as it is compared. */
export interface HashValue {
  readonly algorithm: HashAlgorithm
  /** In the spelling in which lists keep it. */
  readonly value: string
}

const SOCKET = /^wss?:/

/** URLs as far as they are made, and the rest of them. */
interface Made {
  readonly urls: CandidateURL[]
  readonly rest: Generator<CandidateURL>
}

/** The URLs of lists that several areas go by: to make them costs more than to ask about them. */
const made = new WeakMap<readonly SourceExpression[], Made>()

/** The URLs of an area but those that browsers never ask about there. */
export function urlsOf(input: AreaInput): Iterable<CandidateURL> {
  const urls = allURLsOf(input)
  return input.includesUnlikely ? urls : withoutSockets(urls)
}

/** The URLs of an area, WebSockets' among them. Where lists meet they are too many to keep. */
export function allURLsOf(input: AreaInput): Iterable<CandidateURL> {
  if (input.isIntersection) return candidateURLs(input)
  const known = made.get(input.varying) ?? { urls: [], rest: candidateURLs(input) }
  made.set(input.varying, known)
  return replay(known)
}

/**
 * What is made already, and then one more at a time: who looks for one URL makes no others. By
 * position, so that one may look while another does.
 */
function* replay({ urls, rest }: Made): Generator<CandidateURL> {
  for (let at = 0; ; at++) {
    if (at === urls.length) {
      const next = rest.next()
      if (next.done === true) return
      urls.push(next.value)
    }
    yield urls[at] as CandidateURL
  }
}

function* withoutSockets(urls: Iterable<CandidateURL>): Generator<CandidateURL> {
  for (const candidate of urls) if (!isSocket(candidate.url)) yield candidate
}

/** Whether the URL is a WebSocket's. */
export function isSocket(url: string): boolean {
  return SOCKET.test(url)
}

/** One nonce for each way in which the lists know nonces. */
export function noncesOf({ directives }: AreaInput): readonly Representative<ElementNonce>[] {
  return representativesOf(
    directives.flatMap(({ list }) =>
      Array.from(list.nonces, ([value, { text }]) => ({ value, text })),
    ),
    (value) => directives.map(({ list }) => list.nonces.has(value)),
  )
}

/** One hash for each way in which the lists know hashes of inline code. */
export function hashesOf({ directives }: AreaInput): readonly Representative<HashValue>[] {
  const written = directives.flatMap(({ list }) =>
    Array.from(list.hashes).flatMap(([algorithm, byValue]) =>
      Array.from(byValue, ([value, { text }]) => ({ value: `${algorithm}-${value}`, text })),
    ),
  )
  const found = representativesOf(written, (value) => {
    const { algorithm, value: hash } = splitHash(value)
    return directives.map(({ list }) => list.hashes.get(algorithm)?.has(hash) === true)
  })
  return found.map(({ value, alike }) => ({ value: splitHash(value), alike }))
}

/** One hash of an integrity attribute for each way in which the lists know hashes. */
export function integritiesOf({ directives }: AreaInput): readonly Representative<string>[] {
  return representativesOf(
    directives.flatMap(({ list }) =>
      Array.from(list.integrities, ([value, { text }]) => ({ value, text })),
    ),
    (value) => directives.map(({ list }) => list.integrities.has(value)),
  )
}

/** One value for each way in which they are known, with the texts of all that are known alike. */
export function representativesOf<Value>(
  written: readonly { readonly value: Value; readonly text: string }[],
  knownBy: (value: Value) => readonly boolean[],
): readonly Representative<Value>[] {
  const groups = new Map<string, { readonly value: Value; readonly alike: Set<string> }>()
  for (const { value, text } of written) {
    const key = knownBy(value).map(Number).join('')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { value, alike: new Set([text]) })
    else group.alike.add(text)
  }
  return Array.from(groups.values(), ({ value, alike }) => ({ value, alike: [...alike] }))
}

function splitHash(text: string): HashValue {
  const dash = text.indexOf('-')
  return { algorithm: text.slice(0, dash) as HashAlgorithm, value: text.slice(dash + 1) }
}
