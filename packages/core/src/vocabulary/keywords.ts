/**
 * Keyword sources as constants whose value is the quoted text, and the placeholder for the nonce of
 * the response.
 *
 * @see https://w3c.github.io/webappsec-csp/#grammardef-keyword-source
 */

/** The document's own origin. */
export const SELF = "'self'"
/** Matches nothing; stands alone. */
export const NONE = "'none'"
/** Inline scripts and styles; void beside a nonce or a hash. */
export const UNSAFE_INLINE = "'unsafe-inline'"
/** eval and its kin, and WebAssembly. */
export const UNSAFE_EVAL = "'unsafe-eval'"
/** WebAssembly only. */
export const WASM_UNSAFE_EVAL = "'wasm-unsafe-eval'"
/** eval where Trusted Types are enforced for it. */
export const TRUSTED_TYPES_EVAL = "'trusted-types-eval'"
/**
 * Trust spreads from nonced or hashed scripts to what they load; hosts and `'self'` are ignored for
 * scripts.
 */
export const STRICT_DYNAMIC = "'strict-dynamic'"
/** Hashes also count for event handlers, style attributes and javascript: URLs. */
export const UNSAFE_HASHES = "'unsafe-hashes'"
/** Reports carry the first 40 characters of the blocked code. */
export const REPORT_SAMPLE = "'report-sample'"
/** Reports the SHA-256 hash of each loaded script. */
export const REPORT_SHA256 = "'report-sha256'"
/** Reports the SHA-384 hash of each loaded script. */
export const REPORT_SHA384 = "'report-sha384'"
/** Reports the SHA-512 hash of each loaded script. */
export const REPORT_SHA512 = "'report-sha512'"
/** WebTransport with serverCertificateHashes, in connect-src. */
export const UNSAFE_WEBTRANSPORT_HASHES = "'unsafe-webtransport-hashes'"
/** Inline speculation rules. */
export const INLINE_SPECULATION_RULES = "'inline-speculation-rules'"
/** A left-over of navigate-to; has no effect. */
export const UNSAFE_ALLOW_REDIRECTS = "'unsafe-allow-redirects'"

/** Stands for the nonce of the response; a delivery puts in a new one for each. */
export const NONCE: unique symbol = Symbol.for('@cusp/core.nonce')

/** How {@link NONCE} is shown where a nonce is not known: in the console and in JSON. */
export const NONCE_SHOWN = "'nonce-{NONCE}'"

/** A source as a policy is shown: {@link NONCE} as {@link NONCE_SHOWN}, text as it is. */
export function showSource(source: string | typeof NONCE): string {
  return source === NONCE ? NONCE_SHOWN : source
}

/** A keyword source, quoted. */
export type Keyword =
  | typeof SELF
  | typeof NONE
  | typeof UNSAFE_INLINE
  | typeof UNSAFE_EVAL
  | typeof WASM_UNSAFE_EVAL
  | typeof TRUSTED_TYPES_EVAL
  | typeof STRICT_DYNAMIC
  | typeof UNSAFE_HASHES
  | typeof REPORT_SAMPLE
  | typeof REPORT_SHA256
  | typeof REPORT_SHA384
  | typeof REPORT_SHA512
  | typeof UNSAFE_WEBTRANSPORT_HASHES
  | typeof INLINE_SPECULATION_RULES
  | typeof UNSAFE_ALLOW_REDIRECTS

/**
 * Where 'strict-dynamic' makes other sources void. Not default-src: it also decides for images and
 * the like, where they count.
 */
export const SCRIPT_DIRECTIVES: readonly string[] = [
  'script-src',
  'script-src-elem',
  'script-src-attr',
]

const EVAL = ['script-src', 'default-src']
const SCRIPT = ['default-src', ...SCRIPT_DIRECTIVES]
const INLINE = [...SCRIPT, 'style-src', 'style-src-elem', 'style-src-attr']

/**
 * Each keyword with the directives in which it has an effect; undefined where that is every source
 * list.
 */
export const KEYWORDS: ReadonlyMap<string, readonly string[] | undefined> = new Map<
  Keyword,
  readonly string[] | undefined
>([
  [NONE, undefined],
  [SELF, undefined],
  [UNSAFE_INLINE, INLINE],
  [UNSAFE_EVAL, EVAL],
  [WASM_UNSAFE_EVAL, EVAL],
  [TRUSTED_TYPES_EVAL, EVAL],
  [STRICT_DYNAMIC, SCRIPT],
  [UNSAFE_HASHES, INLINE],
  [REPORT_SAMPLE, INLINE],
  [REPORT_SHA256, SCRIPT],
  [REPORT_SHA384, SCRIPT],
  [REPORT_SHA512, SCRIPT],
  [UNSAFE_WEBTRANSPORT_HASHES, ['connect-src', 'default-src']],
  [INLINE_SPECULATION_RULES, [...EVAL, 'script-src-elem']],
  [UNSAFE_ALLOW_REDIRECTS, []],
])

/** The directives in which a nonce or a hash has an effect. */
export const NONCE_DIRECTIVES: readonly string[] = INLINE
