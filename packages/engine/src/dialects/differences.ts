/**
 * Where browsers and the specification part: one table of named differences, as data.
 *
 * @see https://w3c.github.io/webappsec-csp/
 */

/**
 * Whom a decision agrees with: `engines`, the specification but where all shipping engines agree
 * against it (default); `spec`, the CSP Level 3 editor's draft to the letter; or one engine.
 */
export type DialectName = 'engines' | 'spec' | 'chromium' | 'firefox' | 'webkit'

/** Name of one difference. */
export type DifferenceTag =
  | 'ancestor-paths-ignored'
  | 'base-uri-reported-as-url'
  | 'blank-frames-not-asked'
  | 'certificate-hashes-judged-by-url'
  | 'control-characters-drop-directive'
  | 'dashed-hash-valid'
  | 'default-port-of-source-scheme-matches'
  | 'empty-integrity-left-out'
  | 'empty-trusted-types-name-allowed'
  | 'form-redirects-not-asked'
  | 'form-upgraded-in-report-only'
  | 'frame-url-cut-to-origin'
  | 'handed-over-with-decoded-paths'
  | 'hash-padding-optional'
  | 'hint-allowed-by-strict-dynamic'
  | 'hint-decided-by-default-src-alone'
  | 'hint-reported-once'
  | 'hint-tried-against-default-src'
  | 'http-default-port-includes-443'
  | 'integrity-alphabets-alike'
  | 'integrity-in-capitals-left-out'
  | 'ip-host-matches'
  | 'javascript-url-decoded'
  | 'javascript-url-query-as-written'
  | 'json-module-asked-as-script'
  | 'loopback-upgraded'
  | 'media-not-upgraded'
  | 'meta-split-at-commas'
  | 'navigation-not-asked'
  | 'nonce-whitespace-trimmed'
  | 'nonced-file-not-reported'
  | 'object-asked-as-frame'
  | 'object-not-upgraded'
  | 'odd-path-valid'
  | 'odd-trusted-types-name-refused'
  | 'opaque-ancestor-matched-by-star'
  | 'plain-eval-allowed-by-trusted-types-eval'
  | 'port-80-matches-443'
  | 'port-80-upgraded'
  | 'port-kept-in-upgrade'
  | 'port-with-leading-zero-void'
  | 'preload-allowed-by-strict-dynamic'
  | 'preload-integrity-ignored'
  | 'preload-not-reported'
  | 'query-after-host-dropped'
  | 'query-after-path-dropped'
  | 'redirected-frame-named-by-target'
  | 'refused-base-asked'
  | 'report-in-own-shape'
  | 'scheme-and-port-upgraded-together'
  | 'self-forgotten-by-opaque-documents'
  | 'self-matches-file'
  | 'self-matches-own-blob-frames'
  | 'self-void-in-inherited-frames'
  | 'source-file-without-query'
  | 'star-matches-data'
  | 'star-with-path-invalid'
  | 'star-without-scheme-invalid'
  | 'strict-dynamic-redirects-not-asked'
  | 'strict-dynamic-reported-as-script-src'
  | 'strict-dynamic-spares-handlers'
  | 'strict-dynamic-voids-inline-styles'
  | 'strict-dynamic-voids-sources'
  | 'trailing-dot-invalid'
  | 'undecodable-hash-invalid'
  | 'upgraded-by-own-policy-alone'
  | 'upgraded-in-report-only'
  | 'upgraded-websocket-asked-twice'
  | 'trusted-types-group-in-any-case'
  | 'trusted-types-star-begins-wildcard'
  | 'url-hash-voids-sources'
  | 'wasm-not-reported'
  | 'wasm-reported-beside-violation'
  | 'webrtc-not-asked'
  | 'websocket-matched-as-given'
  | 'websocket-reported-whole'
  | 'whole-path-decoded'
  | 'worker-allowed-by-strict-dynamic'
  | 'worker-allowed-by-strict-dynamic-in-default-src'
  | 'worker-not-upgraded'
  | 'ws-matches-websockets-alone'

/** One row of the table. */
export interface Difference {
  readonly tag: DifferenceTag
  /** What the editor's draft says. */
  readonly spec: string
  /** What is done instead. */
  readonly instead: string
  /** Who does it. */
  readonly who: string
  /** Since when, or where it was read or measured. */
  readonly since: string
  /** Where that is written. */
  readonly source: string
  /** The dialects in which the engine does it. */
  readonly dialects: readonly DialectName[]
}

const DRAFT = 'https://w3c.github.io/webappsec-csp/'
const CHROMIUM =
  'https://source.chromium.org/chromium/chromium/src/+/main:services/network/public/cpp/content_security_policy/'
const BLINK =
  'https://source.chromium.org/chromium/chromium/src/+/main:third_party/blink/renderer/core/frame/csp/'
const GECKO = 'https://searchfox.org/mozilla-central/source/dom/security/'
const WEBKIT = 'https://github.com/WebKit/WebKit/blob/main/Source/WebCore/page/csp/'
/** What single probes of this repository have measured. */
const PROBED = 'https://github.com/cusp-csp/cusp/blob/main/test/browsers/probes.ts'
/** What hashes of `javascript:` URLs match, measured by this repository. */
const JAVASCRIPT_URLS =
  'https://github.com/cusp-csp/cusp/blob/main/test/browsers/javascript-urls.test.ts'
/** Where the differential run of this repository keeps what it measured. */
const MEASURED = 'https://github.com/cusp-csp/cusp/blob/main/test/browsers/differential/RESULTS.md'
const WPT = 'https://github.com/web-platform-tests/wpt/tree/master/content-security-policy/'

const BROWSERS: readonly DialectName[] = ['engines', 'chromium', 'firefox', 'webkit']
/** All dialects. */
export const EVERY: readonly DialectName[] = ['spec', ...BROWSERS]

const TABLE: Readonly<Record<DifferenceTag, Omit<Difference, 'tag'>>> = {
  'ip-host-matches': {
    spec: 'a host-part matches domains only; a stale note still says that 127.0.0.1 works',
    instead: 'an address is compared as text, and `*` matches any host',
    who: 'all shipping engines',
    since: 'not recorded',
    source: `${DRAFT}#match-hosts`,
    dialects: BROWSERS,
  },
  'port-80-upgraded': {
    spec: 'port 80 does not match 443, though "Changes from Level 2" claims it',
    instead: 'port 80 matches 443 where the scheme is upgraded from an insecure one',
    who: 'all shipping engines; WebKit only so since April 2026',
    since: 'not recorded',
    source: 'https://github.com/w3c/webappsec-csp/issues/439',
    dialects: BROWSERS,
  },
  'port-80-matches-443': {
    spec: 'as port-80-upgraded',
    instead: 'port 80 matches 443 whatever the scheme of the source',
    who: 'Gecko; WebKit until April 2026',
    since: 'measured in Firefox 153 and WebKitGTK 2.50.6',
    source: 'https://github.com/WebKit/WebKit/pull/62322',
    dialects: ['firefox', 'webkit'],
  },
  'default-port-of-source-scheme-matches': {
    spec: "a source without a port matches the default port of the URL's scheme",
    instead: 'it also matches the default port of its own scheme, and 443 where that is 80',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'http-default-port-includes-443': {
    spec: 'as default-port-of-source-scheme-matches',
    instead: 'where http:// stands before the host it also matches port 443 of http:',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'scheme-and-port-upgraded-together': {
    spec: 'http://a:8000 matches https://a:8000',
    instead:
      'scheme and port are upgraded together or not at all: an explicit equal port does not match, but for 443 of https, frames and forms aside',
    who: 'Blink',
    since: 'measured in Chromium 156',
    source: `${CHROMIUM}csp_source.cc`,
    dialects: ['chromium'],
  },
  'whole-path-decoded': {
    spec: 'paths are compared by segments, each percent-decoded',
    instead: 'whole paths are percent-decoded and then compared, so %2f ends a segment',
    who: 'Blink, Gecko, WebKit',
    since: 'read in a stored copy of the source',
    source: `${CHROMIUM}csp_source.cc`,
    dialects: ['chromium', 'firefox', 'webkit'],
  },
  'blank-frames-not-asked': {
    spec: 'about:blank and about:srcdoc are not fetched, so nobody asks; asked all the same, they do not match',
    instead: "a frame of either is not asked about, also under frame-src 'none'",
    who: 'all engines',
    since: 'not recorded',
    source: `${WPT}frame-src/frame-src-about-blank-allowed-by-default.sub.html`,
    dialects: BROWSERS,
  },
  'webrtc-not-asked': {
    spec: "webrtc with anything but a single 'allow' blocks WebRTC",
    instead: 'the directive is unknown and connections are made',
    who: 'all engines',
    since: 'measured in Chromium 156, Firefox 153 and WebKitGTK 2.50.6',
    source: PROBED,
    dialects: BROWSERS,
  },
  'certificate-hashes-judged-by-url': {
    spec: "'unsafe-webtransport-hashes' decides about WebTransport with certificate hashes",
    instead: 'the URL decides, and the keyword is unknown',
    who: 'all engines that have WebTransport',
    since: 'measured in Chromium 156 and Firefox 153',
    source: PROBED,
    dialects: BROWSERS,
  },
  'object-asked-as-frame': {
    spec: 'object-src decides about an object or embed, before and after each redirect',
    instead: 'object-src is asked about the first URL alone, and frame-src about each URL besides',
    who: 'Blink, for what has no image type',
    since: 'measured in Chromium 156',
    source: PROBED,
    dialects: ['chromium'],
  },
  'navigation-not-asked': {
    spec: 'the rule for unlisted destinations makes a top-level navigation connect-src',
    instead: 'no fetch directive is asked about a top-level navigation',
    who: "all engines, and Fetch's own table",
    since: 'not recorded',
    source: 'https://fetch.spec.whatwg.org/#concept-request-destination',
    dialects: BROWSERS,
  },
  'query-after-path-dropped': {
    spec: 'a source with ? or # is invalid and matches nothing',
    instead: 'the query and the fragment are dropped where they follow a path',
    who: 'all engines',
    since: 'measured in Chromium 156, Firefox 153 and WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: BROWSERS,
  },
  'query-after-host-dropped': {
    spec: 'as query-after-path-dropped',
    instead: 'they are dropped where they follow the host or the port too',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'odd-path-valid': {
    spec: 'a source whose path is outside the grammar is invalid, such as `https://a/{id}/`',
    instead: 'its path is compared as any other',
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['chromium', 'webkit'],
  },
  'star-with-path-invalid': {
    spec: '`*/` and `http://*/path` are valid: any host, that path',
    instead: 'a lone `*` as host with a path is invalid, unless a port stands between them',
    who: 'Gecko',
    since: 'measured in Firefox 153; fails WPT pull request 61941',
    source: 'https://github.com/web-platform-tests/wpt/pull/61941',
    dialects: ['firefox'],
  },
  'star-matches-data': {
    spec: '`*` matches HTTP(S) and the scheme of self',
    instead: '`*` in img-src itself also matches data:, and in media-src data: and blob:',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: `${WEBKIT}ContentSecurityPolicySourceList.cpp`,
    dialects: ['webkit'],
  },
  'refused-base-asked': {
    spec: 'a base of data: or javascript: is refused before a policy is asked',
    instead: 'base-uri is asked first, and a violation is reported',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['webkit'],
  },
  'json-module-asked-as-script': {
    spec: 'connect-src governs JSON modules',
    instead: 'script-src-elem governs them',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['webkit'],
  },
  'self-forgotten-by-opaque-documents': {
    spec: "'self' is the origin of the response with the policy, also in sandboxed documents and in those that take the policy over",
    instead:
      "in a frame with a sandbox attribute and in a data: worker 'self' matches nothing; in data: documents, sandboxed srcdoc and blob: documents, and under the sandbox directive, it matches no fetch(), XMLHttpRequest, EventSource and beacon. Nothing is reported from a data: worker",
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['webkit'],
  },
  'self-void-in-inherited-frames': {
    spec: "'self' is the origin of the response with the policy, also in documents that take the policy over",
    instead:
      "in srcdoc, blob:, data: and javascript: documents 'self' matches no frame, object and WebSocket",
    who: 'Gecko, whose process for them gets the policy without its origin',
    since: 'measured in Firefox 153.8.0',
    source: PROBED,
    dialects: ['firefox'],
  },
  'self-matches-own-blob-frames': {
    spec: "'self' never matches a blob: URL",
    instead: "in frame-src itself 'self' matches blob: URLs of the origin",
    who: 'WebKit until June 2026',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'star-without-scheme-invalid': {
    spec: '`*:8080` and `*/path` take the scheme of self, as other hosts do',
    instead: 'a lone `*` as host is invalid without a scheme',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'trailing-dot-invalid': {
    spec: 'a host may end in a dot, and then matches only hosts that do',
    instead: 'such a source is invalid',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'integrity-alphabets-alike': {
    spec: 'a hash in base64url does not match the same hash in base64 of an integrity attribute',
    instead: 'the two alphabets are alike there too',
    who: 'all engines',
    since: 'measured in Chromium 156, Firefox 153 and WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: BROWSERS,
  },
  'empty-integrity-left-out': {
    spec: 'an integrity attribute with a hash of no value, `sha256-`, matches no list',
    instead: 'that hash is left out, and the others count',
    who: 'all engines',
    since: 'measured in Chromium 156, Firefox 153 and WebKitGTK 2.50.6',
    source: PROBED,
    dialects: BROWSERS,
  },
  'integrity-in-capitals-left-out': {
    spec: '`SHA256-` in an integrity attribute is `sha256-`',
    instead: 'such a hash is left out',
    who: 'Blink, Gecko',
    since: 'measured in Chromium 156 and Firefox 153',
    source: PROBED,
    dialects: ['chromium', 'firefox'],
  },
  'preload-allowed-by-strict-dynamic': {
    spec: "a script's preload in the markup is parser-inserted, so that 'strict-dynamic' blocks it",
    instead: "'strict-dynamic' allows every script's preload",
    who: 'Gecko, WebKit',
    since: 'seen in Firefox 153 and WebKitGTK 2.50.6 by an independent probe',
    source: `${DRAFT}#script-pre-request`,
    dialects: ['firefox', 'webkit'],
  },
  'preload-integrity-ignored': {
    spec: "the integrity attribute of a preload counts as a script's own",
    instead: 'it does not count',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['webkit'],
  },
  'port-with-leading-zero-void': {
    spec: 'ports are compared as numbers: :0443 is :443',
    instead: 'a port that begins with 0 matches none',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'strict-dynamic-spares-handlers': {
    spec: "'strict-dynamic' makes 'unsafe-inline' void for event handlers too",
    instead: 'in script-src-attr itself it does not',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'strict-dynamic-voids-inline-styles': {
    spec: "'strict-dynamic' makes 'unsafe-inline' void for scripts alone",
    instead: 'in default-src it does so for styles too',
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['chromium', 'webkit'],
  },
  'strict-dynamic-voids-sources': {
    spec: "'strict-dynamic' in default-src concerns scripts; other requests go by its hosts, schemes and 'self'",
    instead:
      "'self', and the hosts and schemes that stand after 'strict-dynamic', match nothing, whatever is asked",
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'url-hash-voids-sources': {
    spec: "`'url-sha256-…'` is invalid and has no effect",
    instead: "beside it, hosts, schemes, `*` and 'self' in script-src match nothing",
    who: 'Blink',
    since: 'measured in Chromium 156',
    source: PROBED,
    dialects: ['chromium'],
  },
  'javascript-url-decoded': {
    spec: 'hashes are compared with the serialised javascript: URL',
    instead:
      'they are compared with the percent-decoded URL, as UTF-8; where it is no UTF-8, each byte is a character',
    who: 'Blink',
    since: 'measured in Chromium 156',
    source: JAVASCRIPT_URLS,
    dialects: ['chromium'],
  },
  'javascript-url-query-as-written': {
    spec: 'a javascript: URL is serialised as any other: space, quotes and angle brackets are encoded in its query',
    instead: 'before the fragment only what is no printable ASCII is encoded',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: JAVASCRIPT_URLS,
    dialects: ['firefox'],
  },
  'handed-over-with-decoded-paths': {
    spec: 'a path is decoded when it is compared',
    instead:
      'for frames, objects, shared workers, WebSockets and javascript: URLs the policy is written with its paths decoded, and read again: %3B ends a directive and begins another, %20 a source, %2C makes its source invalid, and what is no printable ASCII takes its directive with it',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'strict-dynamic-redirects-not-asked': {
    spec: 'a redirect is judged as the first URL was, by each policy',
    instead: "redirects of scripts are not judged where some policy has 'strict-dynamic'",
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'worker-allowed-by-strict-dynamic-in-default-src': {
    spec: "a worker for which default-src decides is judged by its URL, 'strict-dynamic' or not",
    instead: "'strict-dynamic' in default-src allows it",
    who: 'all engines',
    since: 'measured in Chromium 156, Firefox 153 and WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: BROWSERS,
  },
  'worker-allowed-by-strict-dynamic': {
    spec: "a worker for which worker-src or child-src decides is judged by its URL, 'strict-dynamic' or not",
    instead: "'strict-dynamic' in them allows it",
    who: 'Blink, Gecko',
    since: 'measured in Chromium 156 and Firefox 153',
    source: MEASURED,
    dialects: ['chromium', 'firefox'],
  },
  'hint-decided-by-default-src-alone': {
    spec: 'the least restrictive of all fetch directives decides about a hint',
    instead: 'default-src alone decides',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'hint-allowed-by-strict-dynamic': {
    spec: 'hints are judged by their URL alone',
    instead: "'strict-dynamic' allows them in the list that would decide about a worker",
    who: 'Blink',
    since: 'measured in Chromium 156',
    source: MEASURED,
    dialects: ['chromium'],
  },
  'ws-matches-websockets-alone': {
    spec: 'ws: matches wss, http and https; wss: matches https',
    instead: 'ws: matches ws and wss only, wss: only wss',
    who: 'Blink, Gecko',
    since: 'read in a stored copy of the source',
    source: `${CHROMIUM}csp_source.cc`,
    dialects: ['chromium', 'firefox'],
  },
  'websocket-matched-as-given': {
    spec: 'Fetch turns ws: into http: before CSP looks',
    instead: 'a ws: or wss: URL is matched as it is given, and `*` includes it',
    who: 'all engines',
    since: 'measured in Chromium 156, Firefox 153, WebKitGTK 2.50',
    source: 'https://fetch.spec.whatwg.org/#concept-websocket-connection-obtain',
    dialects: EVERY,
  },
  'hint-tried-against-default-src': {
    spec: "a hint's URL is tried against each fetch directive but default-src",
    instead: 'default-src itself belongs to the lists that are tried',
    who: "all engines; Servo's crate has an older rule",
    since: 'not recorded',
    source: `${DRAFT}#does-resource-hint-violate-policy`,
    dialects: EVERY,
  },
  'meta-split-at-commas': {
    spec: 'the content of a meta element is one policy',
    instead: 'it is split at commas, as a header is',
    who: "Blink, WebKit, Servo's crate",
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['chromium', 'webkit'],
  },
  'control-characters-drop-directive': {
    spec: 'a token keeps them and matches nothing',
    instead: 'a directive with U+0001 to U+001F but white space, or U+007F, is dropped',
    who: 'all engines',
    since: 'measured in meta elements in Chromium 156, Firefox 153 and WebKitGTK 2.50.6',
    source: 'https://github.com/web-platform-tests/wpt/pull/48855',
    dialects: BROWSERS,
  },
  'nonce-whitespace-trimmed': {
    spec: 'nonces are compared exactly',
    instead: "white space around an element's nonce is trimmed",
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: `${WPT}script-src/scriptnonce-basic-blocked.sub.html`,
    dialects: ['chromium', 'webkit'],
  },
  'dashed-hash-valid': {
    spec: "`'sha-256-…'` is invalid",
    instead: "`'sha-256-…'` is read as `'sha256-…'`",
    who: 'Blink',
    since: 'read in a stored copy of the source',
    source: `${CHROMIUM}content_security_policy.cc`,
    dialects: ['chromium'],
  },
  'undecodable-hash-invalid': {
    spec: "`'sha256-ABCDE'` fits the grammar, so it makes 'unsafe-inline' void",
    instead: 'a hash that is no base64 is invalid and has no effect',
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: `${CHROMIUM}content_security_policy.cc`,
    dialects: ['chromium', 'webkit'],
  },
  'hash-padding-optional': {
    spec: 'hashes are compared as text, padding included',
    instead: 'hashes are compared as bytes, so padding may be left out',
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: `${CHROMIUM}content_security_policy.cc`,
    dialects: ['chromium', 'webkit'],
  },
  'self-matches-file': {
    spec: "file: is an opaque origin, 'self' matches nothing",
    instead: "'self' matches file: on a file: page",
    who: 'Blink, Gecko',
    since: 'seen in Chromium 156 and Firefox 153 by an independent probe',
    source: `${CHROMIUM}csp_source_list.cc`,
    dialects: ['chromium', 'firefox'],
  },
  'form-redirects-not-asked': {
    spec: "a form's target is checked again after redirects",
    instead: 'only the first URL is checked',
    who: 'Gecko',
    since: 'not recorded',
    source:
      'https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/form-action',
    dialects: ['firefox'],
  },
  'ancestor-paths-ignored': {
    spec: "an ancestor's path is /, so a source with another path never matches",
    instead: 'the path of a source is ignored in frame-ancestors',
    who: 'Gecko',
    since: 'read in a stored copy of the source',
    source: `${GECKO}nsCSPUtils.cpp`,
    dialects: ['firefox'],
  },
  'opaque-ancestor-matched-by-star': {
    spec: 'an opaque ancestor, such as a sandboxed page, matches nothing',
    instead: 'it matches `*`',
    who: 'Gecko',
    since: 'seen in Firefox 153 by an independent probe',
    source: `${DRAFT}#frame-ancestors-navigation-response`,
    dialects: ['firefox'],
  },
  'empty-trusted-types-name-allowed': {
    spec: 'as odd-trusted-types-name-refused',
    instead: '`trusted-types *` allows the empty name, where it refuses other odd ones',
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['chromium', 'webkit'],
  },
  'trusted-types-star-begins-wildcard': {
    spec: '`*foo` names a policy, and no policy can have that name',
    instead: 'it allows any name, as `*` does',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['webkit'],
  },
  'trusted-types-group-in-any-case': {
    spec: "'SCRIPT' is no group of sinks, so nothing is required",
    instead: "it is 'script'",
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['webkit'],
  },
  'plain-eval-allowed-by-trusted-types-eval': {
    spec: "where trusted types are required eval refuses plain strings, also beside 'trusted-types-eval'",
    instead: "beside that keyword, and without 'unsafe-eval', it runs them",
    who: 'Blink',
    since: 'measured in Chromium 156',
    source: PROBED,
    dialects: ['chromium'],
  },
  'odd-trusted-types-name-refused': {
    spec: '`trusted-types *` allows any name',
    instead: 'a name with characters outside the grammar is refused all the same',
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['chromium', 'webkit'],
  },
  'form-upgraded-in-report-only': {
    spec: "report-only policies judge a form's target before it is upgraded to https",
    instead: 'they judge it after',
    who: 'all engines',
    since: 'measured in Chromium 156, Firefox 153 and WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: BROWSERS,
  },
  'upgraded-in-report-only': {
    spec: 'report-only policies judge the URL before it is upgraded to https',
    instead: 'they judge it after',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'loopback-upgraded': {
    spec: 'loopback hosts are not upgraded to https',
    instead: 'they are judged as if they were; WebKit also fetches them so',
    who: 'Gecko, WebKit',
    since: 'measured in Firefox 153 and WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['firefox', 'webkit'],
  },
  'upgraded-by-own-policy-alone': {
    spec: 'upgrade-insecure-requests in one enforced policy makes all of them judge the upgraded URL',
    instead: 'only those policies do that have it, but for the targets of forms that are upgraded',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'port-kept-in-upgrade': {
    spec: 'an upgraded URL has port 443 in place of 80',
    instead:
      'a written port is compared with the port before the upgrade, but for the targets of forms',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'upgraded-websocket-asked-twice': {
    spec: 'a WebSocket is asked about once, upgraded or not',
    instead:
      'one that is upgraded is asked about again, by every policy, as a redirect to the https: URL that opens it',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'media-not-upgraded': {
    spec: 'enforced policies judge the URL after it is upgraded to https',
    instead: 'audio, video and text tracks are judged before',
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['chromium', 'webkit'],
  },
  'object-not-upgraded': {
    spec: 'as media-not-upgraded',
    instead: 'objects and embeds are judged before',
    who: 'Blink',
    since: 'measured in Chromium 156',
    source: MEASURED,
    dialects: ['chromium'],
  },
  'worker-not-upgraded': {
    spec: 'as media-not-upgraded',
    instead: 'workers, shared ones aside, are judged before',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'base-uri-reported-as-url': {
    spec: 'a base-uri violation names the resource "inline"',
    instead: 'it names the base URL',
    who: 'all engines, WPT',
    since: 'not recorded',
    source: `${WPT}base-uri`,
    dialects: BROWSERS,
  },
  'websocket-reported-whole': {
    spec: 'a URL that is not HTTP(S) is reported as its scheme',
    instead: 'ws: and wss: URLs are reported whole',
    who: 'all engines',
    since: 'not recorded',
    source: 'https://github.com/w3c/webappsec-csp/issues/532',
    dialects: BROWSERS,
  },
  'strict-dynamic-reported-as-script-src': {
    spec: "a parser-inserted script that 'strict-dynamic' blocks is reported as script-src-elem",
    instead: 'it is reported as script-src where its URL matches the list',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'hint-reported-once': {
    spec: 'each policy reports the hints that it does not allow',
    instead: 'only the first enforced policy that blocks one does',
    who: 'Blink',
    since: 'measured in Chromium 156',
    source: MEASURED,
    dialects: ['chromium'],
  },
  'nonced-file-not-reported': {
    spec: 'a report-only policy reports a script or stylesheet whose nonce does not match',
    instead:
      'it reports no file whose element has a nonce, unless an enforced policy goes by something else',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'preload-not-reported': {
    spec: 'a preload that is blocked is reported',
    instead: 'it is blocked in silence',
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'wasm-reported-beside-violation': {
    spec: 'a policy that allows WebAssembly reports nothing',
    instead:
      "it does if another one is violated and it has 'unsafe-eval' but no 'wasm-unsafe-eval'",
    who: 'Gecko',
    since: 'measured in Firefox 153',
    source: MEASURED,
    dialects: ['firefox'],
  },
  'wasm-not-reported': {
    spec: 'WebAssembly that is blocked is reported',
    instead: 'it is blocked in silence, when it is instantiated',
    who: 'WebKit',
    since: 'measured in WebKitGTK 2.50.6',
    source: MEASURED,
    dialects: ['webkit'],
  },
  'frame-url-cut-to-origin': {
    spec: 'the blocked URL keeps its path and query',
    instead: 'the URL of a cross-origin frame, object or fenced frame is cut to its origin',
    who: 'all engines',
    since: 'measured in Chromium 156, Firefox 153 and WebKitGTK 2.50.6',
    source: PROBED,
    dialects: BROWSERS,
  },
  'redirected-frame-named-by-target': {
    spec: 'the blocked URL is the one before redirects',
    instead: 'of a frame or object it is the one after them',
    who: 'Blink, WebKit',
    since: 'measured in Chromium 156 and WebKitGTK 2.50.6',
    source: PROBED,
    dialects: ['chromium', 'webkit'],
  },
  'source-file-without-query': {
    spec: 'a source file keeps its query',
    instead: 'the query is dropped, and a line or column 0 is left out',
    who: 'Blink',
    since: 'read in Chromium 132',
    source: `${BLINK}content_security_policy.cc`,
    dialects: ['chromium'],
  },
  'report-in-own-shape': {
    spec: 'a report-uri body holds csp-report alone, a Reporting API body is an array',
    instead:
      '"type" and "url" stand beside csp-report, which has no disposition and script-sample; one object without age and user_agent instead of the array',
    who: 'WebKit',
    since: 'read in 2022, captured in Safari 26.3',
    source: `${WEBKIT}ContentSecurityPolicy.cpp`,
    dialects: ['webkit'],
  },
}

/**
 * The table of differences: what the draft says, what is done instead, who does it, since when and
 * where to read it.
 */
export const DIFFERENCES: readonly Difference[] = Object.freeze(
  Object.entries(TABLE).map(([tag, row]) =>
    Object.freeze({ tag: tag as DifferenceTag, ...row, dialects: Object.freeze(row.dialects) }),
  ),
)
