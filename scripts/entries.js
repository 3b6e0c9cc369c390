// Writes into each package.json where the builds of its entries are, from the sources that
// `exports` names: `pnpm entries`. With `--check` it writes nothing, and fails where a package.json
// is not current. A new entry is one line, `"./name": { "@cusp/source": "./src/name.ts" }`.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { entriesOf, hasCommonJS, publicPackages, run } from './packing.js'

/** @typedef {import('./packing.js').Manifest} Manifest */

/**
 * @typedef {object} Build
 * @property {string} types
 * @property {string} default the code
 */

/**
 * @typedef {object} Entry
 * @property {string} entry its name in `exports`
 * @property {string} source
 * @property {Build} module
 * @property {Build | undefined} commonJS
 */

/**
 * Comes first: in the workspace it wins for `import` and for `require`. A tarball does not have it.
 */
const SOURCE = '@cusp/source'

const isCheck = process.argv.includes('--check')
for (const { folder, manifest } of publicPackages()) {
  // Not a deep comparison: the order of conditions counts.
  const text = JSON.stringify(withBuilds(manifest))
  if (text === JSON.stringify(manifest)) continue
  if (isCheck) {
    console.error(`  ${manifest.name}: package.json is not current. Use pnpm entries.`)
    process.exitCode = 1
    continue
  }
  const file = path.join(folder, 'package.json')
  writeFileSync(file, text)
  run('oxfmt', [file])
}

/**
 * @param {Manifest} manifest
 * @returns {Manifest} the same, with what follows from the sources of its entries
 */
function withBuilds(manifest) {
  const entries = entriesOf(manifest).map((entry) => locate(manifest, entry))
  return {
    ...manifest,
    ...describeForOldTools(entries),
    exports: mapExports(entries, (entry) => ({ [SOURCE]: entry.source, ...conditionsOf(entry) })),
    publishConfig: { ...manifest.publishConfig, exports: mapExports(entries, conditionsOf) },
  }
}

/**
 * @param {Manifest} manifest
 * @param {string} entry
 * @returns {Entry}
 */
function locate(manifest, entry) {
  const source = Object(manifest.exports[entry])[SOURCE]
  const [, name] = /^\.\/src\/([\w-]+)\.ts$/.exec(source) ?? []
  if (name === undefined) {
    const problem = `the "${SOURCE}" of ${JSON.stringify(entry)} is not a file in src`
    throw new Error(`Cannot read the entries of ${manifest.name}: ${problem}. Use "./src/x.ts".`)
  }
  const commonJS = hasCommonJS(manifest) ? buildOf('dist/cjs', name) : undefined
  return { entry, source, module: buildOf('dist', name), commonJS }
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {Build}
 */
function buildOf(folder, name) {
  return { types: `./${folder}/${name}.d.ts`, default: `./${folder}/${name}.js` }
}

/**
 * @param {Entry} entry
 * @returns {object}
 */
function conditionsOf({ module, commonJS }) {
  return commonJS === undefined ? module : { import: module, require: commonJS }
}

/**
 * @param {readonly Entry[]} entries
 * @param {(entry: Entry) => object} conditions
 * @returns {Record<string, unknown>}
 */
function mapExports(entries, conditions) {
  return {
    ...Object.fromEntries(entries.map((entry) => [entry.entry, conditions(entry)])),
    './package.json': './package.json',
  }
}

/**
 * What is read by tools that do not know `exports`, such as TypeScript with node10 resolution. They
 * take CommonJS where there is one.
 *
 * @param {readonly Entry[]} entries
 * @returns {Pick<Manifest, 'main' | 'types' | 'typesVersions'>}
 */
function describeForOldTools(entries) {
  const [main, ...others] = entries
  if (main?.entry !== '.') throw new Error('Cannot read the entries: the first is not ".".')
  const { default: code, types } = main.commonJS ?? main.module
  if (others.length === 0) return { main: code, types }
  const paths = others.map(({ entry, module, commonJS }) => {
    return [entry.slice(2), [(commonJS ?? module).types]]
  })
  return { main: code, types, typesVersions: { '*': Object.fromEntries(paths) } }
}
