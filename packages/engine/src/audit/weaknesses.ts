/** What an audit can find: one table of weaknesses, worst first. */

/**
 * How bad a weakness is. `high`: markup that an attacker injects runs scripts in spite of the
 * policy. `medium`: one more step gets there, or something that the policy was written to stop goes
 * through. `low`: a restriction is missing that would limit an attack. `info`: good to know.
 */
export type Severity = 'high' | 'medium' | 'low' | 'info'

/** Stable name of a weakness. */
export type FindingId =
  | 'not-enforced'
  | 'scripts-unrestricted'
  | 'inline-script'
  | 'inline-handler'
  | 'undecodable-hash'
  | 'any-script-host'
  | 'data-script'
  | 'script-bypass'
  | 'public-script-host'
  | 'movable-base'
  | 'eval'
  | 'blob-script'
  | 'filesystem-script'
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
  | 'public-host'
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
  | 'narrow-path'
  | 'keyword-as-host'
  | 'deprecated-directive'

/** One row of the table of weaknesses. */
export interface FindingInfo {
  readonly id: FindingId
  readonly severity: Severity
  /** What is the case. */
  readonly meaning: string
  /** What to use instead: the words between "Use" and "instead". */
  readonly fix: string
}

type Row = readonly [severity: Severity, meaning: string, fix: string]

const TABLE: Readonly<Record<FindingId, Row>> = {
  'not-enforced': [
    'high',
    'nothing is blocked',
    'the same policy in the Content-Security-Policy header',
  ],
  'scripts-unrestricted': [
    'high',
    'any script runs',
    "script-src with NONCE and 'strict-dynamic', or default-src",
  ],
  'inline-script': [
    'high',
    'injected script elements and javascript: URLs run',
    "a nonce or hashes in place of 'unsafe-inline'",
  ],
  'inline-handler': [
    'high',
    'injected event handler attributes run',
    "addEventListener in scripts, and script-src without 'unsafe-inline'",
  ],
  'undecodable-hash': [
    'high',
    'browsers that ignore it run any inline script',
    'a hash that hashSource() made',
  ],
  'any-script-host': [
    'high',
    "scripts load from an attacker's host",
    'a nonce, hashes, or the hosts that are meant',
  ],
  'data-script': [
    'high',
    'scripts load from data: URLs, which are inline code',
    'script-src without data:',
  ],
  'script-bypass': [
    'high',
    'an attacker chooses the code that it serves',
    "a nonce and 'strict-dynamic' in place of hosts, or the full path of the script",
  ],
  'public-script-host': [
    'high',
    'an attacker publishes the script there',
    "a nonce and 'strict-dynamic' in place of hosts, or the full path of the script",
  ],
  'movable-base': [
    'high',
    "an injected <base> moves the relative URLs of trusted scripts to an attacker's host",
    "base-uri 'none'",
  ],
  eval: [
    'medium',
    'eval, Function and string timers compile strings to code',
    "script-src without 'unsafe-eval', or 'wasm-unsafe-eval' for WebAssembly",
  ],
  'blob-script': [
    'medium',
    'scripts load from blob: URLs, which a page makes of any text',
    'script-src without blob:',
  ],
  'filesystem-script': [
    'medium',
    'scripts load from filesystem: URLs, which a page in Chromium makes of any text',
    'script-src without filesystem:',
  ],
  'any-object': [
    'medium',
    "object and embed elements load an attacker's content",
    "object-src 'none'",
  ],
  'any-ancestor': [
    'medium',
    'any site may frame the page and trick its users into clicks',
    "frame-ancestors 'none' or 'self' in a header",
  ],
  'any-form-target': [
    'medium',
    "an injected form sends what users and password managers fill in to an attacker's host",
    "form-action 'self' or 'none'; default-src does not cover it",
  ],
  'insecure-source': [
    'medium',
    'content comes over plain http, where the network can replace it',
    'https: URLs',
  ],
  'short-nonce': [
    'medium',
    'the nonce has fewer than 128 bits and may be guessed',
    'NONCE or createNonce()',
  ],
  'static-nonce': [
    'medium',
    'the nonce is the same in every response and protects nothing',
    'NONCE, which is new in each response',
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
    'browsers take that directive for a value, and it restricts nothing',
    'a semicolon before it',
  ],
  'invalid-value': [
    'medium',
    'the value does not say what it seems to say',
    'a valid value, or none',
  ],
  'open-base': [
    'low',
    "an injected <base> moves relative URLs to an attacker's host",
    "base-uri 'none' or 'self'",
  ],
  'script-allow-list': [
    'low',
    'scripts are trusted for their host, where a JSONP endpoint or an old library lets anybody in',
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
    'workers run code from data: or blob: URLs, from which scripts may not load',
    "worker-src 'self' or 'none'",
  ],
  'any-style': ['low', 'styles load from any host', 'style-src with the hosts that are meant'],
  'public-host': [
    'low',
    'an attacker can be at the other end',
    'the hosts that are meant, each by its full name',
  ],
  'inline-style': [
    'low',
    'injected styles apply, and their selectors can read attributes',
    "a nonce or hashes in place of 'unsafe-inline'",
  ],
  'unsafe-hashes': [
    'low',
    'hashes also count for event handlers, which an attacker can put on another element',
    "addEventListener in scripts, and no 'unsafe-hashes'",
  ],
  wasm: [
    'low',
    'WebAssembly is compiled',
    "script-src without 'wasm-unsafe-eval', where nothing needs it",
  ],
  'strict-dynamic-alone': [
    'low',
    'no script in the markup loads',
    "a nonce or hashes beside 'strict-dynamic'",
  ],
  'insecure-report-endpoint': [
    'low',
    'reports are sent over plain http, or not at all',
    'an https: URL',
  ],
  'no-effect': [
    'low',
    'what is written has no effect where it stands',
    'a place where it has an effect',
  ],
  'no-trusted-types': [
    'info',
    'plain strings reach the sinks of DOM-based scripting attacks',
    "require-trusted-types-for 'script'",
  ],
  'no-reporting': ['info', 'nobody hears of violations', "reportTo('csp', '/csp-reports')"],
  'no-inline-fallback': [
    'info',
    'browsers that know neither nonces nor hashes block all inline scripts',
    "'unsafe-inline' beside it, which other browsers ignore there",
  ],
  'no-host-fallback': [
    'info',
    "browsers that do not know 'strict-dynamic' (Safari before 15.4) block scripts that scripts load",
    'https: beside it, which other browsers ignore there',
  ],
  'upgraded-source': ['info', 'upgrade-insecure-requests makes plain http https', 'https: URLs'],
  'ip-host': [
    'info',
    'only browsers match it: the specification knows no addresses',
    'the name of the host',
  ],
  'narrow-path': [
    'info',
    'a path without "/" at its end matches exactly, and "*" in a path is a letter',
    'a path that ends in "/" for all below it',
  ],
  'keyword-as-host': [
    'info',
    'a word without quotes is the name of a host, and not a keyword',
    'the keyword in single quotes',
  ],
  'deprecated-directive': [
    'info',
    'the directive is out of date',
    'the directive that replaced it',
  ],
}

/** The table of weaknesses by id, worst first. */
export const FINDINGS: ReadonlyMap<FindingId, FindingInfo> = new Map(
  (Object.entries(TABLE) as [FindingId, Row][]).map(([id, [severity, meaning, fix]]) => [
    id,
    Object.freeze({ id, severity, meaning, fix }),
  ]),
)
