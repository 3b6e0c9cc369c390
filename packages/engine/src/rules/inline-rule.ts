/** The rule of inline scripts and styles: its words, its areas, its part of a report. */

import type { HashAlgorithm } from '@cusp/core'
import type { ElementNonce, InlineCheck, InlineType } from '../check/check.ts'
import type { Page } from '../policy/compiled-policies.ts'
import {
  getEffectiveDirectiveForInlineChecks,
  getFetchDirectiveFallbackList,
} from '../policy/fallback.ts'
import type { SourceList } from '../sources/source-list.ts'
import { hasNonceOrHash } from '../sources/source-list.ts'
import type { AreaInput, HashValue, Representative } from './area-input.ts'
import { hashesOf, noncesOf } from './area-input.ts'
import { evaluateInProcesses } from './handover.ts'
import { evaluateInline, hashedTextOf, isElementType, readInline } from './inline.ts'
import type { Answer, Area, Candidate, Evaluate, Rule } from './rule.ts'
import { clip, digestOf, explainNonce } from './words.ts'

const WORDS: Readonly<Record<InlineType, string>> = {
  navigation: 'the javascript: URL',
  script: 'the inline script',
  'script attribute': 'the event handler',
  style: 'the inline style',
  'style attribute': 'the style attribute',
}
const AREAS: readonly (readonly [directive: string, type: InlineType])[] = [
  ['script-src-elem', 'script'],
  ['script-src-elem', 'navigation'],
  ['script-src-attr', 'script attribute'],
  ['style-src-elem', 'style'],
  ['style-src-attr', 'style attribute'],
]

/** May this inline script or style run? */
export const inlineRule: Rule<InlineCheck> = {
  facts: ['inline', 'source', 'nonce', 'parserInserted', 'nonceable'],
  validate: ({ inline }) => void getEffectiveDirectiveForInlineChecks(inline),
  prepare: (check, page) => prepareWith(check, page, []),
  describe: ({ inline }) => WORDS[inline],
  explain,
  areas: AREAS.map(([effectiveDirective, type]): Area => ({
    effectiveDirective,
    chain: getFetchDirectiveFallbackList(effectiveDirective),
    candidates: (input) => candidates(type, input),
  })),
  blockedURL: () => 'inline',
  sample: ({ source = '' }) => ({ text: clip(source), needsKeyword: true }),
}

/** The check, with digests of its text that are known although the text is not. */
function prepareWith(
  check: InlineCheck,
  page: Page,
  digests: readonly (readonly [HashAlgorithm, string])[],
): Evaluate {
  const facts = readInline(check, page)
  for (const [algorithm, digest] of digests) facts.digests.set(algorithm, digest)
  const processes = check.inline === 'navigation' ? 'other, own' : 'own'
  return evaluateInProcesses((policy) => evaluateInline(facts, policy), processes, page.policies)
}

/**
 * Without a text, which no hash matches; with each text that is known; and with each hash, whatever
 * its text.
 */
function* candidates(type: InlineType, input: AreaInput): Generator<Candidate> {
  const plain: InlineCheck = { type: 'inline', inline: type }
  const texts = input.sources.map((source): InlineCheck => ({ ...plain, source }))
  const nonces = isElementType(type) ? noncesOf(input) : []
  for (const check of [plain, ...texts]) yield* withNonces(check, nonces)
  for (const { digests, alike } of digestsOf(input)) {
    for (const { check } of withNonces(plain, nonces)) {
      const prepare = (page: Page): Evaluate => prepareWith(check, page, digests)
      yield { check: null, prepare, alike }
    }
  }
}

function* withNonces(
  check: InlineCheck,
  nonces: readonly Representative<ElementNonce>[],
): Generator<{ readonly check: InlineCheck; readonly alike: readonly string[] }> {
  for (const { value: nonce, alike } of [{ value: '' as const, alike: [] }, ...nonces]) {
    const withNonce: InlineCheck = nonce === '' ? check : { ...check, nonce }
    yield { check: withNonce, alike }
    if (check.inline === 'script') yield { check: { ...withNonce, parserInserted: false }, alike }
  }
}

/**
 * Each hash alone. Where several policies must allow at once, each may go by a hash of another
 * algorithm: then hashes of different algorithms come together.
 */
function digestsOf(input: AreaInput): readonly {
  readonly digests: readonly (readonly [HashAlgorithm, string])[]
  readonly alike: readonly string[]
}[] {
  const hashes = hashesOf(input)
  const single = hashes.map(({ value, alike }) => ({ digests: [entryOf(value)], alike }))
  if (!input.isIntersection) return single
  const pairs = hashes.flatMap((one) =>
    hashes
      .filter((other) => one.value.algorithm < other.value.algorithm)
      .map((other) => [one, other] as const),
  )
  const triples = pairs.flatMap(([one, other]) =>
    hashes
      .filter((third) => other.value.algorithm < third.value.algorithm)
      .map((third) => [one, other, third] as const),
  )
  const together = [...pairs, ...triples].map((parts) => ({
    digests: parts.map(({ value }) => entryOf(value)),
    alike: [],
  }))
  return [...single, ...together]
}

function entryOf({ algorithm, value }: HashValue): readonly [HashAlgorithm, string] {
  return [algorithm, value]
}

/** Why the keyword, the nonce and the hashes do not help. */
function explain({ check, page, result }: Answer<InlineCheck>): readonly string[] | undefined {
  const list = result.asked.directive?.list
  if (result.reason !== 'inline-blocked' || list === undefined) return undefined
  const takesNonce = isElementType(check.inline)
  return [
    explainUnsafeInline(list),
    ...(takesNonce ? explainNonce(check, list) : explainVoidNonces(list)),
    ...explainHashes(check, { list, text: hashedTextOf(check, page.policies.dialect) }),
  ]
}

function explainVoidNonces(list: SourceList): readonly string[] {
  return list.nonces.size === 0 ? [] : ['nonces count for elements only']
}

function explainUnsafeInline(list: SourceList): string {
  if (!list.keywords.has("'unsafe-inline'")) return "'unsafe-inline' is absent"
  const company = hasNonceOrHash(list) ? 'a nonce or hash' : "'strict-dynamic'"
  return `'unsafe-inline' is void beside ${company}`
}

/** Which hash would allow the text, or what is missing for those that are there. */
function explainHashes(
  { inline }: InlineCheck,
  { list, text }: { readonly list: SourceList; readonly text: string | undefined },
): readonly string[] {
  if (text === undefined) return []
  const needsKeyword = !isElementType(inline) && !list.keywords.has("'unsafe-hashes'")
  if (needsKeyword && hasHashOf(text, list)) {
    return ["the hash of this text is in the list, and counts here only with 'unsafe-hashes'"]
  }
  const hash = `'sha256-${digestOf(text, 'sha256')}'`
  const needed = needsKeyword ? `'unsafe-hashes' and ${hash}` : hash
  return [`${needed} would allow exactly this text`]
}

function hasHashOf(source: string, { hashes }: SourceList): boolean {
  return Array.from(hashes).some(([algorithm, byValue]) => byValue.has(digestOf(source, algorithm)))
}
