/**
 * What was answered with 204 is stored, through sockets and processes, however the collector ends.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStore } from '../src/open-store.ts'
import { logPath } from './logs.ts'
import { modern } from './reports.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const PROGRAM = path.join(import.meta.dirname, 'serve-process.ts')
const CLIENTS = 16
const BATCH = [
  modern(),
  modern({ blockedURL: 'inline' }),
  modern({ blockedURL: 'chrome-extension' }),
]

/** A collector in a process of its own. */
async function startCollector(address: string) {
  const hooks = `--import=${path.join(ROOT, 'bench/typescript.js')}`
  const child = spawn(process.execPath, ['--conditions=@cusp/source', hooks, PROGRAM, address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [text] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>
  return { child, port: Number(text), ended }
}

/** Posts one batch after the other until the collector has gone. */
async function postUntilGone(port: number, onAnswer: (acknowledged: number) => void) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const counts = { sent: 0, acknowledged: 0, others: new Set<number>() }
  let isGone = false
  async function work(): Promise<void> {
    while (!isGone) {
      counts.sent += BATCH.length
      const status = await post(agent, port)
      if (status === 204) counts.acknowledged += BATCH.length
      else if (status === 0) isGone = true
      else counts.others.add(status)
      onAnswer(counts.acknowledged)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, work))
  agent.destroy()
  return counts
}

function post(agent: Agent, port: number): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request({ agent, port, method: 'POST' }, (response) => {
      response.resume().on('close', () => resolve(response.statusCode ?? 0))
    })
    outgoing.on('error', () => resolve(0))
    outgoing.end(JSON.stringify(BATCH))
  })
}

describe.each(['sqlite', 'file'])('%s', (scheme) => {
  test.each([
    ['SIGKILL', null],
    ['SIGTERM', 0],
  ] as const)('%s under load', async (signal, code) => {
    const address = `${scheme}:${logPath()}`
    const { child, port, ended } = await startCollector(address)
    const { sent, acknowledged, others } = await postUntilGone(port, (count) => {
      if (count >= 600 && !child.killed) child.kill(signal)
    })
    const [status] = await ended
    expect(status).toBe(code)
    const store = openStore(address, { readOnly: true })
    onTestFinished(() => store.close())
    const { total } = await store.read()
    console.log(
      `${scheme}, ${signal}: acknowledged ${acknowledged} <= stored ${total} <= sent ${sent}`,
    )
    expect(acknowledged).toBeGreaterThanOrEqual(600)
    expect(total).toBeGreaterThanOrEqual(acknowledged)
    expect(total).toBeLessThanOrEqual(sent)
    // While it drains it says so.
    expect([...others].filter((other) => other !== 503)).toEqual([])
  })
})
