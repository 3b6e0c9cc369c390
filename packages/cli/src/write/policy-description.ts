/** Policies in words: each directive with what it governs and what it allows. */

import type { Issue, Policy, Source } from '@cusp/core'
import { NONCE } from '@cusp/core'
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
}

/** A policy as it is described. */
interface Described {
  readonly policy: Policy
  readonly disposition: PolicyDescription['disposition']
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

/** The meaning of directives that do not take a list of sources. */
const STATEMENTS: ReadonlyMap<string, (values: readonly string[]) => string> = new Map<
  string,
  (values: readonly string[]) => string
>([
  [
    'sandbox',
    (values) =>
      values.length === 0
        ? 'the page is sandboxed'
        : `the page is sandboxed, except for ${join(values)}`,
  ],
  ['webrtc', (values) => (values[0] === "'allow'" ? 'WebRTC is allowed' : 'WebRTC is blocked')],
  ['upgrade-insecure-requests', () => 'http: URLs are fetched as https:'],
  ['block-all-mixed-content', () => 'obsolete: browsers block or upgrade mixed content without it'],
  ['treat-as-public-address', () => 'the page counts as a page of the public internet'],
  ['require-trusted-types-for', () => 'DOM sinks take trusted types only, not plain strings'],
  ['trusted-types', (values) => `Trusted Types policies: ${join(values) || 'none'}`],
  [
    'report-uri',
    (values) => `browsers that do not know report-to send violations to ${join(values)}`,
  ],
  ['report-to', (values) => `browsers send violations to the endpoint ${join(values)}`],
])

const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ["'self'", "the page's origin"],
  ["'unsafe-inline'", 'any inline code'],
  ["'unsafe-eval'", 'eval and WebAssembly'],
  ["'wasm-unsafe-eval'", 'WebAssembly'],
  ["'trusted-types-eval'", 'eval of trusted types'],
  ["'strict-dynamic'", 'scripts that trusted scripts load (hosts and schemes are ignored)'],
  ["'unsafe-hashes'", 'attributes that match a hash'],
  ["'report-sample'", ''],
  ["'inline-speculation-rules'", 'inline speculation rules'],
  ["'unsafe-webtransport-hashes'", 'WebTransport by certificate hashes'],
])

/** Describes every policy. */
export function describePolicies(policies: readonly Described[]): Description {
  const data = policies.map(({ policy, disposition, issues }) => ({
    disposition,
    directives: policy.directives.map(({ name, values }) => ({
      name,
      values: values.map(show),
      meaning: meaningOf(name, values),
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

function meaningOf(name: string, values: readonly Source[]): string {
  const texts = values.map(show)
  const statement = STATEMENTS.get(name)
  if (statement !== undefined) return statement(texts)
  const governed = GOVERNED.get(name)
  if (governed === undefined) return 'browsers do not know this directive'
  return `${governed}: ${allowedBy(texts, name.startsWith('script-src'))}`
}

function allowedBy(values: readonly string[], isScript: boolean): string {
  const lower = values.map((value) => value.toLowerCase())
  const hashes = lower.filter((value) => /^'sha\d/.test(value)).length
  const nonces = lower.filter((value) => value.startsWith("'nonce-")).length
  const isStrict = lower.includes("'strict-dynamic'")
  const isInlineVoid = hashes + nonces > 0 || isStrict
  const words = values.flatMap((value, index) => {
    const key = lower[index] as string
    if (/^'(?:sha\d|nonce-|none')/.test(key)) return []
    if (key === "'unsafe-inline'" && isInlineVoid) return []
    const keyword = KEYWORDS.get(key)
    const isHost = keyword === undefined || key === "'self'"
    if (isHost && isStrict && isScript) return []
    return keyword === '' ? [] : [keyword ?? wordsOf(value)]
  })
  const code = [
    ...(nonces === 0 ? [] : ['elements with the nonce']),
    ...(hashes === 0
      ? []
      : [`inline code that matches ${hashes === 1 ? 'the hash' : `one of ${hashes} hashes`}`]),
  ]
  return join([...code, ...words]) || 'nothing'
}

function wordsOf(source: string): string {
  if (source === '*') return 'any host'
  return /^[a-z][a-z\d+.-]*:$/i.test(source) ? `any ${source} URL` : source
}

function show(value: Source): string {
  return value === NONCE ? "'nonce-{NONCE}'" : value
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
  const lines = directives.map(
    ({ name, meaning }) => `  ${paint('cyan', name)}\n${wrap(meaning, width, 6)}\n`,
  )
  const notes = issues.map(({ severity, message, fix }) => {
    const style = severity === 'error' ? 'red' : 'yellow'
    const name = paint(severity === 'info' ? 'dim' : style, severity.padEnd(7))
    const fixLine = `${paint('dim', 'fix')}  ${wrap(fix, width, 16).slice(16)}`
    return `  ${name}  ${wrap(message, width, 11).slice(11)}\n           ${fixLine}\n`
  })
  const known = directives.length === 0 ? '  no directives\n' : lines.join('')
  return `${paint('bold', title)}\n${known}${notes.length === 0 ? '' : `\n${notes.join('')}`}`
}
