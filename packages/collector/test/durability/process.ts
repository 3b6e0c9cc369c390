/** Processes that store, as their parent sees them. */

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { buildProgram } from './program.ts'

/** How many reports there were, in requests of any size. */
export interface Tally {
  sent: number
  acknowledged: number
  refused: number
  /** The longest that a refused one has waited, in milliseconds. */
  slowestRefusal: number
  /** How many requests were sent and acknowledged: each has brought one item that was no report. */
  requests: number
  acknowledgedRequests: number
  readonly errors: Set<string>
}

/** A tally of nothing. */
export function emptyTally(): Tally {
  return {
    sent: 0,
    acknowledged: 0,
    refused: 0,
    slowestRefusal: 0,
    requests: 0,
    acknowledgedRequests: 0,
    errors: new Set(),
  }
}

/** A running process. */
export interface LoadProcess {
  readonly pid: number
  /** Ends it, and resolves once all that it has said is counted. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** How a process is started. */
export interface LoadOptions {
  readonly address: string
  readonly seed: number
  readonly tally: Tally
  /** Default: this Node. */
  readonly node?: string | undefined
  /** Further words for load.ts: how many clients, and whether it waits for the disk. */
  readonly words?: readonly string[] | undefined
  /** What starts it, such as `strace`. */
  readonly wrapper?: readonly string[] | undefined
}

let program: Promise<string> | undefined

/** Starts a process, and resolves once it has begun to store. */
export async function startLoad(options: LoadOptions): Promise<LoadProcess> {
  const { address, seed, tally, node = process.execPath, wrapper = [], words = [] } = options
  program ??= buildProgram('load.ts')
  const all = [...wrapper, node, await program, address, String(seed), ...words]
  const [command = node, ...args] = all
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  let problem = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    problem += text
  })
  await new Promise<void>((resolve, reject) => {
    readLines(child, (line) => {
      if (line === 'ready') resolve()
      count(tally, line)
    })
    closed.then(() => reject(new Error(`The process has ended. ${problem}`)), reject)
  })
  return {
    pid: child.pid ?? 0,
    async end(signal) {
      child.kill(signal)
      await closed
      if (problem !== '') throw new Error(problem)
    },
  }
}

function readLines({ stdout }: ChildProcess, take: (line: string) => void): void {
  let rest = ''
  stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}

function count(tally: Tally, line: string): void {
  const [what, first = '', second = ''] = line.split(' ')
  const size = Number(first)
  if (what === 'sent') {
    tally.sent += size
    tally.requests++
  }
  if (what === 'acknowledged') {
    tally.acknowledged += size
    tally.acknowledgedRequests++
  }
  if (what === 'refused') {
    tally.refused += size
    tally.slowestRefusal = Math.max(tally.slowestRefusal, Number(second))
  }
  if (what === 'error') tally.errors.add(line)
}
