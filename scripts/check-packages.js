// Packs every public package and checks the tarball as its users get it: publint,
// are-the-types-wrong, the files in it, `import`, `require` and the types of every entry point from
// a clean folder, and a publish that stops before it sends.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { entriesOf, hasCommonJS, packAll, root, run } from './packing.js'

/** @typedef {import('./packing.js').Manifest} Manifest */

// Nothing answers there: a dry run needs no registry, and a mistake here reaches none.
const NOWHERE = 'http://127.0.0.1:9/'

const EXPECT_ONE_COPY = `
  if (imported !== required) throw new Error('import and require give two copies')
`
const EXPECT_SAME_NAMES = `
  const [names, others] = [imported, required].map((module) => Object.keys(module).toSorted().join())
  if (names === '' || names !== others) throw new Error('import gives ' + names + ', require ' + others)
`

const scratch = mkdtempSync(path.join(tmpdir(), 'cusp-pack-'))
try {
  const packages = packAll(scratch)
  for (const { tarball, manifest } of packages) {
    run('publint', ['run', tarball, '--strict'])
    const profile = hasCommonJS(manifest) ? 'strict' : 'esm-only'
    run('attw', [tarball, '--profile', profile, '--no-emoji', '--quiet', '--no-color'])
    checkManifest(manifest)
    unpack(tarball, manifest.name)
    run('pnpm', ['publish', tarball, '--dry-run', '--no-git-checks', '--registry', NOWHERE])
  }
  for (const { folder, manifest } of packages) linkDependencies(folder, manifest)
  for (const { manifest } of packages) load(manifest)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/**
 * Checks what a registry and older TypeScript need of a packed manifest.
 *
 * @param {Manifest} manifest
 */
function checkManifest({ name, exports, dependencies = {}, publishConfig }) {
  /** @type {(condition: boolean, problem: string) => void} */
  function expect(condition, problem) {
    if (!condition) throw new Error(`${name} is packed ${problem}`)
  }
  expect(!JSON.stringify(exports).includes('src/'), 'with its sources: fix publishConfig.exports')
  expect(publishConfig?.access === 'public', 'without publishConfig.access "public"')
  expect(publishConfig?.provenance === true, 'without publishConfig.provenance')
  for (const [dependency, range] of Object.entries(dependencies)) {
    expect(!range.startsWith('workspace:'), `with ${dependency} ${range}`)
  }
}

/**
 * Unpacks a tarball where `import` from the scratch folder finds it.
 *
 * @param {string} tarball
 * @param {string} name
 */
function unpack(tarball, name) {
  const target = path.join(scratch, 'node_modules', name)
  mkdirSync(target, { recursive: true })
  run('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1'])
  for (const file of ['LICENSE', 'README.md', 'dist']) {
    if (!existsSync(path.join(target, file))) throw new Error(`${name} is packed without ${file}`)
  }
}

/**
 * Loads every entry point of a packed package with `import`, with `require` and through its types,
 * and starts its commands.
 *
 * @param {Manifest} manifest
 */
function load(manifest) {
  const specifiers = entriesOf(manifest).map((entry) => manifest.name + entry.slice(1))
  for (const specifier of specifiers) {
    const both = `
      import { createRequire } from 'node:module'
      const required = createRequire(process.cwd() + '/')(${JSON.stringify(specifier)})
      const imported = await import(${JSON.stringify(specifier)})
      ${hasCommonJS(manifest) ? EXPECT_SAME_NAMES : EXPECT_ONE_COPY}
    `
    // What is required must not load ES modules: Node can, Jest cannot.
    const flags = hasCommonJS(manifest) ? ['--no-experimental-require-module'] : ['--no-warnings']
    run('node', [...flags, '--input-type=module', '--eval', both], scratch)
  }
  for (const command of Object.values(manifest.bin ?? {})) {
    run('node', [path.join('node_modules', manifest.name, command), '--version'], scratch)
  }
  checkTypes(manifest, specifiers)
  console.log(`  ${specifiers.join(', ')}`)
}

/**
 * Compiles a module that takes everything from every entry point, and where there is CommonJS the
 * same as CommonJS.
 *
 * @param {Manifest} manifest
 * @param {readonly string[]} specifiers
 */
function checkTypes(manifest, specifiers) {
  // Core's types need nothing but the language; the others stand on Node's.
  const types = manifest.name === '@cusp/core' ? [] : ['node']
  if (types.length > 0) link(root, '@types/node')
  const compilerOptions = { module: 'node16', strict: true, noEmit: true, lib: ['es2023'], types }
  const files = hasCommonJS(manifest) ? ['consumer.mts', 'consumer.cts'] : ['consumer.mts']
  writeFileSync(path.join(scratch, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const code = specifiers.map((name, index) => `export * as entry${index} from '${name}'\n`)
  for (const file of files) writeFileSync(path.join(scratch, file), code.join(''))
  run('tsc', ['--project', scratch])
}

/**
 * @param {string} folder
 * @param {Manifest} manifest
 */
function linkDependencies(folder, { dependencies, peerDependencies }) {
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) link(folder, name)
}

/**
 * Makes a dependency of a workspace package visible from the scratch folder.
 *
 * @param {string} folder
 * @param {string} name
 */
function link(folder, name) {
  const source = path.join(folder, 'node_modules', name)
  const target = path.join(scratch, 'node_modules', name)
  if (existsSync(target) || !existsSync(source)) return
  mkdirSync(path.dirname(target), { recursive: true })
  symlinkSync(source, target)
}
