/**
 * Measures everything: `pnpm bench` for the numbers that are quoted (five runs, written to results/
 * and the front page), `pnpm bench --quick` to see that it works (one short run).
 * `--only=nonce,servers` picks suites, `--runs=1` says how often; what is not everything is printed
 * and not written.
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Environment } from './harness/environment.ts'
import { describeEnvironment } from './harness/environment.ts'
import type { Timing } from './harness/interleave.ts'
import { combineRuns } from './harness/runs.ts'
import { drawPicture } from './report/picture.ts'
import type { Results } from './report/results.ts'
import { withSummary } from './report/summary.ts'
import { writeReport } from './report/tables.ts'
import { suites } from './suites/index.ts'
import type { Comparison } from './suites/servers.ts'
import { serverComparisons } from './suites/servers.ts'
import type { Effort, Measurement } from './suites/suite.ts'

const MEASURE = path.join(import.meta.dirname, 'measure.ts')
const RESULTS = path.join(import.meta.dirname, 'results')
const FRONT_PAGE = path.join(import.meta.dirname, '../README.md')

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    runs: { type: 'string' },
  },
})
const effort: Effort = values.quick ? 'quick' : 'full'
const wanted = values.only?.split(',')
checkInput()

await measureAll()

/** The suites' timings by their ids, and a comparison for each framework. */
interface Run {
  readonly timings: ReadonlyMap<string, readonly Timing[]>
  readonly servers: readonly Comparison[]
}

async function measureAll(): Promise<void> {
  const environment = describeEnvironment(`pnpm bench${values.quick ? ' --quick' : ''}`)
  const count = Number(values.runs ?? (values.quick ? 1 : 5))
  const runs: Run[] = []
  while (runs.length < count) runs.push(await measureRun(`run ${runs.length + 1} of ${count}`))
  const results = summarise(runs, environment)
  console.log(values.json ? JSON.stringify(results) : writeReport(results))
  const isEverything = !values.quick && wanted === undefined && values.runs === undefined
  if (isEverything) keep(results)
}

async function measureRun(name: string): Promise<Run> {
  const timings = new Map<string, readonly Timing[]>()
  const servers: Comparison[] = []
  for (const suite of suites.filter(({ id }) => isWanted(id))) {
    progress(`${name}: ${suite.id}`)
    timings.set(suite.id, await inProcess(suite))
  }
  for (const comparison of isWanted('servers') ? serverComparisons : []) {
    progress(`${name}: servers, ${comparison.id}`)
    servers.push(await inProcess(comparison))
  }
  return { timings, servers }
}

function isWanted(id: string): boolean {
  return wanted === undefined || wanted.includes(id)
}

function checkInput(): void {
  const known = [...suites.map(({ id }) => id), 'servers']
  const unknown = wanted?.find((id) => !known.includes(id))
  if (unknown !== undefined) {
    throw new Error(`Cannot measure ${unknown}, expected some of ${known.join(', ')}`)
  }
  if (values.runs !== undefined && !/^[1-9]\d*$/.test(values.runs)) {
    throw new Error(`Cannot measure ${values.runs} runs, expected a whole number`)
  }
}

function summarise(runs: readonly Run[], environment: Environment): Results {
  const [{ timings } = { timings: new Map() }] = runs
  return {
    environment,
    runs: runs.length,
    suites: suites
      .filter(({ id }) => timings.has(id))
      .map(({ id, title, note, unit, references }) => ({
        id,
        title,
        note,
        unit,
        references,
        rows: combineRuns(runs.map((run) => run.timings.get(id) as readonly Timing[])),
      })),
    servers: runs.flatMap(({ servers }) => servers),
  }
}

function keep(results: Results): void {
  mkdirSync(RESULTS, { recursive: true })
  write('results.json', `${JSON.stringify(results, undefined, 2)}\n`)
  write('README.md', writeReport(results))
  write('response.svg', drawPicture(results))
  writeFileSync(FRONT_PAGE, withSummary(readFileSync(FRONT_PAGE, 'utf8'), results))
}

function write(name: string, text: string): void {
  writeFileSync(path.join(RESULTS, name), text)
}

/** What the process sends; its own output goes to the error stream. */
async function inProcess<Found>({ module, id, flags = [] }: Measurement<Found>): Promise<Found> {
  const child = fork(MEASURE, [module, id, effort], {
    execArgv: [...process.execArgv, ...flags],
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${id} ended with ${String(code)} and no result`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [Found]
  ended.catch(() => undefined)
  child.disconnect()
  return message
}

function progress(text: string): void {
  if (!values.quick) console.error(text)
}
