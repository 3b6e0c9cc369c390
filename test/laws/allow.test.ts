/**
 * What was asked for is allowed: after an `allow` that neither threw nor warned, the engine says
 * so.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ListDirective, Policy } from '../../packages/core/src/index.ts'
import {
  CspError,
  csp,
  hashSource,
  NONCE,
  NONE,
  SELF,
  STRICT_DYNAMIC,
  strict,
  UNSAFE_EVAL,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
  WASM_UNSAFE_EVAL,
} from '../../packages/core/src/index.ts'
import type { Check, Destination, InlineType } from '../../packages/engine/src/index.ts'
import { decide } from '../../packages/engine/src/index.ts'

type Source = string | typeof NONCE

const PAGE = 'https://shop.example'
const CODE = 'run()'
const HASH = await hashSource(CODE)
const URLS: ReadonlyMap<Source, string> = new Map([
  [SELF, `${PAGE}/a`],
  ['https://maps.example', 'https://maps.example/a'],
  ['*.cdn.example', 'https://eu.cdn.example/a'],
  ['https:', 'https://elsewhere.example/a'],
  ['data:', 'data:text/plain,a'],
])
const SOURCES: readonly Source[] = [
  ...URLS.keys(),
  NONCE,
  HASH,
  UNSAFE_INLINE,
  UNSAFE_HASHES,
  UNSAFE_EVAL,
  WASM_UNSAFE_EVAL,
  STRICT_DYNAMIC,
]

/** What a list directive is asked about: a request for this, or a check of another type. */
const DESTINATIONS: ReadonlyMap<ListDirective, Destination> = new Map([
  ['script-src', 'script'],
  ['script-src-elem', 'script'],
  ['style-src', 'style'],
  ['style-src-elem', 'style'],
  ['connect-src', ''],
  ['img-src', 'image'],
  ['font-src', 'font'],
  ['media-src', 'video'],
  ['object-src', 'object'],
  ['manifest-src', 'manifest'],
  ['frame-src', 'iframe'],
  ['worker-src', 'worker'],
])
const OTHERS: readonly ListDirective[] = [
  'default-src',
  'child-src',
  'script-src-attr',
  'style-src-attr',
  'base-uri',
  'form-action',
  'frame-ancestors',
]
const NAMES: readonly ListDirective[] = [...DESTINATIONS.keys(), ...OTHERS]

const INLINE: ReadonlyMap<ListDirective, InlineType> = new Map([
  ['default-src', 'style'],
  ['script-src', 'script'],
  ['script-src-elem', 'script'],
  ['script-src-attr', 'script attribute'],
  ['style-src', 'style'],
  ['style-src-elem', 'style'],
  ['style-src-attr', 'style attribute'],
])

/** What default-src is asked about, each with the directive that would decide in its place. */
const DEFAULTS: readonly (readonly [Destination, string])[] = [
  ['image', 'img-src'],
  ['font', 'font-src'],
  ['', 'connect-src'],
  ['video', 'media-src'],
]

/**
 * A check that passes only where the source is in force; undefined where none shows it. It is about
 * something that no other directive of the policy decides.
 */
function checkFor(name: ListDirective, source: Source, policy: Policy): Check | undefined {
  const has = (directive: string): boolean => policy.get(directive) !== undefined
  const isScriptDecided = name === 'default-src' && has('script-src')
  const url = URLS.get(source)
  if (url !== undefined) return urlCheck(name, url, policy)
  if (source === UNSAFE_EVAL) return isScriptDecided ? undefined : { type: 'eval' }
  if (source === WASM_UNSAFE_EVAL) return isScriptDecided ? undefined : { type: 'wasm' }
  if (name === 'default-src' && (has('style-src') || has('style-src-elem'))) return undefined
  const inline = INLINE.get(name)
  if (inline === undefined) return undefined
  if (source === UNSAFE_INLINE) return { type: 'inline', inline }
  if (source === NONCE) return { type: 'inline', inline, nonce: NONCE }
  return source === HASH ? { type: 'inline', inline, source: CODE } : undefined
}

function urlCheck(name: ListDirective, url: string, policy: Policy): Check | undefined {
  if (name === 'base-uri' || name === 'form-action') return { type: name, url }
  if (name === 'frame-ancestors') {
    return url.startsWith('data:') ? undefined : { type: name, ancestors: [new URL(url).origin] }
  }
  const destination = destinationOf(name, policy)
  return destination === undefined ? undefined : { type: 'request', destination, url }
}

function destinationOf(name: ListDirective, policy: Policy): Destination | undefined {
  const isAbsent = (directive: string): boolean => policy.get(directive) === undefined
  if (name === 'default-src') return DEFAULTS.find(([, directive]) => isAbsent(directive))?.[0]
  if (name === 'child-src') return isAbsent('frame-src') ? 'iframe' : 'worker'
  return DESTINATIONS.get(name)
}

/** Runs an edit; undefined where it is refused. */
function attempt(edit: () => Policy): Policy | undefined {
  try {
    return edit()
  } catch (error) {
    if (error instanceof CspError) return undefined
    throw error
  }
}

function warningsOf(policy: Policy): ReadonlySet<string> {
  const warnings = policy.issues().filter(({ severity }) => severity !== 'info')
  return new Set(warnings.map(({ code, directive, value }) => [code, directive, value].join(' ')))
}

const list = fc.oneof(
  fc.constant<readonly Source[]>([NONE]),
  fc.uniqueArray(fc.constantFrom(...SOURCES), { minLength: 1, maxLength: 4 }),
)
const written = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), list), { minLength: 1, maxLength: 4 })
  .map((entries) =>
    entries.reduce(
      (policy, [name, sources]) => attempt(() => policy.set(name, sources)) ?? policy,
      csp(),
    ),
  )
const policies = fc.oneof(
  { arbitrary: written, weight: 6 },
  { arbitrary: fc.constantFrom(strict(), strict().styleSrc(SELF, NONCE)), weight: 1 },
)

/** What of the sources the engine does not allow after the edit; undefined where it warned. */
function missing(
  before: Policy,
  after: Policy,
  asked: readonly [ListDirective, readonly Source[]],
) {
  const known = warningsOf(before)
  if ([...warningsOf(after)].some((warning) => !known.has(warning))) return undefined
  const [name, sources] = asked
  return sources.filter((source) => {
    const check = checkFor(name, source, after)
    return check !== undefined && !decide(after, check, { self: PAGE }).allowed
  })
}

describe('after an edit that neither threw nor warned the engine allows what was asked for', () => {
  it('allow', () => {
    let done = 0
    fc.assert(
      fc.property(policies, fc.constantFrom(...NAMES), list, (policy, name, sources) => {
        const after = attempt(() => policy.allow(name, ...(sources as string[])))
        if (after === undefined) return
        const lost = missing(policy, after, [name, sources])
        if (lost === undefined) return
        done++
        const story = JSON.stringify([policy, name, sources.map(String), after])
        expect([story, lost]).toEqual([story, []])
      }),
      { numRuns: 5000 },
    )
    expect(done).toBeGreaterThan(500)
  }, 60_000)

  it('merge', () => {
    let done = 0
    fc.assert(
      fc.property(policies, written, (policy, additions) => {
        const after = attempt(() => policy.merge(additions))
        if (after === undefined) return
        for (const { name, values } of additions.directives) {
          const sources = values.filter(
            (value) =>
              value !== NONE && !isVoid(additions, name, value) && !isThere(policy, name, value),
          )
          const lost = missing(policy, after, [name as ListDirective, sources])
          if (lost === undefined) continue
          done++
          const story = JSON.stringify([policy, name, additions, after])
          expect([story, lost]).toEqual([story, []])
        }
      }),
      { numRuns: 5000 },
    )
    expect(done).toBeGreaterThan(500)
  }, 60_000)
})

/** Whether the source does nothing in the additions themselves. */
function isVoid(additions: Policy, name: string, value: Source): boolean {
  const check = checkFor(name as ListDirective, value, additions)
  return check === undefined || !decide(additions, check, { self: PAGE }).allowed
}

/** What is there already, void or not, is not merged again. */
function isThere(policy: Policy, name: string, value: Source): boolean {
  return policy.get(name)?.includes(value) === true
}
