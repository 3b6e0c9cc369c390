// The gate: runs every check of the workspace in order and stops at the first that fails.
// `pnpm ok` runs all of them, `pnpm ok format lint` only those named, `pnpm ok --without=tests` all
// but those.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const steps = [
  'check:format',
  'check:lint',
  'check:types',
  'check:api',
  'check:entries',
  'check:support',
  'check:tests',
  'build',
  'check:packages',
  'check:install',
  'check:dead-code',
  'check:size',
  'check:changesets',
]

const { values, positionals: wanted } = parseArgs({
  options: { without: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
})
for (const name of [...wanted, ...values.without]) {
  if (steps.some((step) => isNamed(step, [name]))) continue
  console.error(`Cannot run ${JSON.stringify(name)}: it is not a check. Use ${steps.join(', ')}.`)
  process.exit(1)
}
const selected = steps.filter(
  (step) => (wanted.length === 0 || isNamed(step, wanted)) && !isNamed(step, values.without),
)
const started = performance.now()
for (const step of selected) {
  console.log(`\n▸ ${step}`)
  const stepStarted = performance.now()
  const { status } = spawnSync('pnpm', ['--silent', 'run', step], { stdio: 'inherit' })
  if (status !== 0) {
    console.error(`\n✗ ${step} failed. Again, alone: pnpm ${step}`)
    process.exit(1)
  }
  console.log(`✓ ${step} (${seconds(stepStarted)})`)
}
console.log(`\n✓ ok: ${selected.length} checks in ${seconds(started)}`)

/**
 * @param {string} step
 * @param {readonly string[]} names with or without `check:`
 * @returns {boolean}
 */
function isNamed(step, names) {
  return names.includes(step) || names.includes(step.replace('check:', ''))
}

/**
 * @param {number} since
 * @returns {string}
 */
function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
