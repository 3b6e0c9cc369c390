/**
 * A process that stores as much as it can: `load.ts <address> <seed>`. It says on its standard output what it has sent and what was
 * acknowledged, before and after each request, and goes on until it is killed or told to stop.
 */

import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../../src/open-store.ts'
import { batch, keyOf, report } from '../batches.ts'
import { random } from './random.ts'

const CLIENTS = 16
/** More groups than are applied in one transaction. */
const GROUPS = 450

const [address = '', seed = '1'] = process.argv.slice(2)
const next = random(Number(seed))
const keys = Array.from({ length: GROUPS }, (_, index) => keyOf(index))
const store = openStore(address, { onError: (error) => say(`error ${error.message}`) })
let isOver = false

process.on('SIGTERM', () => {
  isOver = true
})
await untilReady()
say('ready')
await Promise.all(Array.from({ length: CLIENTS }, sendAll))
await store.close()

async function untilReady(): Promise<void> {
  for (;;) {
    try {
      await store.check()
      return
    } catch {
      await sleep(20)
    }
  }
}

async function sendAll(): Promise<void> {
  while (!isOver) await send()
}

async function send(): Promise<void> {
  const size = next(5) === 0 ? 1 + next(10) : 1
  const reports = Array.from({ length: size }, () =>
    report({ key: keys[next(GROUPS)] ?? '' }, { seenAt: Date.now() }),
  )
  say(`sent ${size}`)
  const started = Date.now()
  try {
    await store.add(batch(reports, { rejected: { 'not-json': 1 } }))
    say(`acknowledged ${size}`)
  } catch (error) {
    say(`refused ${size} ${Date.now() - started} ${error instanceof Error ? error.name : ''}`)
    await sleep(10)
  }
  // As a server does, which reads from sockets in between.
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** At once: what was said before the process is killed is read by the other side. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}
