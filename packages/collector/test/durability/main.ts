/**
 * The long versions of the tests in this folder: `pnpm durability kills` and `pnpm durability
 * outages`, with `--rounds=20` and `--seed=7`. One line for each says what was sent, acknowledged
 * and stored.
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../postgres.ts'
import type { PostgresServer } from '../postgres.ts'
import { askFile } from '../sqlite.ts'
import type { Kills, Outcome } from './kills.ts'
import { describeOutcome, isExact, killAgainAndAgain } from './kills.ts'
import { fillDisk, stopAgainAndAgain } from './outages.ts'

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '20261127' },
  },
  allowPositionals: true,
})
const rounds = Number(values.rounds)
const seed = Number(values.seed)
const [what = ''] = positionals
const parts: Readonly<Record<string, () => Promise<void>>> = { kills, outages }

const part = parts[what]
if (part === undefined) {
  throw new Error(`Cannot run ${JSON.stringify(what)}: it is not a part. Use kills or outages.`)
}
await part()

async function kills(): Promise<void> {
  const node24 = installNode24()
  const engines = [
    { name: `SQLite, Node ${process.versions.node}`, node: process.execPath },
    { name: `SQLite, Node ${versionOf(node24)}`, node: node24 },
  ]
  for (const { name, node } of engines) {
    for (const processes of [1, 2]) {
      await withFile(async (where) => {
        const outcome = await killAgainAndAgain({ ...where, rounds, processes, seed, node })
        tell(`${name}, ${rounds} rounds, ${processes} at once`, outcome)
      })
    }
  }
  await withServer(async (server) => {
    for (const processes of [1, 4]) {
      const where = await newDatabase(server)
      const outcome = await killAgainAndAgain({ ...where, rounds, processes, seed })
      tell(`${server.version}, ${rounds} rounds, ${processes} at once`, outcome)
    }
  })
}

async function outages(): Promise<void> {
  await withFile(async (where) => {
    tell(`SQLite, disk full ${rounds} times`, await fillDisk({ ...where, rounds, seed }))
  })
  await withServer(async (server) => {
    const where = await newDatabase(server)
    const outcome = await stopAgainAndAgain(server, { ...where, rounds, seed })
    tell(`${server.version}, stopped and started ${rounds} times`, outcome)
  })
}

function tell(name: string, outcome: Outcome): void {
  console.log(describeOutcome(name, outcome))
  if (!isExact(outcome)) process.exitCode = 1
}

async function withFile(
  run: (where: Pick<Kills, 'address' | 'ask'>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cusp-durability-'))
  const file = path.join(folder, 'csp.db')
  try {
    await run({ address: `sqlite:${file}`, ask: () => askFile(file) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withServer(run: (server: PostgresServer) => Promise<void>): Promise<void> {
  const server = await startPostgres()
  try {
    await run(server)
  } finally {
    await server.remove()
  }
}

async function newDatabase(server: PostgresServer): Promise<Pick<Kills, 'address' | 'ask'>> {
  const address = await server.createDatabase()
  const ask = (statement: string): Promise<readonly object[]> => server.query(address, statement)
  return { address, ask: async () => ({ ask, close: () => {} }) }
}

/** The one that has node:sqlite, from npm; no script runs while it is installed. */
function installNode24(): string {
  const folder = path.join(import.meta.dirname, '../../node_modules/.cache/node-24')
  mkdirSync(folder, { recursive: true })
  const name = `node-${process.platform}-${process.arch}@24`
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--no-save']
  execFileSync('npm', ['install', '--prefix', folder, ...quiet, `node-24@npm:${name}`])
  return path.join(folder, 'node_modules/node-24/bin/node')
}

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1)
}
