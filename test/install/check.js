// Installs the packed packages as users do, and type-checks and runs small apps on them: `pnpm check:install`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { installAll, runToEnd } from './combinations.js'
import { visit } from './visit.js'

/** @typedef {import('./combinations.js').Installed} Installed */

/**
 * @typedef {object} Project one way to compile an app
 * @property {'esm' | 'commonjs'} folder
 * @property {string} compiler the package that holds it
 * @property {Record<string, unknown>} options
 */

const { resolve } = createRequire(import.meta.url)

const BUNDLER = { module: 'preserve', moduleResolution: 'bundler', noEmit: true }
const NODE10 = { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true }

/** @type {readonly Project[]} */
const PROJECTS = [
  { folder: 'esm', compiler: 'typescript-5.6', options: { module: 'node16' } },
  { folder: 'esm', compiler: 'typescript', options: { module: 'node16' } },
  { folder: 'esm', compiler: 'typescript', options: { module: 'nodenext' } },
  { folder: 'esm', compiler: 'typescript', options: { module: 'nodenext', skipLibCheck: true } },
  { folder: 'esm', compiler: 'typescript', options: BUNDLER },
  { folder: 'esm', compiler: 'typescript-6', options: { ...BUNDLER, skipLibCheck: true } },
  { folder: 'commonjs', compiler: 'typescript-5.6', options: { ...NODE10, skipLibCheck: true } },
  { folder: 'commonjs', compiler: 'typescript', options: { module: 'nodenext' } },
]

const scratch = mkdtempSync(path.join(tmpdir(), 'cusp-install-'))
try {
  const installed = await installAll(scratch)
  console.log(`  installed with npm: ${installed.map(({ name }) => name).join(', ')}`)
  const compilers = [...new Set(PROJECTS.map(({ compiler }) => compiler))]
  console.log(`  TypeScript ${compilers.map((name) => manifestOf(name).version).join(', ')}`)
  // Two lanes, as many as a small machine has processors.
  const waiting = [...installed]
  await Promise.all(
    [waiting, waiting].map(async (queue) => {
      for (let app = queue.shift(); app !== undefined; app = queue.shift()) {
        await checkApp(app)
        console.log(`  ${app.name}`)
      }
    }),
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/**
 * Runs an app's programs, and compiles and runs its TypeScript in every way.
 *
 * @param {Installed} app
 */
async function checkApp({ folder, consumer, programs }) {
  for (const program of programs) {
    await visit(path.join(folder, program))
  }
  for (const [index, project] of PROJECTS.entries()) {
    const target = path.join(folder, project.folder)
    await checkProject(target, consumer, { ...project, name: `project-${index}` })
  }
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
  const { status, output } = await runToEnd(process.execPath, [tsc, '--project', file], folder)
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
