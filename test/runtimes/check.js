// Runs the installed packages on every Node line, the tests on the oldest and the newest one, and
// core and web in Deno, Bun and workerd: `pnpm check:runtimes`. The runtimes come from npm into a
// folder that is kept; none of them runs a script while it is installed.
import { build } from 'esbuild'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { root } from '../../scripts/packing.js'
import { installApps, installCombinations, withRegistry } from '../install/combinations.js'
import { runToEnd } from '../install/processes.js'
import { visit } from '../install/visit.js'

/** @typedef {import('../install/combinations.js').Installed} Installed */

// The oldest that is supported, and the newest of each line.
const NODES = ['20.19.0', '20', '22', '24', '26']
// The ends differ most. The lines between them run the apps alone, and `npm test` runs on the Node
// that is installed.
const TESTED = new Set([NODES[0], NODES.at(-1)])
// Each package's own tests, and the adapters' over real sockets: node:http is what differs between
// the lines.
const TESTS = ['--project=unit', '--project=adapters', 'packages/', 'test/adapters/']
// The package with the program itself: that of the name "bun" fetches it while it is installed.
const BUN = `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`
const CACHE = path.join(root, 'node_modules', '.cache', 'cusp-runtimes')
const started = performance.now()

const scratch = mkdtempSync(path.join(tmpdir(), 'cusp-runtimes-'))
try {
  await installRuntimes()
  const [apps, [copies]] = await withRegistry(scratch, (registry) => {
    return Promise.all([
      installCombinations(scratch, registry),
      installApps(scratch, registry, ['copies']),
    ])
  })
  for (const line of NODES) {
    const node = path.join(CACHE, 'node_modules', `node-${line}`, 'bin', 'node')
    const version = await run(node, ['--version'])
    for (const { folder, programs } of apps) {
      for (const program of programs) {
        await visit(path.join(folder, program), [node, '--no-warnings'])
      }
    }
    await run(node, ['--test', 'copies.spec.mjs'], copies)
    const tests = TESTED.has(line) ? [await runTests(node)] : []
    print(`Node ${version.slice(1)}`, [...tests, `${apps.length} apps, two copies`].join(', '))
  }
  const bare = apps.find(({ consumer }) => consumer === 'node.ts')
  if (bare === undefined) throw new Error('there is no app without a framework')
  await checkDeno(bare.folder)
  await checkBun(bare.folder)
  await checkWorkerd(bare.folder)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** Installs the newest of what is asked for; what is there already is only looked up. */
async function installRuntimes() {
  const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const nodes = NODES.map((line) => `node-${line}@npm:${platform}@${line}`)
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(path.join(CACHE, 'package.json'), '{ "private": true }')
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']
  const others = ['deno@2', `bun@npm:${BUN}@1`, 'workerd@1']
  await run('npm', ['install', ...quiet, ...nodes, ...others], CACHE)
}

/**
 * Runs the tests; what fails is named, and the other runtimes still get their turn.
 *
 * @param {string} node
 * @returns {Promise<string>} how many tests passed
 */
async function runTests(node) {
  const report = path.join(scratch, 'tests.json')
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = ['run', ...TESTS, '--reporter=json', `--outputFile=${report}`]
  const { status, output } = await runToEnd(node, [vitest, ...args], { cwd: root, minutes: 30 })
  if (!existsSync(report)) throw new Error(output)
  const { numPassedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  rmSync(report)
  for (const { name, message, assertionResults } of testResults) {
    if (message !== '') console.error(`  ✗ ${name}: ${message}`)
    for (const { fullName, failureMessages } of assertionResults) {
      if (failureMessages.length > 0) console.error(`  ✗ ${fullName}: ${failureMessages[0]}`)
    }
  }
  if (status !== 0) process.exitCode = 1
  return `${numPassedTests} tests passed, ${numPendingTests} skipped`
}

/**
 * Deno runs core and web without any permission, and the node:http app with that to listen.
 *
 * @param {string} folder where the packages are installed
 */
async function checkDeno(folder) {
  const deno = path.join(CACHE, 'node_modules', '.bin', 'deno')
  copySmoke(folder)
  const offline = ['run', '--no-prompt', '--no-remote']
  await run(deno, [...offline, 'run-smoke.js'], folder)
  await visit(path.join(folder, 'node.mjs'), [deno, ...offline, '--allow-net=127.0.0.1'])
  const [, version] = (await run(deno, ['--version'])).split(' ')
  print(`Deno ${version}`, 'core and web without permissions, node:http app')
}

/**
 * Bun runs core and web, and the node:http app.
 *
 * @param {string} folder where the packages are installed
 */
async function checkBun(folder) {
  const bun = path.join(CACHE, 'node_modules', 'bun', 'bin', 'bun')
  copySmoke(folder)
  await run(bun, ['run-smoke.js'], folder)
  await visit(path.join(folder, 'node.mjs'), [bun])
  print(`Bun ${await run(bun, ['--version'])}`, 'core and web, node:http app')
}

/**
 * Copies what every runtime runs.
 *
 * @param {string} folder where the packages are installed
 */
function copySmoke(folder) {
  for (const file of ['smoke.js', 'web-smoke.js', 'run-smoke.js']) {
    copyFileSync(path.join(import.meta.dirname, file), path.join(folder, file))
  }
}

/**
 * workerd runs core and web, bundled as for an edge worker.
 *
 * @param {string} folder where the packages are installed
 */
async function checkWorkerd(folder) {
  const workerd = path.join(CACHE, 'node_modules', '.bin', 'workerd')
  copySmoke(folder)
  for (const file of ['worker.js', 'workerd.capnp']) {
    copyFileSync(path.join(import.meta.dirname, file), path.join(folder, file))
  }
  const outfile = path.join(folder, 'worker.js')
  const options = { bundle: true, allowOverwrite: true, outfile }
  await build({ entryPoints: [outfile], format: 'esm', ...options })
  await run(workerd, ['test', 'workerd.capnp'], folder)
  print(await run(workerd, ['--version']), 'core and web, bundled')
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} [cwd]
 * @returns {Promise<string>} what it says
 */
async function run(command, args, cwd = root) {
  const { status, output } = await runToEnd(command, args, { cwd, minutes: 10 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${output}`)
  return output.trim()
}

/**
 * @param {string} name
 * @param {string} what
 */
function print(name, what) {
  const elapsed = ((performance.now() - started) / 1000).toFixed(0)
  console.log(`  ${name.padEnd(20)} ${what} (${elapsed} s)`)
}
