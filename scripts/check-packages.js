// Packs every public package and checks the tarball as its users get it: publint, are-the-types-wrong,
// no source condition left in its exports, and both `import` and `require` from a clean folder.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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
  for (const { manifest } of packages) {
    if (!manifest.private) load(manifest)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/**
 * @param {string} folder
 * @returns {{ name: string, version: string, private?: boolean, exports: Record<string, unknown> }}
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
 * @param {string} tarball
 * @param {string} name
 */
function unpack(tarball, name) {
  const target = path.join(scratch, 'node_modules', name)
  mkdirSync(target, { recursive: true })
  run('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1'])
}

/**
 * Loads every entry point of a packed package with `import`, with `require` and through its types.
 *
 * @param {{ name: string, exports: Record<string, unknown> }} manifest
 */
function load(manifest) {
  for (const entry of Object.keys(manifest.exports)) {
    if (entry === './package.json') continue
    const specifier = JSON.stringify(manifest.name + entry.slice(1))
    const both = `
      const imported = await import(${specifier})
      const { createRequire } = await import('node:module')
      const required = createRequire(process.cwd() + '/')(${specifier})
      if (imported !== required) throw new Error('import and require give two copies')
    `
    run('node', ['--no-warnings', '--input-type=module', '--eval', both], scratch)
    console.log(`  ${specifier} loads with import and require`)
  }
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
