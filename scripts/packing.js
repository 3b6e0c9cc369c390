// Packs the public packages as a release does, for the checks that look at tarballs.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The workspace. */
export const root = path.resolve(import.meta.dirname, '..')

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} main
 * @property {string} types
 * @property {boolean | readonly string[]} [sideEffects]
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [bin]
 * @property {Record<string, Record<string, unknown>>} [typesVersions]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {{ access?: string, provenance?: boolean, exports?: object }} [publishConfig]
 */

/**
 * @typedef {object} Packed
 * @property {string} folder the package in the workspace
 * @property {string} tarball
 * @property {Manifest} manifest as it is in the tarball
 */

/**
 * Packs every public package into `target`.
 *
 * @param {string} target
 * @returns {readonly Packed[]}
 */
export function packAll(target) {
  mkdirSync(target, { recursive: true })
  return publicPackages().map(({ folder, manifest: { name } }) => {
    const tarball = path.join(target, `${name.replaceAll('/', '-').replace('@', '')}.tgz`)
    run('pnpm', ['--silent', 'pack', '--out', tarball], folder)
    const manifest = JSON.parse(run('tar', ['-xzOf', tarball, 'package/package.json']))
    return { folder, tarball, manifest }
  })
}

/**
 * The packages that are published, as they are in the workspace.
 *
 * @returns {readonly { folder: string, manifest: Manifest }[]}
 */
export function publicPackages() {
  return readdirSync(path.join(root, 'packages'))
    .map((name) => {
      const folder = path.join(root, 'packages', name)
      return { folder, manifest: readManifest(folder) }
    })
    .filter(({ manifest }) => manifest.private !== true)
}

/**
 * Whether a package has CommonJS beside its ES modules. `main` decides, and the other fields follow
 * (entries.js).
 *
 * @param {Pick<Manifest, 'main'>} manifest
 * @returns {boolean}
 */
export function hasCommonJS({ main }) {
  return main.startsWith('./dist/cjs/')
}

/**
 * The entry points of a package that are code.
 *
 * @param {Pick<Manifest, 'exports'>} manifest
 * @returns {readonly string[]}
 */
export function entriesOf({ exports }) {
  return Object.keys(exports).filter((entry) => entry !== './package.json')
}

/**
 * @param {string} folder
 * @returns {Manifest}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
}

/**
 * Runs a command; what it says is shown only when it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} [cwd]
 * @returns {string} its standard output
 */
export function run(command, args, cwd = root) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`${command} ${args.join(' ')}\n${error ?? stdout + stderr}`)
}
