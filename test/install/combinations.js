// The apps that the packed packages are installed into: each in a clean folder, with npm, as users
// install them.
import { copyFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { packAll } from '../../scripts/packing.js'
import { runToEnd } from './processes.js'
import { startRegistry } from './registry.js'

/**
 * @typedef {object} Combination
 * @property {string} name
 * @property {string} consumer the TypeScript program, in `consumers`
 * @property {readonly string[]} programs the same without TypeScript
 * @property {readonly string[]} packages what its user installs besides core and Node's types
 */

/** @type {readonly Combination[]} */
const COMBINATIONS = [
  combination('Express 4', 'express', ['@cusp/express', 'express@4', '@types/express@4']),
  combination('Express 5', 'express', ['@cusp/express', 'express@5', '@types/express@5']),
  combination('Koa 2', 'koa', ['@cusp/koa', 'koa@2', '@types/koa@2']),
  combination('Koa 3', 'koa', ['@cusp/koa', 'koa@3', '@types/koa@3']),
  combination('node:http', 'node', ['@cusp/node', '@cusp/web']),
]

/** @typedef {Combination & { folder: string }} Installed */

/**
 * Packs every package, and installs from a registry that has them.
 *
 * @template T
 * @param {string} scratch
 * @param {(registry: string) => Promise<T>} install gets the address of the registry
 * @returns {Promise<T>}
 */
export async function withRegistry(scratch, install) {
  const registry = await startRegistry(packAll(path.join(scratch, 'tarballs')))
  try {
    return await install(registry.url)
  } finally {
    registry.close()
  }
}

/**
 * Installs every combination. A folder then holds the programs, and the TypeScript program twice:
 * in `esm` and in `commonjs`.
 *
 * @param {string} scratch
 * @param {string} registry
 * @returns {Promise<readonly Installed[]>}
 */
export async function installCombinations(scratch, registry) {
  /** @type {Installed[]} */
  const installed = []
  for (const { name, packages, ...rest } of COMBINATIONS) {
    const folder = path.join(scratch, name.replace(/\W/, '-').toLowerCase())
    writeApp(folder, rest)
    await npmInstall(folder, registry, ['@cusp/core', '@types/node@20', ...packages])
    installed.push({ name, packages, ...rest, folder })
  }
  return installed
}

/** Apps that bring their tests: each is a folder of `apps`, whose `npm test` runs them. */
export const APPS = readdirSync(path.join(import.meta.dirname, 'apps'))

/**
 * Installs apps that bring their tests.
 *
 * @param {string} scratch
 * @param {string} registry
 * @param {readonly string[]} names
 * @returns {Promise<readonly string[]>} their folders
 */
export async function installApps(scratch, registry, names = APPS) {
  const folders = names.map((name) => path.join(scratch, 'apps', name))
  for (const folder of folders) {
    cpSync(path.join(import.meta.dirname, 'apps', path.basename(folder)), folder, {
      recursive: true,
    })
    await npmInstall(folder, registry, [])
  }
  return folders
}

/**
 * @param {string} name
 * @param {string} consumer
 * @param {readonly string[]} packages
 * @returns {Combination}
 */
function combination(name, consumer, packages) {
  const programs = consumer === 'node' ? ['node.cjs', 'node.mjs'] : [`${consumer}.cjs`]
  return { name, consumer: `${consumer}.ts`, programs, packages }
}

/**
 * @param {string} folder
 * @param {Pick<Combination, 'consumer' | 'programs'>} combination
 */
function writeApp(folder, { consumer, programs }) {
  const consumers = path.join(import.meta.dirname, 'consumers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true }))
  for (const program of programs) {
    copyFileSync(path.join(consumers, program), path.join(folder, program))
  }
  for (const [name, type] of Object.entries({ esm: 'module', commonjs: 'commonjs' })) {
    const target = path.join(folder, name)
    mkdirSync(target)
    writeFileSync(path.join(target, 'package.json'), JSON.stringify({ type }))
    copyFileSync(path.join(consumers, consumer), path.join(target, consumer))
  }
}

/**
 * @param {string} folder
 * @param {string} registry where the packages of this workspace are
 * @param {readonly string[]} packages
 */
async function npmInstall(folder, registry, packages) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']
  const args = [
    'install',
    `--@cusp:registry=${registry}`,
    '--prefer-offline',
    ...quiet,
    ...packages,
  ]
  const { status, output } = await runToEnd('npm', args, { cwd: folder })
  if (status !== 0) throw new Error(`npm ${args.join(' ')}\n${output}`)
}
