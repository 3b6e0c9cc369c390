/** One check as a command line writes it: `script=https://cdn.example/a.js`, `eval`, a URL. */

import type { Check, ElementNonce, InlineType } from '@cusp/engine'
import { UsageError } from '../host.ts'

/** What the options say of every check. */
export interface CheckFacts {
  readonly self: string
  readonly nonce?: ElementNonce | undefined
  readonly integrity?: string | undefined
  readonly redirects?: number | undefined
  /** Whether scripts insert the elements, so that they are not in the markup. */
  readonly inserted?: boolean | undefined
}

/** A kind of check: whether "=value" follows its name, and how the check is made. */
type Kind =
  | { readonly value: 'none'; readonly check: Check }
  | {
      readonly value: 'optional'
      readonly read: (value: string | undefined, facts: CheckFacts) => Check
    }
  | { readonly value: 'required'; readonly read: (value: string, facts: CheckFacts) => Check }

const REQUESTS: readonly (readonly [name: string, destination: string])[] = [
  ['connect', ''],
  ['script', 'script'],
  ['style', 'style'],
  ['image', 'image'],
  ['img', 'image'],
  ['font', 'font'],
  ['audio', 'audio'],
  ['video', 'video'],
  ['track', 'track'],
  ['frame', 'iframe'],
  ['iframe', 'iframe'],
  ['worker', 'worker'],
  ['shared-worker', 'sharedworker'],
  ['service-worker', 'serviceworker'],
  ['manifest', 'manifest'],
  ['object', 'object'],
  ['embed', 'embed'],
]

const INLINE: readonly (readonly [name: string, inline: InlineType])[] = [
  ['inline-script', 'script'],
  ['inline-style', 'style'],
  ['event-handler', 'script attribute'],
  ['style-attribute', 'style attribute'],
  ['javascript-url', 'navigation'],
]

/** The other kinds that take a value. */
const OTHERS: readonly (readonly [
  name: string,
  read: (value: string, facts: CheckFacts) => Check,
])[] = [
  [
    'prefetch',
    (url, { self }) => ({ type: 'request', url: absolute(url, self), initiator: 'prefetch' }),
  ],
  ['base', (url, { self }) => ({ type: 'base-uri', url: absolute(url, self) })],
  [
    'form',
    (url, { redirects, self }) => ({
      type: 'form-action',
      url: absolute(url, self),
      redirectCount: redirects,
    }),
  ],
  ['ancestor', (origins) => ({ type: 'frame-ancestors', ancestors: origins.split(',') })],
  ['trusted-types-policy', (name) => ({ type: 'trusted-types-policy', name })],
  ['trusted-types-sink', (sink) => ({ type: 'trusted-types-sink', sink })],
]

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...REQUESTS.map(([name, destination]) => [name, requestKind(destination)] as const),
  ...INLINE.map(([name, inline]) => [name, inlineKind(inline)] as const),
  ...OTHERS.map(([name, read]) => [name, { value: 'required', read }] as const),
  ...(['eval', 'wasm', 'webrtc'] as const).map(
    (type) => [type, { value: 'none', check: { type } }] as const,
  ),
])

/** The names of all kinds of checks. */
export const CHECK_NAMES: readonly string[] = [...KINDS.keys()]

// "script=https://…", "eval"
const NAMED = /^([a-z-]+)(?:=(.*))?$/s

/**
 * Reads a check.
 *
 * @throws UsageError for a word that is not a check
 */
export function readCheckWord(word: string, facts: CheckFacts): Check {
  const [, name, value] = NAMED.exec(word) ?? []
  if (name === undefined) return makeRequest('', word, facts)
  const kind = KINDS.get(name)
  if (kind === undefined) {
    const names = CHECK_NAMES.join(', ')
    throw new UsageError(
      `Cannot check ${JSON.stringify(word)}: ${JSON.stringify(name)} is not a kind of check. Use a URL, or one of ${names}.`,
    )
  }
  if (kind.value === 'optional') return kind.read(value, facts)
  if (kind.value === 'none') {
    if (value === undefined) return kind.check
    throw new UsageError(
      `Cannot check ${JSON.stringify(word)}: ${name} does not take a value. Write ${name}.`,
    )
  }
  if (value === undefined || value === '') {
    throw new UsageError(`Cannot check ${name}: the value is missing. Write ${name}=<value>.`)
  }
  return kind.read(value, facts)
}

function requestKind(destination: string): Kind {
  return { value: 'required', read: (url, facts) => makeRequest(destination, url, facts) }
}

function makeRequest(destination: string, url: string, facts: CheckFacts): Check {
  return {
    type: 'request',
    destination,
    url: absolute(url, facts.self),
    nonce: facts.nonce,
    integrity: facts.integrity,
    redirectCount: facts.redirects,
    ...(facts.inserted === true ? { parserInserted: false } : {}),
  }
}

function inlineKind(inline: InlineType): Kind {
  return {
    value: 'optional',
    read: (source, facts) => ({
      type: 'inline',
      inline,
      source,
      nonce: facts.nonce,
      ...(facts.inserted === true ? { parserInserted: false } : {}),
    }),
  }
}

/** Makes a URL relative to the page absolute. The decision names a text that is not a URL. */
function absolute(url: string, self: string): string {
  return URL.canParse(url, self) ? new URL(url, self).href : url
}
