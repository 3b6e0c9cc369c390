// The page of the long runs: what each run is, and what its last one found.

/** @typedef {import('./runs.js').LongRun} LongRun */

/**
 * @typedef {object} Record
 * @property {string} date
 * @property {string} commit
 * @property {string} command as it can be repeated
 * @property {number} minutes
 * @property {boolean} hasPassed
 * @property {readonly string[]} lines what the run says of itself
 */

const OPENING = `# Long runs

<!-- Written by \`pnpm check:long\`. -->

What is too long for every commit: the last run of each, with its commit and its date. \`pnpm check:long\` does them all,
\`pnpm check:long differential\` one of them. Every run of CI does a tenth of each.`

const NEVER = 'Not run yet.'

/**
 * The page with every run on it. What is known of a run stays; a record replaces what was known of
 * its run.
 *
 * @param {string} page the page as it is, or nothing
 * @param {readonly LongRun[]} runs
 * @param {ReadonlyMap<string, Record>} [records] by the names of their runs
 * @returns {string}
 */
export function writePage(page, runs, records = new Map()) {
  const sections = runs.map((run) => {
    const record = records.get(run.name)
    const last = record === undefined ? readLast(page, run.name) : writeRecord(record)
    return [
      `## ${run.name}`,
      `${run.what} The tenth in CI: ${describeTenth(run)}.`,
      `<!-- ${run.name} -->`,
      last,
      `<!-- /${run.name} -->`,
    ].join('\n\n')
  })
  return `${[OPENING, ...sections].join('\n\n')}\n`
}

/**
 * @param {string} page
 * @param {string} name
 * @returns {string} what stands between the marks of a run
 */
function readLast(page, name) {
  const [, after = ''] = page.split(`<!-- ${name} -->`)
  const [last = ''] = after.split(`<!-- /${name} -->`)
  return last.trim() || NEVER
}

/**
 * @param {Record} record
 * @returns {string}
 */
function writeRecord({ date, commit, command, minutes, hasPassed, lines }) {
  const time = minutes < 1 ? 'less than a minute' : `${Math.round(minutes)} min`
  const outcome = hasPassed ? 'passed' : '**failed**'
  const list = lines.map((line) => (line.startsWith('- ') ? line : `- ${line}`))
  return [`\`${command}\` on ${date}, commit ${commit}: ${outcome} in ${time}.`, list.join('\n')]
    .join('\n\n')
    .trim()
}

/**
 * @param {LongRun} run
 * @returns {string}
 */
function describeTenth({ name, tenth }) {
  return typeof tenth === 'function' ? `\`pnpm check:long ${name} --tenth\`` : `\`${tenth.doneBy}\``
}
