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
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [bin]
 * @property {Record<string, Record<string, unknown>>} [typesVersions]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {{ access?: string, provenance?: boolean }} [publishConfig]
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
 * @param {string} folder
 * @returns {Manifest}
 */
function readManifest(folder) {
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
