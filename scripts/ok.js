// The gate: runs every check of the workspace in order and stops at the first that fails.
// `pnpm ok` runs all of them, `pnpm ok format lint` only those named.
import { spawnSync } from 'node:child_process'

const steps = [
  'check:format',
  'check:lint',
  'check:types',
  'check:api',
  'check:support',
  'check:tests',
  'build',
  'check:packages',
  'check:install',
  'check:dead-code',
  'check:size',
  'check:changesets',
]

const wanted = process.argv.slice(2)
const selected = steps.filter(
  (step) => wanted.length === 0 || wanted.includes(step) || wanted.includes(step.slice(6)),
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
 * @param {number} since
 * @returns {string}
 */
function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
