/** What an audit can find: one table of weaknesses, and the shape of a finding. */

import type { Check } from '../check/check.ts'

/**
 * How bad a weakness is. `high`: markup that an attacker injects runs scripts in spite of the policy. `medium`: one more
 * step gets there, or something that the policy was written to stop goes through. `low`: a restriction is missing that
 * would limit an attack. `info`: good to know.
 */
export type Severity = 'high' | 'medium' | 'low' | 'info'

/** Stable name of a weakness. */
export type FindingId =
  | 'not-enforced'
  | 'scripts-unrestricted'
  | 'inline-script'
  | 'inline-handler'
  | 'any-script-host'
  | 'data-script'
  | 'script-bypass'
  | 'movable-base'
  | 'eval'
  | 'blob-script'
  | 'any-object'
  | 'any-ancestor'
  | 'any-form-target'
  | 'insecure-source'
  | 'short-nonce'
  | 'static-nonce'
  | 'dropped-directive'
  | 'unknown-directive'
  | 'missing-semicolon'
  | 'invalid-value'
  | 'open-base'
  | 'script-allow-list'
  | 'allowed-objects'
  | 'any-connection'
  | 'any-frame'
  | 'any-worker'
  | 'any-style'
  | 'inline-style'
  | 'unsafe-hashes'
  | 'wasm'
  | 'strict-dynamic-alone'
  | 'insecure-report-endpoint'
  | 'no-effect'
  | 'no-trusted-types'
  | 'no-reporting'
  | 'no-inline-fallback'
  | 'no-host-fallback'
  | 'upgraded-source'
  | 'ip-host'
  | 'deprecated-directive'

/** One row of the table of weaknesses. */
export interface FindingInfo {
  readonly id: FindingId
  readonly severity: Severity
  /** What is the case. */
  readonly meaning: string
  /** What to write instead. */
  readonly fix: string
}

/** One weakness of the policies that were audited. */
export interface AuditFinding {
  readonly id: FindingId
  readonly severity: Severity
  /** The directive that lets it through, or where it is absent the one that would not. */
  readonly directive: string
  /** One sentence: what is the case. */
  readonly message: string
  /** What to write instead. */
  readonly fix: string
  /** The value concerned, as it is written. */
  readonly value?: string
  /**
   * The proof: a check that `decide` allows under the same policies and options. Null where nothing that a browser allows
   * would show it: a value without effect, reports that nobody gets, a fallback for old browsers.
   */
  readonly witness: Check | null
}

type Row = readonly [severity: Severity, meaning: string, fix: string]

const TABLE: Readonly<Record<FindingId, Row>> = {
  'not-enforced': [
    'high',
    'no policy is enforced, so nothing is blocked',
    'the same policy in Content-Security-Policy',
  ],
  'scripts-unrestricted': [
    'high',
    'no directive governs scripts, so any script runs',
    "script-src with NONCE and 'strict-dynamic', or default-src",
  ],
  'inline-script': [
    'high',
    'injected script elements or javascript: URLs run',
    "a nonce or hashes in place of 'unsafe-inline'",
  ],
  'inline-handler': [
    'high',
    'injected event handler attributes run',
    "addEventListener in scripts, and script-src without 'unsafe-inline'",
  ],
  'any-script-host': [
    'high',
    'scripts load from a host of the attacker',
    'a nonce or hashes, or the hosts that are meant',
  ],
  'data-script': ['high', 'scripts load from data: URLs, which is inline code', 'no data:'],
  'script-bypass': [
    'high',
    'an allowed host serves JSONP or a script gadget, which runs what an attacker chooses',
    "a nonce and 'strict-dynamic' in place of hosts, or the full path of the script",
  ],
  'movable-base': [
    'high',
    'an injected <base> moves the relative URLs of trusted scripts to a host of the attacker',
    "base-uri 'none'",
  ],
  eval: [
    'medium',
    'strings are compiled to code by eval and its kin',
    "no 'unsafe-eval'; 'wasm-unsafe-eval' for WebAssembly",
  ],
  'blob-script': [
    'medium',
    'scripts load from blob: URLs that a page makes of any text',
    'no blob:',
  ],
  'any-object': [
    'medium',
    'object and embed elements load content of the attacker',
    "object-src 'none'",
  ],
  'any-ancestor': [
    'medium',
    'any site may frame the page and trick its users into clicks',
    "frame-ancestors 'none' or 'self'",
  ],
  'any-form-target': [
    'medium',
    'an injected form sends what users or password managers fill in to a host of the attacker',
    "form-action 'self' or 'none'; default-src does not cover it",
  ],
  'insecure-source': [
    'medium',
    'content comes over plain http, where the network can replace it',
    'https: URLs',
  ],
  'short-nonce': [
    'medium',
    'a nonce has fewer than 128 bits and may be guessed',
    'NONCE, or createNonce()',
  ],
  'static-nonce': [
    'medium',
    'a nonce is written into the policy and the same in every response',
    'NONCE, a new one for each response',
  ],
  'dropped-directive': [
    'medium',
    'browsers drop the directive, so it restricts nothing',
    'ASCII only, and each directive once',
  ],
  'unknown-directive': [
    'medium',
    'no browser knows the directive, so it restricts nothing',
    'a directive of the specification',
  ],
  'missing-semicolon': [
    'medium',
    'a directive stands among the values of another, so it restricts nothing',
    'a semicolon before it',
  ],
  'invalid-value': ['medium', 'browsers ignore the value', 'a valid value, or none'],
  'open-base': [
    'low',
    'an injected <base> moves relative URLs to a host of the attacker',
    "base-uri 'none' or 'self'",
  ],
  'script-allow-list': [
    'low',
    'scripts are trusted by where they come from, where a JSONP endpoint or an old library lets anyone in',
    "a nonce or hashes with 'strict-dynamic'",
  ],
  'allowed-objects': [
    'low',
    'object and embed elements are allowed, which hardly any page needs',
    "object-src 'none'",
  ],
  'any-connection': [
    'low',
    'scripts may send data to any host',
    'connect-src with the hosts that are meant',
  ],
  'any-frame': ['low', 'frames load from any host', 'frame-src with the hosts that are meant'],
  'any-worker': [
    'low',
    'workers load from places where scripts may not',
    "worker-src 'self' or 'none'",
  ],
  'any-style': ['low', 'styles load from any host', 'style-src with the hosts that are meant'],
  'inline-style': [
    'low',
    'injected styles apply, and selectors can read attributes',
    "a nonce or hashes in place of 'unsafe-inline'",
  ],
  'unsafe-hashes': [
    'low',
    'hashes also count for event handlers, which an attacker can put on another element',
    "addEventListener in scripts, and no 'unsafe-hashes'",
  ],
  wasm: ['low', 'WebAssembly is compiled', "no 'wasm-unsafe-eval' where nothing uses it"],
  'strict-dynamic-alone': [
    'low',
    "'strict-dynamic' stands without a nonce or hash, so no script in the markup loads",
    'a nonce or hashes beside it',
  ],
  'insecure-report-endpoint': [
    'low',
    'reports are sent over plain http, or not at all',
    'an https: URL',
  ],
  'no-effect': ['low', 'what is written has no effect where it stands', 'where it has one'],
  'no-trusted-types': [
    'info',
    'plain strings reach the sinks of DOM-based scripting attacks',
    "require-trusted-types-for 'script'",
  ],
  'no-reporting': ['info', 'violations are reported to nobody', "reportTo('csp', '/csp-reports')"],
  'no-inline-fallback': [
    'info',
    'browsers that know no nonces and hashes block all inline scripts',
    "'unsafe-inline', which other browsers ignore beside a nonce or hash",
  ],
  'no-host-fallback': [
    'info',
    "browsers that do not know 'strict-dynamic' (Safari before 15.4) block scripts that scripts load",
    "https:, which other browsers ignore beside 'strict-dynamic'",
  ],
  'upgraded-source': [
    'info',
    'the source names plain http, which upgrade-insecure-requests replaces',
    'https: URLs',
  ],
  'ip-host': ['info', 'a host is an IP address, which the specification never matches', 'a name'],
  'deprecated-directive': ['info', 'the directive is out of date', 'its replacement'],
}

/** The table of weaknesses by id, worst first. */
export const FINDINGS: ReadonlyMap<FindingId, FindingInfo> = new Map(
  (Object.entries(TABLE) as [FindingId, Row][]).map(([id, [severity, meaning, fix]]) => [
    id,
    Object.freeze({ id, severity, meaning, fix }),
  ]),
)

/** What is particular to one finding. */
export interface FindingDetails {
  readonly directive: string
  readonly value?: string | undefined
  readonly witness?: Check | undefined
  /** Ends the sentence: where it comes from. */
  readonly because: string
  /** In place of the table's. */
  readonly fix?: string
}

/** Makes a finding. */
export function makeFinding(id: FindingId, details: FindingDetails): AuditFinding {
  const { severity, meaning, fix } = FINDINGS.get(id) as FindingInfo
  const { directive, value, witness = null, because } = details
  return {
    id,
    severity,
    directive,
    message: `${meaning}: ${because}`,
    fix: details.fix ?? fix,
    ...(value === undefined ? {} : { value }),
    witness,
  }
}
