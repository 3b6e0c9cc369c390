/**
 * Which version of which browser supports what of CSP: scripts/generate-support.js writes it out of
 * the package @mdn/browser-compat-data (CC0-1.0). Don't edit.
 */

/** The version and date of the data. */
export const SUPPORT_VERSION = '8.1.9'
export const SUPPORT_DATE = '2026-11-12'

/** The columns of the table: browserslist's name and the usual one. */
export const SUPPORT_BROWSERS: readonly (readonly [id: string, name: string])[] = [
  ['chrome', 'Chrome'],
  ['and_chr', 'Chrome Android'],
  ['edge', 'Edge'],
  ['firefox', 'Firefox'],
  ['and_ff', 'Firefox for Android'],
  ['ie', 'Internet Explorer'],
  ['opera', 'Opera'],
  ['op_mob', 'Opera Android'],
  ['safari', 'Safari'],
  ['ios_saf', 'Safari on iOS'],
  ['samsung', 'Samsung Browser'],
  ['android', 'WebView Android'],
]

/**
 * A feature and a cell for each browser: ranges of versions joined by "|", or "-" for none.
 * "52": since 52. "48-122": since 48, gone in 122. "~23-50": in part.
 */
export const SUPPORT_ROWS: readonly (readonly [feature: string, cells: string])[] = [
  ['base-uri', '40 40 79 35 35 - 27 27 10 9.3 4.0 40'],
  ['block-all-mixed-content', '44 44 79 48-122 48-122 - 31 32 10 10 4.0 44'],
  ['child-src', '40 40 15 45 45 - 27 27 10 9.3 4.0 40'],
  ['connect-src', '25 25 14 ~23-50|50 23 - 15 14 7 7 1.5 4.4'],
  ['content-security-policy', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['default-src', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['external-script-hashes', '59 59 79 116 116 - 46 43 15.6 15.6 7.0 59'],
  ['fenced-frame-src', '126 126 126 - - - 112 83 - - 28.0 126'],
  ['font-src', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['form-action', '40 40 15 36 36 - 27 27 10 9.3 4.0 40'],
  ['form-action-redirects', '63 63 79 - - - 50 46 11.1 11.3 8.0 63'],
  ['frame-ancestors', '40 40 15 ~33-58|58 ~33-58|58 - 26 27 10 9.3 4.0 40'],
  ['frame-src', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['img-src', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['inline-speculation-rules', '110 110 110 - - - 96 74 27.3 27.3 21.0 110'],
  ['manifest-src', '40 40 79 41 41 - 27 27 11 11 4.0 40'],
  ['media-src', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['meta-element', '25 25 18 45 45 - 15 14 7 7 1.5 4.4'],
  ['object-src', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['report-sample', '59 59 79 63 63 - 46 43 15.4 15.4 7.0 59'],
  ['report-to', '70 70 79 149 149 - 57 49 16.4 16.4 10.0 70'],
  ['report-uri', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['reporting-endpoints', '96 96 96 130 130 - 82 67 16.4 16.4 17.0 96'],
  ['require-trusted-types-for', '83 83 83 148 148 - 69 59 26 26 13.0 83'],
  ['sandbox', '25 25 14 50 50 10 15 14 7 7 1.5 4.4'],
  ['script-src', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['script-src-attr', '75 75 79 108 108 - 62 54 15.4 15.4 11.0 75'],
  ['script-src-elem', '75 75 79 108 108 - 62 54 15.4 15.4 11.0 75'],
  ['strict-dynamic', '52 52 79 52 52 - 39 41 15.4 15.4 6.0 52'],
  ['style-src', '25 25 14 23 23 - 15 14 7 7 1.5 4.4'],
  ['style-src-attr', '75 75 79 108 108 - 62 54 15.4 15.4 11.0 75'],
  ['style-src-elem', '75 75 79 108 108 - 62 54 ~15.4-26.2|26.2 ~15.4-26.2|26.2 11.0 75'],
  ['trusted-types', '83 83 83 148 148 - 69 59 26 26 13.0 83'],
  ['trusted-types-eval', '145 145 145 148 148 - 129 96 26 26 - 145'],
  ['unsafe-hashes', '69 69 79 109 109 - 56 48 15.4 15.4 10.0 69'],
  ['upgrade-insecure-requests', '43 43 17 42 42 - 30 30 10.1 10.3 4.0 43'],
  ['wasm-unsafe-eval', '97 97 97 102 102 - 83 68 16 16 18.0 97'],
  ['worker-src', '59 59 79 58 58 - 46 43 15.5 15.5 7.0 59'],
]

/** What partial support lacks. */
export const PARTIAL_NOTES: ReadonlyMap<string, string> = new Map([
  [
    'connect-src',
    "Before Firefox 50, ping attributes of <a> elements weren't covered by connect-src.",
  ],
  [
    'frame-ancestors',
    'Before Firefox 58, frame-ancestors is ignored in Content-Security-Policy-Report-Only.',
  ],
  ['style-src-elem', 'The style-src-elem directive was parsed, but had no effect. See bug 276931.'],
])
