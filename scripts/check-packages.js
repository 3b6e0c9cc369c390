// Packs every public package and checks the tarball as its users get it: publint, are-the-types-wrong,
// the files in it, and from a clean folder `import`, `require` and the types.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const scratch = mkdtempSync(path.join(tmpdir(), 'cusp-pack-'))

try {
  const packages = readdirSync(path.join(root, 'packages')).map((name) => {
    const folder = path.join(root, 'packages', name)
    return { folder, manifest: readManifest(folder) }
  })
  for (const { folder, manifest } of packages) {
    if (manifest.private) continue
    const tarball = pack(folder, manifest.name)
    run('publint', ['run', tarball, '--strict'])
    run('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--quiet', '--no-color'])
    unpack(tarball, manifest.name)
  }
  for (const { folder, manifest } of packages) {
    if (!manifest.private) load(folder, manifest)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [peerDependencies]
 */

/**
 * @param {string} folder
 * @returns {Manifest}
 */
function readManifest(folder) {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {string} the tarball's path
 */
function pack(folder, name) {
  const tarball = path.join(scratch, `${name.replaceAll('/', '-').replace('@', '')}.tgz`)
  run('pnpm', ['--silent', 'pack', '--out', tarball], folder)
  return tarball
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
  if (JSON.stringify(readManifest(target)).includes('src/')) {
    throw new Error(`${name} is packed with an export of its sources: mend publishConfig.exports`)
  }
}

/**
 * Loads every entry point of a packed package with `import`, with `require` and through its types.
 *
 * @param {string} folder
 * @param {Manifest} manifest
 */
function load(folder, manifest) {
  const entries = Object.keys(manifest.exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => JSON.stringify(manifest.name + entry.slice(1)))

  for (const name of Object.keys(manifest.peerDependencies ?? {})) link(folder, name)
  for (const entry of entries) {
    const both = `
      import { createRequire } from 'node:module'
      const imported = await import(${entry})
      const required = createRequire(process.cwd() + '/')(${entry})
      if (imported !== required) throw new Error('import and require give two copies')
    `
    run('node', ['--no-warnings', '--input-type=module', '--eval', both], scratch)
  }

  // Core's types need nothing but the language; the others stand on Node's.
  const types = manifest.name === '@cusp/core' ? [] : ['node']
  if (types.length > 0) link(root, '@types/node')
  const compilerOptions = { module: 'nodenext', strict: true, noEmit: true, lib: ['es2023'], types }
  const files = ['consumer.mts']
  writeFileSync(path.join(scratch, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  writeFileSync(
    path.join(scratch, 'consumer.mts'),
    entries.map((entry, index) => `export * as entry${index} from ${entry}\n`).join(''),
  )
  run('tsc', ['--project', scratch])
  console.log(`  ${entries.join(', ')}`)
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

/**
 * Runs a command; what it says is shown only when it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function run(command, args, cwd = root) {
  const { status, output, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  throw new Error(`${command} ${args.join(' ')}\n${error ?? output.join('')}`)
}
