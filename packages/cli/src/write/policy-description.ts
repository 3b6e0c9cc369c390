/** Policies in words: each directive with what it governs and what it allows. */

import type { Issue, Policy } from '@cusp/core'
import type { Check, DecideOptions, DirectiveEffect, PolicySource, ValueEffect } from '@cusp/engine'
import { decide, effects, sandboxFlags } from '@cusp/engine'
import type { Page } from './page.ts'
import { wrap } from './page.ts'

/** A description as data and as text. */
export interface Description {
  readonly data: readonly PolicyDescription[]
  write(page: Page): string
}

/** One policy. */
interface PolicyDescription {
  readonly disposition: 'enforce' | 'report'
  readonly directives: readonly DirectiveDescription[]
  readonly issues: readonly Issue[]
}

interface DirectiveDescription {
  readonly name: string
  readonly values: readonly string[]
  /** What it governs, and what it says of that. */
  readonly meaning: string
  /** The values that allow nothing where they stand. */
  readonly withoutEffect: readonly string[]
}

/** A policy as it is described. */
interface Described {
  readonly policy: Policy
  readonly disposition: PolicyDescription['disposition']
  readonly source: PolicySource
  readonly issues: readonly Issue[]
}

/** What each directive governs. */
const GOVERNED: ReadonlyMap<string, string> = new Map([
  ['default-src', 'every request that has no directive of its own'],
  ['script-src', 'scripts'],
  ['script-src-elem', 'script elements'],
  ['script-src-attr', 'event handler attributes'],
  ['style-src', 'styles'],
  ['style-src-elem', 'style elements and stylesheets'],
  ['style-src-attr', 'style attributes'],
  ['connect-src', 'connections of scripts (fetch, WebSocket, EventSource, sendBeacon)'],
  ['img-src', 'images'],
  ['font-src', 'fonts'],
  ['media-src', 'audio and video'],
  ['object-src', 'object and embed elements'],
  ['manifest-src', 'manifests'],
  ['child-src', 'frames and workers'],
  ['frame-src', 'frames'],
  ['fenced-frame-src', 'fenced frames'],
  ['worker-src', 'workers'],
  ['base-uri', 'the URL of <base>'],
  ['form-action', 'targets of forms'],
  ['frame-ancestors', 'pages that may embed this one'],
])

/** What a policy says, when it is delivered so, and what the engine says of its values. */
interface Spoken {
  readonly policy: Policy
  readonly options: DecideOptions
  readonly effect: DirectiveEffect
}

/** The meaning of directives that do not take a list of sources. */
const STATEMENTS: ReadonlyMap<string, (spoken: Spoken) => string> = new Map<
  string,
  (spoken: Spoken) => string
>([
  ['sandbox', sandboxed],
  [
    'webrtc',
    (spoken) =>
      allows(spoken, { type: 'webrtc' })
        ? 'WebRTC is allowed: no browser asks this directive'
        : 'WebRTC is blocked',
  ],
  ['upgrade-insecure-requests', () => 'http: URLs are fetched as https:'],
  ['block-all-mixed-content', () => 'obsolete: browsers block or upgrade mixed content without it'],
  ['treat-as-public-address', () => 'the page counts as a page of the public internet'],
  [
    'require-trusted-types-for',
    (spoken) =>
      allows(spoken, { type: 'trusted-types-sink', sink: 'Element innerHTML' })
        ? "it has no effect without 'script'"
        : 'DOM sinks take trusted types only, not plain strings',
  ],
  ['trusted-types', ({ effect }) => `Trusted Types policies: ${typesIn(effect)}`],
  [
    'report-uri',
    ({ effect }) => `browsers that do not know report-to send violations to ${textsOf(effect)}`,
  ],
  ['report-to', ({ effect }) => `browsers send violations to the endpoint ${textsOf(effect)}`],
])

/** Keywords of which the engine is asked nothing: they allow nothing that a check asks about. */
const UNASKED: ReadonlyMap<string, string> = new Map([
  ["'report-sample'", ''],
  ["'inline-speculation-rules'", 'inline speculation rules'],
])

const INLINE: ReadonlyMap<string, string> = new Map([
  ['script', 'inline scripts'],
  ['navigation', 'javascript: URLs'],
  ['script attribute', 'event handlers'],
  ['style', 'inline styles'],
  ['style attribute', 'style attributes'],
])

const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ["'self'", "the page's origin"],
  ["'unsafe-eval'", 'eval and WebAssembly'],
  ["'wasm-unsafe-eval'", 'WebAssembly'],
  ["'trusted-types-eval'", 'eval of trusted types'],
  ["'strict-dynamic'", 'scripts that trusted scripts load'],
  ["'unsafe-hashes'", 'attributes that match a hash'],
  ["'unsafe-webtransport-hashes'", 'WebTransport by certificate hashes'],
])

/** Describes every policy. */
export function describePolicies(
  policies: readonly Described[],
  options: DecideOptions = {},
): Description {
  const data = policies.map(({ policy, disposition, source, issues }) => ({
    disposition,
    directives: effects(policy, { ...options, disposition, source }).map((effect) => ({
      name: effect.name,
      values: effect.values.map(({ value }) => value),
      meaning: meaningOf({ policy, options, effect }, source),
      withoutEffect: voidValuesOf(effect),
    })),
    issues,
  }))
  return {
    data,
    write: (page) =>
      data.length === 0
        ? 'There is no policy, so everything is allowed.\n'
        : data.map((one) => writePolicy(one, page)).join('\n'),
  }
}

function meaningOf(spoken: Spoken, source: PolicySource): string {
  const { name, counts } = spoken.effect
  const statement = STATEMENTS.get(name)
  const governed = GOVERNED.get(name)
  if (statement === undefined && governed === undefined)
    return 'browsers do not know this directive'
  if (!counts)
    return `it has no effect in a ${source === 'meta' ? 'meta tag' : 'report-only policy'}`
  return statement === undefined ? `${governed}: ${allowedBy(spoken)}` : statement(spoken)
}

/** What a list of sources allows: only what the engine has a check for. */
function allowedBy({ policy, options, effect }: Spoken): string {
  if (effect.decides.size === 0) return 'other directives decide'
  const working = effect.values.filter(({ allows: found }) => found.size > 0)
  const hashes = working.filter(({ value }) => /^'sha\d/i.test(value)).length
  const hasNonce = working.some(({ value }) => /^'nonce-/i.test(value))
  const words = effect.values
    .filter(({ value }) => !/^'(?:sha\d|sha-|nonce-)/i.test(value))
    .map((one) => wordsOf(one, effect, { policy, options }))
  const code = [
    hasNonce ? 'elements with the nonce' : '',
    hashes === 0
      ? ''
      : `inline code that matches ${hashes === 1 ? 'the hash' : `one of ${hashes} hashes`}`,
  ]
  return join([...new Set([...code, ...words])].filter((text) => text !== '')) || 'nothing'
}

function wordsOf(
  { value, allows: found }: ValueEffect,
  { decides }: DirectiveEffect,
  page: Pick<Spoken, 'options' | 'policy'>,
): string {
  const key = value.toLowerCase()
  const unasked = UNASKED.get(key)
  if (unasked !== undefined) return unasked
  if (found.size === 0) return ''
  if (key === "'unsafe-inline'") return inlineWords(found, decides)
  if (key === "'unsafe-eval'" && !allows(page, { type: 'trusted-types-sink', sink: 'eval' })) {
    return 'eval of trusted types and WebAssembly'
  }
  const keyword = KEYWORDS.get(key)
  if (keyword !== undefined && key !== "'self'") return keyword
  const isForScripts = !decides.has('script-src-elem') || found.has('script-src-elem')
  return `${keyword ?? placeWords(value)}${isForScripts ? '' : ' (but no scripts)'}`
}

function inlineWords(found: ValueEffect['allows'], decides: DirectiveEffect['decides']): string {
  const kinds = [...INLINE.keys()].filter((kind) => decides.has(kind))
  const isAll = kinds.every((kind) => found.has(kind))
  return isAll ? 'any inline code' : join([...found.keys()].map((kind) => INLINE.get(kind) ?? kind))
}

function placeWords(source: string): string {
  if (source === '*') return 'any host'
  return /^[a-z][a-z\d+.-]*:$/i.test(source) ? `any ${source} URL` : source
}

/** The values that allow nothing where they stand. */
function voidValuesOf({ name, counts, decides, values }: DirectiveEffect): readonly string[] {
  if (!counts || decides.size === 0 || !GOVERNED.has(name)) return []
  const isNone = values.length === 1 && values[0]?.value.toLowerCase() === "'none'"
  if (isNone) return []
  const found = values.filter(
    ({ value, allows: what }) => what.size === 0 && !UNASKED.has(value.toLowerCase()),
  )
  return [...new Set(found.map(({ value }) => value))]
}

/** The tokens that the engine knows and that are in force. */
function sandboxed({ policy, options: { dialect } }: Spoken): string {
  const { allow } = sandboxFlags(policy, { dialect })
  const rest = allow.length === 0 ? '' : `, except for ${join(allow)}`
  return `the page is sandboxed${rest}`
}

/** The names in force: a keyword is no name. */
function typesIn({ values }: DirectiveEffect): string {
  const names = values
    .filter(({ value, allows: what }) => what.size > 0 && !value.startsWith("'"))
    .map(({ value }) => value)
  if (names.length === 0) return 'none'
  const words = join(names.map((name) => (name === '*' ? 'any' : name)))
  const isTwice = values.some(({ value }) => value.toLowerCase() === "'allow-duplicates'")
  return isTwice ? `${words}; a name may be used again` : words
}

function allows({ policy, options }: Pick<Spoken, 'options' | 'policy'>, check: Check): boolean {
  return decide(policy, check, options).allowed
}

function textsOf({ values }: DirectiveEffect): string {
  return join(values.map(({ value }) => value))
}

function join(words: readonly string[]): string {
  return words.join(', ')
}

function writePolicy(
  { disposition, directives, issues }: PolicyDescription,
  { paint, width }: Page,
): string {
  const title =
    disposition === 'enforce' ? 'Enforced policy' : 'Report-only policy (it blocks nothing)'
  const lines = directives.map(({ name, meaning, withoutEffect }) => {
    const rest =
      withoutEffect.length === 0
        ? ''
        : `${wrap(`without effect: ${join(withoutEffect)}`, width, 6)}\n`
    return `  ${paint('cyan', name)}\n${wrap(meaning, width, 6)}\n${rest}`
  })
  const notes = issues.map(({ severity, message, fix }) => {
    const style = severity === 'error' ? 'red' : 'yellow'
    const name = paint(severity === 'info' ? 'dim' : style, severity.padEnd(7))
    const fixLine = `${paint('dim', 'fix')}  ${wrap(fix, width, 16).slice(16)}`
    return `  ${name}  ${wrap(message, width, 11).slice(11)}\n           ${fixLine}\n`
  })
  const known = directives.length === 0 ? '  no directives\n' : lines.join('')
  return `${paint('bold', title)}\n${known}${notes.length === 0 ? '' : `\n${notes.join('')}`}`
}
