/**
 * Measures everything: `pnpm bench` for the numbers that are quoted (five runs, half an hour, written to results/),
 * `pnpm bench --quick` to see that it works (one short run, nothing written). `--only=nonce,servers` picks suites.
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeEnvironment } from './harness/environment.ts'
import type { Timing } from './harness/interleave.ts'
import { combineRuns } from './harness/runs.ts'
import { drawPicture } from './report/picture.ts'
import type { Results } from './report/results.ts'
import { writeReport } from './report/tables.ts'
import { suites } from './suites/index.ts'
import type { Framework } from './suites/server.ts'
import type { Comparison } from './suites/servers.ts'
import { compareServers } from './suites/servers.ts'
import type { Effort } from './suites/suite.ts'

const FRAMEWORKS: readonly Framework[] = ['express', 'koa']
const RESULTS = path.join(import.meta.dirname, 'results')

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    child: { type: 'string' },
    runs: { type: 'string' },
  },
})
const effort: Effort = values.quick ? 'quick' : 'full'

if (values.child === undefined) await measureAll()
else await measureOne(values.child)

/** In a process of its own: measures one suite and sends what it found. */
async function measureOne(id: string): Promise<void> {
  const suite = suites.find((candidate) => candidate.id === id)
  process.send?.(
    suite === undefined ? await compareServers(id as Framework, effort) : await suite.run(effort),
  )
}

async function measureAll(): Promise<void> {
  const wanted = values.only?.split(',')
  const isWanted = (id: string): boolean => wanted === undefined || wanted.includes(id)
  const chosen = suites.filter(({ id }) => isWanted(id))
  const frameworks = isWanted('servers') ? FRAMEWORKS : []
  const runs = Number(values.runs ?? (values.quick ? 1 : 5))
  const environment = describeEnvironment(`pnpm bench${values.quick ? ' --quick' : ''}`)
  const timings = new Map<string, (readonly Timing[])[]>(chosen.map(({ id }) => [id, []]))
  const comparisons: Comparison[] = []
  for (let run = 1; run <= runs; run++) {
    for (const { id, flags = [] } of chosen) {
      progress(`run ${run} of ${runs}: ${id}`)
      timings.get(id)?.push((await inProcess(id, flags)) as readonly Timing[])
    }
    for (const framework of frameworks) {
      progress(`run ${run} of ${runs}: servers, ${framework}`)
      comparisons.push((await inProcess(framework, [])) as Comparison)
    }
  }
  const results: Results = {
    environment,
    runs,
    suites: chosen.map(({ id, title, note, unit, references }) => ({
      id,
      title,
      note,
      unit,
      references,
      rows: combineRuns(timings.get(id) ?? []),
    })),
    servers: comparisons,
  }
  const report = writeReport(results)
  console.log(values.json ? JSON.stringify(results) : report)
  if (!values.quick && wanted === undefined) keep(results, report)
}

function keep(results: Results, report: string): void {
  mkdirSync(RESULTS, { recursive: true })
  writeFileSync(path.join(RESULTS, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  writeFileSync(path.join(RESULTS, 'README.md'), report)
  writeFileSync(path.join(RESULTS, 'response.svg'), drawPicture(results))
}

/** What the process sends; its own output goes to the error stream. */
async function inProcess(id: string, flags: readonly string[]): Promise<unknown> {
  const args = [`--child=${id}`, ...(values.quick ? ['--quick'] : [])]
  const child = fork(import.meta.filename, args, {
    execArgv: [...process.execArgv, ...flags],
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${id} ended with ${String(code)} and no result`)
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown]
  ended.catch(() => undefined)
  child.disconnect()
  return message
}

function progress(text: string): void {
  if (!values.quick) console.error(text)
}
