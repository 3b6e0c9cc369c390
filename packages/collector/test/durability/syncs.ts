/** Whether what is acknowledged is on disk before: what strace sees of a process. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { emptyTally, startLoad } from './process.ts'

/** What strace has seen. */
export interface Syncs {
  readonly acknowledged: number
  /** Acknowledgements before which the log had been written and not flushed. */
  readonly early: number
}

/** Whether strace is on this machine. A line says what is skipped where it is not. */
export function hasStrace(): boolean {
  try {
    execFileSync('strace', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('SKIPPED: strace is not on this machine; apt-get install strace')
    return false
  }
}

/** Stores for a second under strace, one request after the other, and reads what it has seen. */
export async function traceSyncs(file: string, synchronous: 'full' | 'off'): Promise<Syncs> {
  const trace = `${file}.trace`
  const calls = '--trace=write,pwrite64,fsync,fdatasync'
  const wrapper = ['strace', '--decode-fds=path', calls, `--output=${trace}`]
  const tally = emptyTally()
  const words = ['1', synchronous]
  const load = await startLoad({ address: `sqlite:${file}`, seed: 1, tally, words, wrapper })
  await sleep(1000)
  // strace ends with the process that it watches.
  execFileSync('pkill', ['--signal', 'TERM', '--parent', String(load.pid)])
  await load.end('SIGCONT')
  return countSyncs(readFileSync(trace, 'utf8').split('\n'))
}

function countSyncs(calls: readonly string[]): Syncs {
  let isWritten = false
  let isFlushed = false
  let acknowledged = 0
  let early = 0
  for (const call of calls) {
    const isLog = call.includes('-wal>')
    if (call.includes('"sent ')) isWritten = isFlushed = false
    if (isLog && call.startsWith('pwrite64')) {
      isWritten = true
      isFlushed = false
    }
    if (isLog && /^f(?:data)?sync\(.* = 0$/.test(call)) isFlushed = isWritten
    if (!call.includes('"acknowledged ')) continue
    acknowledged++
    if (!isFlushed) early++
  }
  return { acknowledged, early }
}
