// Writes packages/engine/src/audit/public-suffixes.ts: domains under which anybody may have a host,
// out of the public suffix list in tldts. With --check it writes nothing and fails where the file
// is not what the installed list gives.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { getPublicSuffix } from 'tldts'

/**
 * @typedef {object} Trie the list as tldts keeps it: edges from node to node, with labels
 * @property {Uint8Array} nodeFlags not 0 where a suffix ends: 1 of a registry, 2 of a company
 * @property {Uint16Array} edgeStart the first edge of each node
 * @property {Uint8Array} edgeLength
 * @property {Uint16Array} edgeChild
 * @property {string} labelText
 * @property {number} rulesRoot
 */

/** @typedef {{ readonly name: string, readonly isRegistry: boolean }} Suffix */

const require = createRequire(import.meta.url)
const manifest = require.resolve('tldts/package.json')
const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
/** @type {Trie} */
const trie = require(path.join(path.dirname(manifest), 'dist/cjs/src/data/trie.js'))
const file = path.resolve(import.meta.dirname, '../packages/engine/src/audit/public-suffixes.ts')

/** Deeper ones are regions of a few clouds: their names would be half of the data. */
const MOST_LABELS = 3
/** A registry's domain is kept where so many registries have one of that name: co, com, org … */
const LEAST_REGISTRIES = 5
const WIDTH = 94

const names = collectNames()
const text = render()
if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error(
    `  public-suffixes.ts is not what tldts ${version} gives: node scripts/generate-suffixes.js`,
  )
  process.exitCode = 1
} else console.log(`  tldts ${version}, ${names.size} public suffixes`)

/** @returns {ReadonlySet<string>} the domains, and those that have one of them below */
function collectNames() {
  /** @type {readonly Suffix[]} */
  const all = [...suffixesBelow(trie.rulesRoot, '', offsetsOf(trie))]
    .filter(({ name }) => name.includes('.') && /^[\w.*-]+$/.test(name))
    .map(({ name, isRegistry }) => ({ name: name.replace('*.', ''), isRegistry }))
  verify(all)
  const registries = all.filter(({ isRegistry }) => isRegistry)
  const isCommon = (/** @type {Suffix} */ { name }) =>
    registries.filter((other) => firstLabel(other.name) === firstLabel(name)).length >=
    LEAST_REGISTRIES
  const kept = all.filter((suffix) => !suffix.isRegistry || isCommon(suffix))
  return new Set(kept.flatMap(({ name }) => domainsAbove(name)).toSorted())
}

/**
 * @param {number} node
 * @param {string} suffix
 * @param {readonly number[]} offsets
 * @returns {Generator<Suffix>}
 */
function* suffixesBelow(node, suffix, offsets) {
  const end = trie.edgeStart[node + 1] ?? 0
  for (let edge = trie.edgeStart[node] ?? 0; edge < end; edge++) {
    const from = offsets[edge] ?? 0
    const label = trie.labelText.slice(from, from + (trie.edgeLength[edge] ?? 0))
    const name = suffix === '' ? label : `${label}.${suffix}`
    const child = trie.edgeChild[edge] ?? 0
    const flag = trie.nodeFlags[child] ?? 0
    if (flag !== 0) yield { name, isRegistry: flag === 1 }
    yield* suffixesBelow(child, name, offsets)
  }
}

/**
 * @param {Trie} from
 * @returns {readonly number[]} where the label of each edge begins
 */
function offsetsOf({ edgeLength }) {
  let offset = 0
  return Array.from(edgeLength, (length) => {
    offset += length
    return offset - length
  })
}

/**
 * The form of the list is tldts' own: what was read of it must be what its function says.
 *
 * @param {readonly Suffix[]} all
 */
function verify(all) {
  const known = new Set(all.map(({ name }) => name))
  for (const name of ['co.uk', 'vercel.app', 'github.io', 'blogspot.com']) {
    const suffix = getPublicSuffix(`a.${name}`, { allowPrivateDomains: true })
    if (known.has(name) !== (suffix === name)) throw new Error(`tldts keeps ${name} in another way`)
  }
  if (known.size < 5000) throw new Error(`tldts has ${known.size} suffixes, which are too few`)
}

/**
 * @param {string} name
 * @returns {readonly string[]} the domain, if it is short, and the domains above it
 */
function domainsAbove(name) {
  const labels = name.split('.')
  return labels
    .map((_, index) => labels.slice(index))
    .filter((rest) => rest.length > 1 && rest.length <= MOST_LABELS)
    .map((rest) => rest.join('.'))
}

/**
 * @param {string} name
 * @returns {string}
 */
function firstLabel(name) {
  return name.slice(0, name.indexOf('.'))
}

/** @returns {string} the module */
function render() {
  return `/**
 * Domains under which anybody may have a host: scripts/generate-suffixes.js writes them out of the
 * package tldts ${version}, which has them from the public suffix list (MPL-2.0). Don't edit.
 *
 * @see https://publicsuffix.org/
 */

/**
 * By what they end in: "uk:co,ltd" is co.uk and ltd.uk. Names of registries that only few have are
 * left out, and those of more than three labels.
 */
export const SUFFIXES: readonly string[] = [
${rows()
  .map((row) => `  '${row}',\n`)
  .join('')}]
`
}

/** @returns {readonly string[]} */
function rows() {
  /** @type {Map<string, string[]>} */
  const byEnd = new Map()
  for (const name of names) {
    const dot = name.lastIndexOf('.')
    const end = name.slice(dot + 1)
    byEnd.set(end, [...(byEnd.get(end) ?? []), name.slice(0, dot)])
  }
  return [...byEnd]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([end, starts]) => rowsOf(end, starts))
}

/**
 * @param {string} end
 * @param {readonly string[]} starts
 * @returns {readonly string[]}
 */
function rowsOf(end, starts) {
  /** @type {string[]} */
  const found = []
  let row = ''
  for (const start of starts) {
    if (row !== '' && row.length + start.length + 1 > WIDTH) {
      found.push(row)
      row = ''
    }
    row = row === '' ? `${end}:${start}` : `${row},${start}`
  }
  return [...found, row]
}
