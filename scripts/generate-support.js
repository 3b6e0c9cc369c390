// Writes packages/engine/src/support/table.ts: which version of which browser supports what of CSP,
// out of @mdn/browser-compat-data. With --check it writes nothing and fails where the file is not
// what the installed data give.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/**
 * @typedef {import('@mdn/browser-compat-data').Identifier} Identifier
 * @typedef {import('@mdn/browser-compat-data').SimpleSupportStatement} Statement
 * @typedef {import('@mdn/browser-compat-data').BrowserName} BrowserName
 */

/** @type {import('@mdn/browser-compat-data').CompatData} */
const { __meta: meta, http, browsers } = createRequire(import.meta.url)('@mdn/browser-compat-data')

const file = path.resolve(import.meta.dirname, '../packages/engine/src/support/table.ts')

/** The columns: browserslist's name and that of the data. */
const BROWSERS = /** @type {const} */ ([
  ['chrome', 'chrome'],
  ['and_chr', 'chrome_android'],
  ['edge', 'edge'],
  ['firefox', 'firefox'],
  ['and_ff', 'firefox_android'],
  ['ie', 'ie'],
  ['opera', 'opera'],
  ['op_mob', 'opera_android'],
  ['safari', 'safari'],
  ['ios_saf', 'safari_ios'],
  ['samsung', 'samsunginternet_android'],
  ['android', 'webview_android'],
])

/** What is no part of a policy, or is removed and no policy should hold. */
const LEFT_OUT = new Set(['worker_support', 'prefetch-src'])

/** Features whose name in the data says too little alone. */
const NAMES = new Map([
  ['meta-element-support', 'meta-element'],
  ['external_scripts', 'external-script-hashes'],
  ['blocks_redirects', 'form-action-redirects'],
])

/** @type {Map<string, string>} */
const partialNotes = new Map()
const rows = collectRows()
const text = render()

if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error(
    `  support-table.ts is not what @mdn/browser-compat-data ${meta.version} gives: node scripts/generate-support.js`,
  )
  process.exitCode = 1
} else console.log(`  @mdn/browser-compat-data ${meta.version}, ${rows.size} features`)

/** @returns {Map<string, string>} the cells of each feature, by its name */
function collectRows() {
  const headers = /** @type {Identifier} */ (http['headers'])
  const policy = /** @type {Identifier} */ (headers['Content-Security-Policy'])
  /** @type {Map<string, string>} */
  const found = new Map()
  addRow(found, 'content-security-policy', policy)
  for (const [name, feature] of featuresOf(policy)) {
    addRow(found, name, feature)
    for (const [part, inner] of featuresOf(feature)) addRow(found, part, inner)
  }
  addRow(found, 'reporting-endpoints', /** @type {Identifier} */ (headers['Reporting-Endpoints']))
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * @param {Identifier} parent
 * @returns {readonly (readonly [string, Identifier])[]}
 */
function featuresOf(parent) {
  return Object.entries(parent)
    .filter(([name]) => name !== '__compat' && !LEFT_OUT.has(name))
    .map(([name, feature]) => [NAMES.get(name) ?? name, /** @type {Identifier} */ (feature)])
}

/**
 * @param {Map<string, string>} found
 * @param {string} name
 * @param {Identifier} feature
 */
function addRow(found, name, { __compat: compat }) {
  if (compat === undefined) throw new Error(`${name} has no data`)
  if (found.has(name)) throw new Error(`two features are called ${name}: name one in NAMES`)
  const cells = BROWSERS.map(([, browser]) => cellOf(name, compat.support[browser]))
  found.set(name, cells.join(' '))
}

/**
 * One cell: ranges of versions joined by "|", or "-". "52": since 52. "48-122": since 48, gone in
 * 122. "~23-50": in part.
 *
 * @param {string} name
 * @param {Statement | readonly Statement[] | undefined} support
 * @returns {string}
 */
function cellOf(name, support) {
  /** @type {readonly Statement[]} */
  const statements = [support ?? []].flat()
  const ranges = statements
    // Another header name, a prefix or a flag is not what a site sends or a user has.
    .filter(
      (entry) =>
        !entry.alternative_name && !entry.prefix && !entry.flags && isVersion(entry.version_added),
    )
    .map((entry) => {
      const isPartial = entry.partial_implementation === true
      if (isPartial && !partialNotes.has(name)) {
        partialNotes.set(name, plainText([entry.notes ?? []].flat().join(' ')))
      }
      const until = isVersion(entry.version_removed) ? `-${plain(entry.version_removed)}` : ''
      return `${isPartial ? '~' : ''}${plain(entry.version_added)}${until}`
    })
    .toReversed()
  return ranges.length === 0 ? '-' : ranges.join('|')
}

/**
 * @param {Statement['version_added'] | Statement['version_removed']} version
 * @returns {version is string}
 */
function isVersion(version) {
  return typeof version === 'string' && version !== 'preview'
}

/**
 * "≤63" means 63 or earlier, how much is not known.
 *
 * @param {unknown} version
 * @returns {string}
 */
function plain(version) {
  return String(version).replace('≤', '')
}

/**
 * @param {string} html
 * @returns {string}
 */
function plainText(html) {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
}

/** @returns {string} the module */
function render() {
  const { version, timestamp } = meta
  const columns = BROWSERS.map(
    ([id, browser]) => `  [${quote(id)}, ${quote(browsers[browser].name)}],\n`,
  )
  const table = Array.from(rows, ([name, cells]) => `  [${quote(name)}, ${quote(cells)}],\n`)
  const notes = Array.from(partialNotes, ([name, note]) => pair(name, note))
  return `/**
 * Which version of which browser supports what of CSP: scripts/generate-support.js writes it out of
 * the package @mdn/browser-compat-data (CC0-1.0). Don't edit.
 */

/** The version and date of the data. */
export const SUPPORT_VERSION = ${quote(version)}
export const SUPPORT_DATE = ${quote(timestamp.slice(0, 10))}

/** The columns of the table: browserslist's name and the usual one. */
export const SUPPORT_BROWSERS: readonly (readonly [id: string, name: string])[] = [
${columns.join('')}]

/**
 * A feature and a cell for each browser: ranges of versions joined by "|", or "-" for none.
 * "52": since 52. "48-122": since 48, gone in 122. "~23-50": in part.
 */
export const SUPPORT_ROWS: readonly (readonly [feature: string, cells: string])[] = [
${table.join('')}]

/** What partial support lacks. */
export const PARTIAL_NOTES: ReadonlyMap<string, string> = new Map([
${notes.join('')}])
`
}

/**
 * A pair as the formatter writes it.
 *
 * @param {string} key
 * @param {string} value
 * @returns {string}
 */
function pair(key, value) {
  const line = `  [${quote(key)}, ${quote(value)}],\n`
  return line.length <= 101 ? line : `  [\n    ${quote(key)},\n    ${quote(value)},\n  ],\n`
}

/**
 * A string as the formatter writes it.
 *
 * @param {string} value
 * @returns {string}
 */
function quote(value) {
  return value.includes("'") ? JSON.stringify(value) : `'${value}'`
}
