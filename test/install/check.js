// Installs the packed packages as users do, type-checks and runs small apps on them, and runs the
// tests of others with Jest, ts-jest and node:test: `pnpm check:install`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { APPS, installApps, installCombinations, withRegistry } from './combinations.js'
import { runToEnd } from './processes.js'
import { visit } from './visit.js'

/** @typedef {import('./combinations.js').Installed} Installed */

/**
 * @typedef {object} Project one way to compile an app
 * @property {'esm' | 'commonjs'} folder
 * @property {string} compiler the package that holds it
 * @property {Record<string, unknown>} options
 */

const { resolve } = createRequire(import.meta.url)

// It refuses a CommonJS file that requires ES modules (TS1479), which nodenext takes.
const NODE16 = { module: 'node16' }
const NODENEXT = { module: 'nodenext' }
const BUNDLER = { module: 'preserve', moduleResolution: 'bundler', noEmit: true }
const NODE10 = { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true }

/** @type {readonly Project[]} */
const PROJECTS = [
  { folder: 'esm', compiler: 'typescript-5.6', options: NODE16 },
  { folder: 'esm', compiler: 'typescript', options: NODE16 },
  { folder: 'esm', compiler: 'typescript', options: NODENEXT },
  { folder: 'esm', compiler: 'typescript', options: { ...NODENEXT, skipLibCheck: true } },
  { folder: 'esm', compiler: 'typescript', options: BUNDLER },
  { folder: 'esm', compiler: 'typescript-6', options: { ...BUNDLER, skipLibCheck: true } },
  { folder: 'commonjs', compiler: 'typescript-5.6', options: { ...NODE10, skipLibCheck: true } },
  { folder: 'commonjs', compiler: 'typescript-5.6', options: { ...NODE16, skipLibCheck: true } },
  { folder: 'commonjs', compiler: 'typescript', options: NODE16 },
  { folder: 'commonjs', compiler: 'typescript', options: { ...NODENEXT, skipLibCheck: true } },
]

/** How many tests passed, as Jest and node:test tell it. */
const PASSED = /(?<=^Tests: .*)\d+(?= passed)|(?<=^. pass )\d+/gm

const scratch = mkdtempSync(path.join(tmpdir(), 'cusp-install-'))
try {
  const [installed, apps] = await withRegistry(scratch, (registry) => {
    return Promise.all([installCombinations(scratch, registry), installApps(scratch, registry)])
  })
  console.log(`  installed with npm: ${[...installed.map(({ name }) => name), ...APPS].join(', ')}`)
  const compilers = [...new Set(PROJECTS.map(({ compiler }) => compiler))]
  console.log(`  TypeScript ${compilers.map((name) => manifestOf(name).version).join(', ')}`)
  await runInLanes([
    ...apps.map((folder) => () => runTests(folder)),
    ...installed.map((app) => () => checkApp(app)),
  ])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/**
 * Two lanes, as many as a small machine has processors. After a failure nothing new is started.
 *
 * @param {(() => Promise<void>)[]} waiting
 */
async function runInLanes(waiting) {
  async function runWaiting() {
    try {
      for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) await run()
    } finally {
      waiting.length = 0
    }
  }
  // Both lanes end before the folder that they work in is removed.
  const lanes = await Promise.allSettled([runWaiting(), runWaiting()])
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
}

/**
 * Runs the tests that an app brings.
 *
 * @param {string} folder
 */
async function runTests(folder) {
  const name = path.basename(folder)
  const { status, output } = await runToEnd('npm', ['test'], { cwd: folder })
  if (status !== 0) throw new Error(`npm test of ${name}:\n${output}`)
  const counts = output.match(PASSED)?.map(Number) ?? []
  console.log(`  ${name}: ${counts.reduce((sum, count) => sum + count, 0)} tests passed`)
}

/**
 * Runs an app's programs, and compiles and runs its TypeScript in every way.
 *
 * @param {Installed} app
 */
async function checkApp({ name, folder, consumer, programs }) {
  for (const program of programs) {
    await visit(path.join(folder, program))
  }
  for (const [index, project] of PROJECTS.entries()) {
    const target = path.join(folder, project.folder)
    await checkProject(target, consumer, { ...project, name: `project-${index}` })
  }
  console.log(`  ${name}`)
}

/**
 * @param {string} folder
 * @param {string} consumer
 * @param {Project & { name: string }} project
 */
async function checkProject(folder, consumer, { compiler, options, name }) {
  const file = path.join(folder, `${name}.json`)
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    outDir: name,
    types: ['node'],
    ...options,
  }
  writeFileSync(file, JSON.stringify({ compilerOptions, files: [consumer] }))
  const { path: home, bin } = manifestOf(compiler)
  const tsc = path.join(home, bin.tsc)
  const args = [tsc, '--project', file]
  const { status, output } = await runToEnd(process.execPath, args, { cwd: folder })
  if (status !== 0) {
    throw new Error(`${compiler} ${JSON.stringify(options)} on ${consumer}:\n${output}`)
  }
  if (options['noEmit'] !== true) {
    await visit(path.join(folder, name, consumer.replace(/ts$/, 'js')))
  }
}

/**
 * @param {string} name
 * @returns {{ version: string, bin: { tsc: string }, path: string }}
 */
function manifestOf(name) {
  const file = resolve(`${name}/package.json`)
  return { ...JSON.parse(readFileSync(file, 'utf8')), path: path.dirname(file) }
}
