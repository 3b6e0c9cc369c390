/** Takes away what a store needs, and gives it back. */

import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresServer } from '../postgres.ts'
import type { Kills, Outcome } from './kills.ts'
import { countAll } from './kills.ts'
import { emptyTally, startLoad } from './process.ts'
import type { Tally } from './process.ts'

/** What goes and comes back, how often. */
export interface Outages extends Pick<Kills, 'address' | 'ask' | 'seed'> {
  readonly rounds: number
}

/**
 * How the server goes: as an administrator stops it, as a power failure does, and without a word.
 */
const WAYS = ['SIGINT', 'SIGQUIT', 'SIGSTOP'] as const
/** Milliseconds in which a collector that refuses, or stores again, must do so. */
const PATIENCE = 20_000

/** Stops and starts PostgreSQL under load. */
export async function stopAgainAndAgain(
  server: PostgresServer,
  { address, rounds, seed, ask }: Outages,
): Promise<Outcome> {
  const tally = emptyTally()
  const load = await startLoad({ address, seed, tally })
  for (let round = 0; round < rounds; round++) {
    await untilMore(tally, 'acknowledged')
    await sleep(500)
    const way = WAYS[round % WAYS.length] ?? 'SIGINT'
    if (way === 'SIGSTOP') server.signalAll('SIGSTOP')
    else await server.stop(way)
    await untilMore(tally, 'refused')
    await sleep(500)
    if (way === 'SIGSTOP') server.signalAll('SIGCONT')
    else await server.start()
  }
  await untilMore(tally, 'acknowledged')
  await load.end('SIGTERM')
  return countAll(address, { tally, ask, problems: [] })
}

/**
 * Lets a file of SQLite grow no further, and then as far as it likes: the limit of the process
 * stands for a full disk.
 */
export async function fillDisk({ address, rounds, seed, ask }: Outages): Promise<Outcome> {
  const tally = emptyTally()
  const limit = 'trap "" XFSZ; ulimit -S -f 1500; exec "$@"'
  const wrapper = ['bash', '-c', limit, 'bash']
  const load = await startLoad({ address, seed, tally, wrapper })
  for (let round = 0; round < rounds; round++) {
    await untilMore(tally, 'refused')
    await sleep(500)
    setLimit(load.pid, 'unlimited')
    await untilMore(tally, 'acknowledged')
    await sleep(500)
    setLimit(load.pid, String(100_000))
  }
  setLimit(load.pid, 'unlimited')
  await load.end('SIGTERM')
  return countAll(address, { tally, ask, problems: [] })
}

function setLimit(pid: number, limit: string): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${limit}:unlimited`])
}

async function untilMore(tally: Tally, what: 'acknowledged' | 'refused'): Promise<void> {
  const before = tally[what]
  const deadline = Date.now() + PATIENCE
  while (tally[what] < before + 100) {
    if (Date.now() > deadline) throw new Error(`Nothing more was ${what} after ${PATIENCE} ms.`)
    await sleep(20)
  }
}
