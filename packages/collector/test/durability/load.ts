/**
 * A process that stores as much as it can: `load.ts <address> <seed> [clients] [synchronous]`. It
 * says on its standard output what it has sent and what was acknowledged, before and after each
 * request, and goes on until it is killed or told to stop.
 */

import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../../src/open-store.ts'
import { openJournalled } from '../../src/sql/journalled-store.ts'
import { openSQLite } from '../../src/sql/sqlite.ts'
import { readKeep } from '../../src/store/retention.ts'
import type { Store } from '../../src/store/store.ts'
import { batch, keyOf, report } from '../batches.ts'
import { random } from './random.ts'

/** More groups than are applied in one transaction. */
const GROUPS = 450

const [address = '', seed = '1', clients = '16', synchronous = 'full'] = process.argv.slice(2)
const next = random(Number(seed))
const keys = Array.from({ length: GROUPS }, (_, index) => keyOf(index))
const onError = (error: Error): void => say(`error ${error.message}`)
const store = synchronous === 'off' ? await openCarelessly() : openStore(address, { onError })
const stop = new AbortController()

process.on('SIGTERM', () => stop.abort())
await untilReady()
say('ready')
await Promise.all(Array.from({ length: Number(clients) }, sendAll))
await store.close()

/** As no store is opened: what is acknowledged need not be on disk. */
async function openCarelessly(): Promise<Store> {
  const database = await openSQLite(address.replace('sqlite:', ''), { synchronous: 'off' })
  return openJournalled(database, {
    address,
    readOnly: false,
    keepFor: readKeep('90d'),
    now: Date.now,
    onError,
  })
}

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
  while (!stop.signal.aborted) await send()
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
