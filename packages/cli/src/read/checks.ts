/** Checks as they are written on a command line: `script=https://cdn.example/a.js`, `eval`, `https://api.example/`. */

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { NONCE } from '@cusp/core'
import type { Check, DecideOptions, InlineType } from '@cusp/engine'
import { decide, EXAMPLE_SELF } from '@cusp/engine'
import type { Host } from '../host.ts'
import { UsageError } from '../host.ts'

/** A check and how it was written. */
export interface NamedCheck {
  readonly label: string
  readonly check: Check
}

/** Options that give facts to all checks. */
export interface CheckOptions {
  readonly checks?: string | undefined
  readonly self?: string | undefined
  readonly dialect?: DecideOptions['dialect']
  readonly nonce?: string | undefined
  readonly integrity?: string | undefined
  readonly redirects?: number | undefined
  /** Whether scripts are inserted by scripts rather than standing in markup. */
  readonly inserted?: boolean | undefined
}

type Facts = Pick<CheckOptions, 'nonce' | 'integrity' | 'redirects' | 'inserted'>

/** What makes a check of the text behind "=". */
type Reader = (text: string, facts: Facts, self: string) => Check

/** Names of requests and their destinations. */
const REQUESTS: ReadonlyMap<string, string> = new Map([
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
])

const INLINE: ReadonlyMap<string, InlineType> = new Map([
  ['inline-script', 'script'],
  ['inline-style', 'style'],
  ['event-handler', 'script attribute'],
  ['style-attribute', 'style attribute'],
  ['javascript-url', 'navigation'],
])

const OTHERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'prefetch',
    (url, _facts, self) => ({ type: 'request', url: absolute(url, self), initiator: 'prefetch' }),
  ],
  ['base', (url, _facts, self) => ({ type: 'base-uri', url: absolute(url, self) })],
  [
    'form',
    (url, { redirects }, self) => ({
      type: 'form-action',
      url: absolute(url, self),
      redirectCount: redirects,
    }),
  ],
  ['ancestor', (origins) => ({ type: 'frame-ancestors', ancestors: origins.split(',') })],
  ['trusted-types-policy', (name) => ({ type: 'trusted-types-policy', name })],
  ['trusted-types-sink', (sink) => ({ type: 'trusted-types-sink', sink })],
])

const WORDS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['eval', { type: 'eval' }],
  ['wasm', { type: 'wasm' }],
  ['webrtc', { type: 'webrtc' }],
])

/** Every word that a check may begin with, for help and messages. */
export const CHECK_NAMES: readonly string[] = [
  ...REQUESTS.keys(),
  ...INLINE.keys(),
  ...OTHERS.keys(),
  ...WORDS.keys(),
]

// "script=https://…", "eval"
const NAMED = /^([a-z][a-z-]*)(?:=(.*))?$/s

/**
 * Reads the checks of a command line, and of a file of them.
 *
 * @throws UsageError for what is none
 */
export async function readChecks(
  words: readonly string[],
  options: CheckOptions,
  host: Host,
): Promise<readonly NamedCheck[]> {
  const self = options.self ?? EXAMPLE_SELF
  const named = words.map((word) => ({ label: word, check: readCheck(word, options, self) }))
  if (options.checks === undefined) return named
  return [...named, ...(await readFileOfChecks(options.checks, host))]
}

/** The circumstances of the decisions. */
export function decideOptions({ self = EXAMPLE_SELF, dialect }: CheckOptions): DecideOptions {
  return { self: self === 'null' ? null : self, dialect }
}

function readCheck(word: string, facts: Facts, self: string): Check {
  const [, name, value] = NAMED.exec(word) ?? []
  if (name === undefined || (value === undefined && !CHECK_NAMES.includes(name))) {
    if (/^[a-z-]+$/.test(word)) refuse(word, 'it is no kind of check')
    return request('', word, { facts, self })
  }
  const fixed = WORDS.get(name)
  if (fixed !== undefined && value === undefined) return fixed
  const inline = INLINE.get(name)
  if (inline !== undefined) return inlineCheck(inline, value, facts)
  if (value === undefined || value === '') {
    throw new UsageError(`Cannot check ${name}: it has no value, expected ${name}=<value>`)
  }
  const destination = REQUESTS.get(name)
  if (destination !== undefined) return request(destination, value, { facts, self })
  const reader = OTHERS.get(name)
  return reader === undefined ? refuse(word, 'it is no kind of check') : reader(value, facts, self)
}

function request(
  destination: string,
  url: string,
  { facts, self }: { readonly facts: Facts; readonly self: string },
): Check {
  return {
    type: 'request',
    destination,
    url: absolute(url, self),
    nonce: nonceOf(facts),
    integrity: facts.integrity,
    redirectCount: facts.redirects,
    ...(facts.inserted === true ? { parserInserted: false } : {}),
  }
}

function inlineCheck(inline: InlineType, source: string | undefined, facts: Facts): Check {
  return {
    type: 'inline',
    inline,
    source,
    nonce: nonceOf(facts),
    ...(facts.inserted === true ? { parserInserted: false } : {}),
  }
}

/** The word NONCE is the nonce of the response, whatever it is. */
function nonceOf({ nonce }: Facts): string | typeof NONCE | undefined {
  return nonce === 'NONCE' ? NONCE : nonce
}

/** A URL relative to the page made absolute; what is none is left for the decision to name. */
function absolute(url: string, self: string): string {
  return URL.canParse(url, self) ? new URL(url, self).href : url
}

async function readFileOfChecks(file: string, host: Host): Promise<readonly NamedCheck[]> {
  const expected = 'a JSON array of checks: [{ "type": "eval" }]'
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(path.resolve(host.cwd, file), 'utf8'))
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read'
    throw new UsageError(`Cannot read ${file}: ${problem}, expected ${expected}`)
  }
  if (!Array.isArray(parsed) || !parsed.every(isObject)) {
    throw new UsageError(`Cannot read ${file}: it is no array of objects, expected ${expected}`)
  }
  const checks = parsed as readonly unknown[] as readonly Check[]
  // The engine refuses what is no check; better now than after the first lines are printed.
  for (const check of checks) decide([], check)
  return checks.map((check) => ({ label: JSON.stringify(check), check }))
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function refuse(word: string, problem: string): never {
  const names = CHECK_NAMES.join(', ')
  throw new UsageError(
    `Cannot check ${JSON.stringify(word)}: ${problem}, expected a URL or one of ${names}`,
  )
}
