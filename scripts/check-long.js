// Does the long runs and writes down what they found, with commit and date: `pnpm check:long` all
// of them, `pnpm check:long differential` those named. `--tenth` does a tenth of each and writes
// nothing; `--seed=7` repeats a seed.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { writePage } from './long/page.js'
import { longRuns } from './long/runs.js'
import { root, run } from './packing.js'

/** @typedef {import('./long/runs.js').LongRun} LongRun */

const PAGE = path.join(root, 'docs', 'long-runs.md')

const { values, positionals: wanted } = parseArgs({
  options: { tenth: { type: 'boolean', default: false }, seed: { type: 'string' } },
  allowPositionals: true,
})
const seed = readSeed(values.seed)
for (const longRun of selectRuns()) {
  const hasPassed = values.tenth ? await doTenth(longRun) : await doAll(longRun)
  if (!hasPassed) process.exitCode = 1
}

/** @returns {readonly LongRun[]} */
function selectRuns() {
  const names = longRuns.map(({ name }) => name)
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    const problem = `${JSON.stringify(unknown)} is not a long run`
    throw new Error(`Cannot run the long runs: ${problem}. Use ${names.join(', ')}.`)
  }
  return longRuns.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
}

/**
 * @param {LongRun} longRun
 * @returns {Promise<boolean>} whether it has passed
 */
async function doTenth({ name, tenth }) {
  if (typeof tenth === 'function') return (await start(tenth(seed))).hasPassed
  if (!existsSync(path.join(root, tenth.doneBy))) {
    throw new Error(`Cannot leave out ${name}: ${tenth.doneBy} does not exist. Use another path.`)
  }
  console.log(`  ${name}: ${tenth.doneBy} does it`)
  return true
}

/**
 * Does a run and writes it down, one that has failed as well.
 *
 * @param {LongRun} longRun
 * @returns {Promise<boolean>} whether it has passed
 */
async function doAll({ name, command, result }) {
  const commit = describeCommit()
  const started = performance.now()
  const { hasPassed, output } = await start(command(seed))
  const record = {
    date: new Date().toISOString().slice(0, 10),
    commit,
    command: ['pnpm', ...command(seed)].join(' '),
    minutes: (performance.now() - started) / 60_000,
    hasPassed,
    lines: output.match(result) ?? [],
  }
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
  writeFileSync(PAGE, writePage(page, longRuns, new Map([[name, record]])))
  return hasPassed
}

/** @returns {string} with a plus where the packages differ from it */
function describeCommit() {
  const changes = run('git', ['status', '--porcelain', '--', 'packages'], root)
  return run('git', ['rev-parse', '--short', 'HEAD'], root).trim() + (changes === '' ? '' : '+')
}

/**
 * Shows what the command says while it runs, and returns it.
 *
 * @param {readonly string[]} args of pnpm
 * @returns {Promise<{ hasPassed: boolean, output: string }>}
 */
async function start(args) {
  console.log(`\n▸ pnpm ${args.join(' ')}`)
  const child = spawn('pnpm', ['--silent', 'run', ...args], { cwd: root })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      process.stdout.write(text)
    })
  }
  const status = await new Promise((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  )
  return { hasPassed: status === 0, output: stripVTControlCharacters(output) }
}

/**
 * @param {string | undefined} text
 * @returns {number} one that nobody chose, where there is no text
 */
function readSeed(text) {
  if (text === undefined) return randomInt(2 ** 31)
  if (/^\d+$/.test(text)) return Number(text)
  throw new Error(
    `Cannot run the long runs: the seed ${JSON.stringify(text)} is not a number. Use 7.`,
  )
}
