/** What policies govern, area by area: which directives decide, and the checks that tell their lists apart. */

import { DIRECTIVES } from '@cusp/core'
import { candidateOrigins, candidateURLs } from '../witness/candidate-urls.ts'
import type { Check, ElementNonce, InlineCheck, InlineType, RequestCheck } from '../check/check.ts'
import type { CompiledDirective } from '../policy/compiled-policies.ts'
import { sourceListOf } from '../policy/compiled-policies.ts'
import { PROBE } from '../witness/example-url.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import type { HashSource, SourceExpression } from '../sources/source-expression.ts'
import type { Origin } from '../url/url.ts'

/** What the checks of an area are made from. */
export interface AreaInput {
  /** The directives of both sides that decide in the area. */
  readonly directives: readonly CompiledDirective[]
  readonly self: Origin | null
  /** Texts of inline code that may matter. */
  readonly sources: readonly string[]
  /** One URL for each way in which the policies of both sides may answer about URLs. */
  readonly tellApart: (checks: Iterable<RequestCheck>) => readonly RequestCheck[]
}

/** One area. */
export interface Area {
  readonly effectiveDirective: string
  /** The directives that may decide. */
  readonly chain: readonly string[]
  checks(input: AreaInput): Iterable<Check>
}

/** What has a nonce or hash beside its URL. */
const SCRIPTS: readonly (readonly [directive: string, destination: string])[] = [
  ['script-src-elem', 'script'],
  ['style-src-elem', 'style'],
]
const URLS: readonly (readonly [directive: string, destination: string])[] = [
  ['connect-src', ''],
  ['font-src', 'font'],
  ['frame-src', 'iframe'],
  ['fenced-frame-src', 'fencedframe'],
  ['img-src', 'image'],
  ['manifest-src', 'manifest'],
  ['media-src', 'video'],
  ['object-src', 'object'],
  // A worker has neither nonce nor integrity, and no parser inserts it.
  ['worker-src', 'worker'],
]
const INLINE: readonly (readonly [directive: string, type: InlineType])[] = [
  ['script-src-elem', 'script'],
  ['script-src-elem', 'navigation'],
  ['script-src-attr', 'script attribute'],
  ['style-src-elem', 'style'],
  ['style-src-attr', 'style attribute'],
]
const SOCKET = /^wss?:/
const HINT_CHAIN = [...DIRECTIVES.values()]
  .filter(({ name, fallback }) => name === 'default-src' || fallback.length > 0)
  .map(({ name }) => name)
const EVAL_CHAIN = getFetchDirectiveFallbackList('script-src')

/** Every area, hints last: they follow all others. */
export const AREAS: readonly Area[] = [
  ...SCRIPTS.map(([name, destination]) =>
    fetchArea(name, (input) => credentialedRequests(destination, input)),
  ),
  ...INLINE.map(([name, type]) => fetchArea(name, (input) => inlineChecks(type, input))),
  makeArea('script-src', EVAL_CHAIN, () => [{ type: 'eval' }, { type: 'wasm' }]),
  ...URLS.map(([name, destination]) => fetchArea(name, (input) => requests(destination, input))),
  fetchArea('connect-src', () => [
    { type: 'request', url: 'https://elsewhere.example/', serverCertificateHashes: true },
  ]),
  makeArea('base-uri', ['base-uri'], (input) =>
    Array.from(urls(input), ({ url }): Check => ({ type: 'base-uri', url })),
  ),
  makeArea('form-action', ['form-action'], formChecks),
  makeArea('frame-ancestors', ['frame-ancestors'], (input) =>
    Array.from(candidateOrigins(expressionsOf(input), input.self))
      .filter((ancestor) => ancestor === null || !SOCKET.test(ancestor))
      .map((ancestor): Check => ({ type: 'frame-ancestors', ancestors: [ancestor] })),
  ),
  makeArea('trusted-types', ['trusted-types'], trustedTypesChecks),
  makeArea('require-trusted-types-for', ['require-trusted-types-for'], () => [
    { type: 'trusted-types-sink', sink: 'Element innerHTML' },
  ]),
  makeArea('webrtc', ['webrtc'], () => [{ type: 'webrtc' }]),
  makeArea('default-src', HINT_CHAIN, (input) =>
    Array.from(requests('document', input), (check): Check => ({
      ...check,
      destination: '',
      initiator: 'prefetch',
    })),
  ),
]

/** Hashes of an area whose text nobody may know. */
export function hashesOf({ directives }: AreaInput): readonly HashSource[] {
  return expressionsOf({ directives }).filter((expression) => expression.kind === 'hash')
}

function makeArea(
  effectiveDirective: string,
  chain: readonly string[],
  checks: Area['checks'],
): Area {
  return { effectiveDirective, chain, checks }
}

function fetchArea(name: string, checks: Area['checks']): Area {
  return makeArea(name, getFetchDirectiveFallbackList(name), checks)
}

function expressionsOf({ directives }: Pick<AreaInput, 'directives'>): readonly SourceExpression[] {
  return directives.flatMap((directive) => sourceListOf(directive).expressions)
}

/** WebSocket URLs are connected to and nothing else: as images, targets or bases they would show what never happens. */
function* urls(input: AreaInput): ReturnType<typeof candidateURLs> {
  for (const candidate of candidateURLs(expressionsOf(input), input.self)) {
    if (!SOCKET.test(candidate.url)) yield candidate
  }
}

function connections(input: AreaInput): ReturnType<typeof candidateURLs> {
  return candidateURLs(expressionsOf(input), input.self)
}

function* requests(destination: string, input: AreaInput): Generator<RequestCheck> {
  for (const { url, hasPaths } of destination === '' ? connections(input) : urls(input)) {
    yield { type: 'request', destination, url }
    if (hasPaths) yield { type: 'request', destination, url, redirectCount: 1 }
  }
}

/**
 * URLs first; then for each way in which these are answered, every nonce and hash, and scripts in the markup and made by
 * scripts; nothing asks that of styles.
 */
function* credentialedRequests(destination: string, input: AreaInput): Generator<RequestCheck> {
  yield* requests(destination, input)
  const nonces = noncesOf(input)
  const integrities = hashesOf(input).map(({ algorithm, value }) => `${algorithm}-${value}`)
  const places = destination === 'script' ? [true, false] : [false]
  for (const check of input.tellApart(requests(destination, input))) {
    for (const nonce of ['', ...nonces]) {
      for (const integrity of ['', ...integrities]) {
        for (const parserInserted of places) {
          yield {
            ...check,
            ...(nonce === '' ? {} : { nonce }),
            ...(integrity === '' ? {} : { integrity }),
            ...(destination === 'script' ? { parserInserted } : {}),
          }
        }
      }
    }
  }
}

/** Without a text, which no hash matches, and with each that is known. */
function* inlineChecks(type: InlineType, input: AreaInput): Generator<InlineCheck> {
  const isElement = type === 'script' || type === 'style'
  const nonces: readonly ElementNonce[] = isElement ? ['', ...noncesOf(input)] : ['']
  const plain: InlineCheck = { type: 'inline', inline: type }
  const texts = input.sources.map((source): InlineCheck => ({ ...plain, source }))
  for (const check of [plain, ...texts]) {
    for (const nonce of nonces) {
      const withNonce: InlineCheck = nonce === '' ? check : { ...check, nonce }
      yield withNonce
      if (type === 'script') yield { ...withNonce, parserInserted: false }
    }
  }
}

/** The nonces of an area, each once. */
export function noncesOf(input: AreaInput): readonly ElementNonce[] {
  const nonces = expressionsOf(input)
    .filter((expression) => expression.kind === 'nonce')
    .map(({ nonce }) => nonce)
  return [...new Set(nonces)]
}

function* formChecks(input: AreaInput): Generator<Check> {
  for (const { url, hasPaths } of urls(input)) {
    yield { type: 'form-action', url }
    if (hasPaths) yield { type: 'form-action', url, redirectCount: 1 }
  }
}

/** Every name, one that is not named, one that is no name by the grammar; each new and a second time. */
function* trustedTypesChecks({ directives }: AreaInput): Generator<Check> {
  const values = directives.flatMap((directive) => directive.values).filter(isText)
  for (const name of new Set([...values, PROBE, `${PROBE}?`])) {
    yield { type: 'trusted-types-policy', name }
    yield { type: 'trusted-types-policy', name, created: [name] }
  }
}

function isText(value: string | symbol): value is string {
  return typeof value === 'string'
}
