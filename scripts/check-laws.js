// Runs the laws under seeds that nobody chose: `pnpm check:laws` draws three and prints them,
// `--seeds=20` draws more, `--seed=7` repeats one. The other tests take the same inputs every day;
// this one looks elsewhere every day.
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './packing.js'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, seed: { type: 'string' } },
})
const seeds = values.seed === undefined ? drawSeeds(values.seeds) : [readNumber(values.seed)]
const files = findLaws()
console.log(`  ${files.length} files with laws, seeds ${seeds.join(', ')}`)
const failed = seeds.filter((seed) => !holdUnder(seed))
for (const seed of failed) {
  console.error(`\n✗ A law does not hold under seed ${seed}. Again: pnpm check:laws --seed=${seed}`)
}
if (failed.length > 0) process.exitCode = 1
else console.log(`✓ ${seeds.length} seeds: ${seeds.join(', ')}`)

/**
 * The tests of the packages that draw their inputs. The content tells: a new one needs no entry
 * anywhere.
 *
 * @returns {readonly string[]}
 */
function findLaws() {
  const packages = path.join(root, 'packages')
  const found = readdirSync(packages, { recursive: true, encoding: 'utf8' }).filter((file) => {
    return /^\w+\/(?:src|test)\/.*\.test\.ts$/.test(file) && !file.includes('node_modules')
  })
  return found
    .map((file) => path.join('packages', file))
    .filter((file) => readFileSync(path.join(root, file), 'utf8').includes("from 'fast-check'"))
}

/**
 * @param {number} seed
 * @returns {boolean}
 */
function holdUnder(seed) {
  console.log(`\n▸ CUSP_SEED=${seed}`)
  const args = ['run', '--project=unit', '--project=laws', '--reporter=dot', '--silent=passed-only']
  const { status } = spawnSync('vitest', [...args, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CUSP_SEED: String(seed) },
  })
  return status === 0
}

/**
 * @param {string} count
 * @returns {readonly number[]}
 */
function drawSeeds(count) {
  return Array.from({ length: readNumber(count) }, () => randomInt(2 ** 31))
}

/**
 * @param {string} text
 * @returns {number}
 */
function readNumber(text) {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new Error(`Cannot run the laws: ${JSON.stringify(text)} is not a whole number. Use 3.`)
}
