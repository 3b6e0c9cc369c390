/**
 * What taking in reports costs: the collector, which answers once a report is on disk, beside
 * servers that store nothing or less. Interleaved rounds on loopback; shares of the bare server, by
 * the median round. `pnpm bench:collector [--rounds=12]`.
 */

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { describeEnvironment } from '../harness/environment.ts'
import { median } from '../harness/statistics.ts'
import { post } from './load.ts'
import { drawPayloads } from './payloads.ts'
import type { Kind, Told } from './server.ts'

/** A server that is measured. */
interface Contestant {
  readonly name: string
  readonly ports: readonly number[]
  readonly children: readonly ChildProcess[]
  /** How many violations are stored; undefined where it stores none, or not all. */
  readonly total?: () => Promise<number>
  readonly close: () => void
}

interface Round {
  /** Requests a second. */
  readonly throughput: number
  /** Microseconds of processor time a request; NaN where the processes are not ours. */
  readonly processor: number
  /** The longest that the event loop was held up, in milliseconds. */
  readonly hold: number
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '12' },
    duration: { type: 'string', default: '1000' },
    postgres: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const duration = Number(values.duration)
const CONNECTIONS = 32
/** Milliseconds until what is hot is compiled. */
const WARM_UP = 8000
const BARE = 'bare node:http, JSON.parse'
const SQLITE = 'collector, SQLite'
const GOALS: readonly (readonly [name: string, most: number, meaning: string])[] = [
  [BARE, 0.45, 'of the bare server'],
  ['npm reporting-api', 3, 'times reporting-api'],
  ['PHP, 4 workers', 2, 'times the PHP'],
]

const folder = mkdtempSync(path.join(tmpdir(), 'cusp-bench-'))
const payloads = drawPayloads(5000)
const contestants = await startAll()
const sent = new Map<string, number>()
try {
  for (const contestant of contestants) await round(contestant, WARM_UP)
  const results = new Map<string, Round[]>(contestants.map(({ name }) => [name, []]))
  for (let count = 0; count < rounds; count++) {
    process.stderr.write(`round ${count + 1} of ${rounds}\n`)
    for (const contestant of contestants.toSorted(() => Math.random() - 0.5)) {
      results.get(contestant.name)?.push(await round(contestant, duration))
    }
  }
  await checkTotals()
  print(results)
} finally {
  for (const { close } of contestants) close()
  rmSync(folder, { recursive: true, force: true })
}

async function startAll(): Promise<readonly Contestant[]> {
  const started = [
    await startNode(BARE, 'bare'),
    await startNode(SQLITE, 'collector', { store: `sqlite:${path.join(folder, 'csp.db')}` }),
    await startNode('npm reporting-api', 'reporting-api'),
  ]
  if (values.postgres !== undefined) {
    const url = new URL(values.postgres)
    for (const processes of [1, 2]) {
      const store = databaseOf(url, `cusp_bench_${processes}`)
      const name = `collector, PostgreSQL, ${processes} process${processes === 1 ? '' : 'es'}`
      started.push(await startNode(name, 'collector', { store, processes }))
    }
  }
  const php = await startPHP()
  return php === undefined ? started : [...started, php]
}

async function startNode(
  name: string,
  kind: Kind,
  { store, processes = 1 }: { readonly store?: string; readonly processes?: number } = {},
): Promise<Contestant> {
  const children: ChildProcess[] = []
  const ports: number[] = []
  for (let count = 0; count < processes; count++) {
    const args = [kind, ...(store === undefined ? [] : [store])]
    const child = fork(path.join(import.meta.dirname, 'server.ts'), args)
    const [told] = (await once(child, 'message')) as [{ readonly port: number }]
    children.push(child)
    ports.push(told.port)
  }
  return {
    name,
    ports,
    children,
    ...(store === undefined ? {} : { total: () => ask(children[0], 'total').then(totalOf) }),
    close: () => children.forEach((child) => child.kill()),
  }
}

/** The script of the page on report-uri, as it is served for development. */
async function startPHP(): Promise<Contestant | undefined> {
  if (spawnSync('php', ['--version']).status !== 0) {
    process.stderr.write('PHP is left out: it is not installed (apt-get install php-cli)\n')
    return undefined
  }
  const port = await freePort()
  const script = path.join(import.meta.dirname, 'log.php')
  const env = {
    ...process.env,
    PHP_CLI_SERVER_WORKERS: '4',
    CUSP_LOG: path.join(folder, 'php.log'),
  }
  const child = spawn('php', ['-S', `127.0.0.1:${port}`, script], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await once(child.stderr, 'data')
  child.stderr.resume()
  return { name: 'PHP, 4 workers', ports: [port], children: [], close: () => child.kill() }
}

async function round({ name, ports, children }: Contestant, milliseconds: number): Promise<Round> {
  const before = await stateOf(children)
  const options = { connections: CONNECTIONS / ports.length, duration: milliseconds, payloads }
  const all = await Promise.all(ports.map((port) => post(port, options)))
  const after = await stateOf(children)
  const requests = all.reduce((sum, one) => sum + one.requests, 0)
  const reports = all.reduce((sum, one) => sum + one.reports, 0)
  sent.set(name, (sent.get(name) ?? 0) + reports)
  return {
    throughput: all.reduce((sum, one) => sum + (one.requests * 1000) / one.duration, 0),
    processor: children.length === 0 ? Number.NaN : (after.processor - before.processor) / requests,
    hold: after.hold,
  }
}

/** What was answered is stored, to the last report. */
async function checkTotals(): Promise<void> {
  for (const { name, total } of contestants) {
    if (total !== undefined) assert.equal(await total(), sent.get(name), `${name} lost reports`)
  }
}

function print(results: ReadonlyMap<string, readonly Round[]>): void {
  const { date, commit, machine, node } = describeEnvironment('pnpm bench:collector')
  console.log([date, `commit ${commit}`, machine, node].join(' · '))
  const bare = results.get(BARE) ?? []
  for (const [name, list] of results) {
    const share = median(
      list.map(({ throughput }, index) => throughput / (bare[index]?.throughput ?? 1)),
    )
    const cost = median(
      list.map(({ processor }, index) => processor / (bare[index]?.processor ?? 1)),
    )
    const perSecond = Math.round(median(list.map(({ throughput }) => throughput)))
    const processor = median(list.map((one) => one.processor)).toFixed(1)
    const hold = Math.max(...list.map((one) => one.hold)).toFixed(0)
    console.log(
      `${name.padEnd(34)} ${share.toFixed(2)} of bare, ${perSecond}/s, ${processor} µs of processor a request (× ${cost.toFixed(2)}), event loop held up at most ${hold} ms`,
    )
  }
  const own = results.get(SQLITE) ?? []
  for (const [name, least, meaning] of GOALS) {
    const other = results.get(name)
    if (other === undefined) continue
    const ratio = median(
      own.map(({ throughput }, index) => throughput / (other[index]?.throughput ?? 1)),
    )
    const isMet = ratio >= least
    if (!isMet) process.exitCode = 1
    console.log(`${isMet ? 'met' : 'missed'}: at least ${least} ${meaning}: ${ratio.toFixed(2)}`)
  }
}

/** Since it was asked the last time, but for the processor time: that is of its whole life. */
async function stateOf(
  children: readonly ChildProcess[],
): Promise<{ readonly processor: number; readonly hold: number }> {
  let [processor, hold] = [0, 0]
  for (const child of children) {
    const told = await ask(child, 'state')
    assert.ok('processor' in told)
    processor += told.processor
    hold = Math.max(hold, told.hold)
  }
  return { processor, hold }
}

async function ask(child: ChildProcess | undefined, question: string): Promise<Told> {
  assert.ok(child !== undefined)
  child.send(question)
  const [told] = (await once(child, 'message')) as [Told]
  return told
}

function totalOf(told: Told): number {
  assert.ok('total' in told)
  return told.total
}

function databaseOf(url: URL, name: string): string {
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
