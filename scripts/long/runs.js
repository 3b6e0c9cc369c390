// The runs that are too long for every commit. Another one is another entry here: the command, the
// page and its test read this.

/**
 * @typedef {object} LongRun
 * @property {string} name what `pnpm check:long <name>` takes
 * @property {string} what it is and how much of it, in one sentence
 * @property {(seed: number) => readonly string[]} command the whole run, without `pnpm`
 * @property {Tenth} tenth
 * @property {RegExp} result the lines of the output that are kept
 */

/**
 * The tenth of it that every run of CI does: a command that `pnpm check:long --tenth` runs, or the
 * part of CI that does as much.
 *
 * @typedef {((seed: number) => readonly string[]) | { readonly doneBy: string }} Tenth
 */

/** @type {readonly LongRun[]} */
export const longRuns = [
  {
    name: 'differential',
    what: 'What the engine says against what Chromium, Firefox and WebKitGTK do: 3 000 drawn cases in each browser.',
    command: (seed) => ['differential', '--cases=3000', `--seed=${seed}`, '--record'],
    tenth: { doneBy: 'test/browsers/differential/differential.test.ts' },
    result: /^\w+ [\d.]+: \d+ cases, .*/gm,
  },
  {
    name: 'laws',
    what: 'The laws of every package under 30 seeds that nobody chose.',
    command: () => ['check:laws', '--seeds=30'],
    tenth: { doneBy: 'scripts/check-laws.js' },
    result: /^✓ \d+ seeds: .*|^✗ .*/gm,
  },
  {
    name: 'kills',
    what: 'What stores is killed under load, and what is there afterwards is counted: 20 rounds each of one and two processes on a file of SQLite, in libsql and in node:sqlite, and of one and four collectors on PostgreSQL.',
    command: (seed) => ['durability', 'kills', '--rounds=20', `--seed=${seed}`],
    tenth: { doneBy: 'packages/collector/test/durability/kills.laws.test.ts' },
    result: /^.*: acknowledged \d+ .*/gm,
  },
  {
    name: 'outages',
    what: 'PostgreSQL is stopped and started under load, the disk gets full and has room again: 20 times each.',
    command: (seed) => ['durability', 'outages', '--rounds=20', `--seed=${seed}`],
    tenth: { doneBy: 'packages/collector/test/durability/outages.laws.test.ts' },
    result: /^.*: acknowledged \d+ .*/gm,
  },
  {
    name: 'bench',
    what: 'What Cusp costs beside what it is used in place of: five runs of every suite.',
    command: () => ['bench'],
    tenth: { doneBy: 'bench/quick.test.ts' },
    result: /^- (?:met|\*\*missed\*\*): .*/gm,
  },
  {
    name: 'hostile',
    what: '1 000 000 hostile bodies, posted to the collector: no crash, no 5xx, no growth, and every report counted once.',
    command: (seed) => ['hostile', '--bodies=1000000', `--seed=${seed}`],
    tenth: { doneBy: 'packages/collector/test/hostile/hostile.laws.test.ts' },
    result: /^hostile: .*/gm,
  },
  {
    name: 'next',
    what: 'An application of Next 16 and one of Next 15, built and started: under every policy of the table every script has the nonce of its response, and Chromium blocks nothing.',
    command: () => ['check:next'],
    tenth: { doneBy: 'packages/next/src/proxy.test.ts' },
    result: /^next [\d.]+, .*/gm,
  },
]
