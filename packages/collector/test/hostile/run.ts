/** Sends hostile bodies to a collector over real sockets, and looks at what became of it. */

import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collector } from '../../src/collector.ts'
import { openStore } from '../../src/open-store.ts'
import { drawFrom, drawHostile } from './bodies.ts'
import type { Hostile } from './bodies.ts'

/** What to send. */
export interface HostileRun {
  readonly bodies: number
  readonly seed: number
  readonly connections?: number
  /** Is told now and then how far it is. */
  readonly onProgress?: (sent: number) => void
}

/** What was answered, and what is left. */
export interface HostileResult {
  /** How often each status was answered; 0 where the connection ended without one. */
  readonly statuses: ReadonlyMap<number, number>
  /** Violations that the metrics say are kept, and those that the store has. */
  readonly kept: number
  readonly stored: number
  readonly groups: number
  /** Bytes of the heap after a tenth, and at the end. */
  readonly heap: readonly [early: number, late: number]
  readonly warnings: readonly string[]
}

const NEW_GROUPS = 500

/** Sends them. */
export async function runHostile(run: HostileRun): Promise<HostileResult> {
  const warnings: string[] = []
  const say = (_fields: object, message: string) => void warnings.push(message)
  const logger = { debug: () => {}, info: () => {}, warn: say, error: say }
  const store = openStore('memory:')
  const reports = collector({
    store,
    logger,
    projects: ['shop'],
    rate: { client: 1e9, total: 1e9 },
    limits: { newGroups: NEW_GROUPS },
  })
  const server = createServer((req, res) => void reports.handler(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: run.connections ?? 16 })
  const statuses = new Map<number, number>()
  const draw = drawFrom(run.seed)
  const early = Math.ceil(run.bodies / 10)
  let sent = 0
  let heap = 0

  async function sendMore(): Promise<void> {
    while (sent < run.bodies) {
      sent++
      if (sent === early) heap = heapNow()
      if (sent % 50_000 === 0) run.onProgress?.(sent)
      const status = await send(drawHostile(draw), { agent, port })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }

  await Promise.all(Array.from({ length: run.connections ?? 16 }, sendMore))
  const late = heapNow()
  const metrics = await reports.metrics()
  const { total, groups } = await store.read({ limit: 1e6 })
  agent.destroy()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await reports.close()
  const kept = sumOf(metrics, /^cusp_violations_total\{.*\} (\d+)$/gm)
  return { statuses, kept, stored: total, groups: groups.length, heap: [heap, late], warnings }
}

function send(
  { path, headers, body }: Hostile,
  { agent, port }: { readonly agent: Agent; readonly port: number },
): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request({ agent, port, path, method: 'POST', headers }, (response) => {
      response.resume().on('close', () => resolve(response.statusCode ?? 0))
    })
    outgoing.on('error', () => resolve(0))
    outgoing.end(body)
  })
}

function heapNow(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function sumOf(text: string, line: RegExp): number {
  let sum = 0
  for (const [, number] of text.matchAll(line)) sum += Number(number)
  return sum
}
