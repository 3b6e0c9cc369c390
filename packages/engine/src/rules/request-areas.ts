/**
 * What requests are governed by, directive by directive, and the requests that tell the lists
 * apart.
 */

import { DIRECTIVES } from '@cusp/core'
import type { RequestCheck } from '../check/check.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { CandidateURL } from '../witness/candidate-urls.ts'
import type { AreaInput } from './area-input.ts'
import { allURLsOf, integritiesOf, noncesOf, urlsOf } from './area-input.ts'
import type { Area, Candidate } from './rule.ts'

/**
 * A directive, and the destinations that engines tell apart under it; the first is what people
 * know.
 */
type Row = readonly [directive: string, ...destinations: readonly string[]]

/** What has a nonce or hash beside its URL. */
const CREDENTIALED: readonly Row[] = [
  ['script-src-elem', 'script', 'xslt'],
  ['style-src-elem', 'style'],
]
const PLAIN: readonly Row[] = [
  ['connect-src', '', 'document'],
  ['font-src', 'font'],
  ['frame-src', 'iframe'],
  ['fenced-frame-src', 'fencedframe'],
  ['img-src', 'image'],
  ['manifest-src', 'manifest'],
  ['media-src', 'video'],
  ['object-src', 'object'],
]
const WORKERS: Row = ['worker-src', 'worker', 'sharedworker']
/** What a hint may be for, where upgrades and processes depend on it. */
const HINTED = ['', 'script', 'video', 'object', 'worker', 'iframe', 'document']
const FETCH_DIRECTIVES = [...DIRECTIVES.values()]
  .filter(({ name, fallback }) => name === 'default-src' || fallback.length > 0)
  .map(({ name }) => name)

/** Every area of requests; hints are last, for they follow all others. */
export const requestAreas: readonly Area[] = [
  ...CREDENTIALED.map((row) => requestArea(row, credentialed)),
  ...PLAIN.map((row) => requestArea(row, plain)),
  requestArea(WORKERS, workers),
  {
    ...fetchArea('connect-src', certificateHashes),
    kind: 'certificate-hashes',
  },
  {
    effectiveDirective: 'default-src',
    chain: FETCH_DIRECTIVES,
    isUnion: true,
    kind: 'hint',
    *candidates(input): Generator<Candidate> {
      const destinations = input.includesUnlikely ? HINTED : HINTED.slice(0, 1)
      for (const destination of destinations) {
        for (const check of requests(destination, input, urlsOf(input))) {
          yield { check: { ...check, initiator: 'prefetch' } }
        }
      }
    },
  },
]

function requestArea(
  [name, destination = '', ...others]: Row,
  candidates: (destination: string, input: AreaInput) => Iterable<Candidate>,
): Area {
  const destinations = [destination, ...others]
  return {
    ...fetchArea(name, (input) => eachOf(destinations, (one) => candidates(one, input))),
    checkFor: (url) => ({ type: 'request', destination, url }),
  }
}

function fetchArea(name: string, candidates: Area['candidates']): Area {
  return { effectiveDirective: name, chain: getFetchDirectiveFallbackList(name), candidates }
}

function* plain(destination: string, input: AreaInput): Generator<Candidate> {
  // Only the draft asks a fetch directive about a navigation.
  if (destination === 'document' && input.dialect.has('navigation-not-asked')) return
  const urls = destination === '' ? allURLsOf(input) : urlsOf(input)
  for (const check of requests(destination, input, urls)) yield { check }
}

/** Where a keyword decides about them; elsewhere they are as any other connection. */
function certificateHashes({ dialect }: AreaInput): readonly Candidate[] {
  if (dialect.has('certificate-hashes-judged-by-url')) return []
  const url = 'https://elsewhere.example/'
  return [{ check: { type: 'request', url, serverCertificateHashes: true } }]
}

/** A worker has neither nonce nor integrity, and no parser inserts it. */
function workers(destination: string, input: AreaInput): Generator<Candidate> {
  return input.includesUnlikely ? credentialed(destination, input) : plain(destination, input)
}

function* requests(
  destination: string,
  { expressions }: AreaInput,
  urls: Iterable<CandidateURL>,
): Generator<RequestCheck> {
  // Where 'strict-dynamic' stands, one engine lets redirects through unasked.
  const isAlwaysRedirected = destination === 'script' && expressions.some(isStrictDynamic)
  for (const { url, isWorthRedirect } of urls) {
    const check: RequestCheck = { type: 'request', destination, url }
    yield check
    if (isWorthRedirect || isAlwaysRedirected) yield { ...check, redirectCount: 1 }
  }
}

/**
 * URLs first; then for each way in which these are answered, every nonce and hash that the lists
 * tell apart, and scripts in the markup and made by scripts; nothing asks that of styles. Where one
 * policy decides on each side one credential suffices; several policies may each go by another.
 */
function* credentialed(destination: string, input: AreaInput): Generator<Candidate> {
  yield* plain(destination, input)
  const [nonces, integrities] = [noncesOf(input), integritiesOf(input)]
  const places = destination === 'style' ? [undefined] : [true, false]
  const none = { value: '' as const, alike: [] }
  for (const check of input.tellApart(requests(destination, input, urlsOf(input)))) {
    for (const nonce of [none, ...nonces]) {
      const isAlone = nonce !== none && !input.isIntersection
      for (const integrity of [none, ...(isAlone ? [] : integrities)]) {
        for (const parserInserted of places) {
          yield {
            check: {
              ...check,
              ...(nonce.value === '' ? {} : { nonce: nonce.value }),
              ...(integrity.value === '' ? {} : { integrity: integrity.value }),
              ...(parserInserted === undefined ? {} : { parserInserted }),
            },
            alike: [...nonce.alike, ...integrity.alike],
          }
        }
      }
    }
  }
}

function isStrictDynamic(expression: SourceExpression): boolean {
  return expression.kind === 'keyword' && expression.keyword === "'strict-dynamic'"
}

function* eachOf<Key, Value>(
  keys: readonly Key[],
  valuesOf: (key: Key) => Iterable<Value>,
): Generator<Value> {
  for (const key of keys) yield* valuesOf(key)
}
