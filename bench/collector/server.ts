/**
 * One server that takes reports in: `server.ts <kind> [store]`. Tells its port, and its processor
 * time when asked.
 */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { collector, openStore } from '@cusp/collector'
import express from 'express'
import { reportingEndpoint } from 'reporting-api'

/** What a server is made of. */
export type Kind = 'bare' | 'collector' | 'reporting-api'

/** What the process tells. */
export type Told =
  | { readonly port: number }
  | { readonly processor: number; readonly memory: number; readonly hold: number }
  | { readonly total: number }

const store = process.argv[3] === undefined ? undefined : openStore(process.argv[3])
const reports = store === undefined ? undefined : collector({ store })

const servers: Readonly<Record<Kind, () => Server>> = {
  bare: () => createServer(readJSON),
  collector: () => createServer(reports?.handler as RequestListener),
  'reporting-api': () => {
    const app = express()
    app.use('/csp-reports', reportingEndpoint({ onReport: () => {} }))
    return createServer(app as RequestListener)
  },
}

/** The least that anybody can do: read the body, parse it, answer. */
function readJSON(...[request, response]: Parameters<RequestListener>): void {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    JSON.parse(body)
    response.statusCode = 204
    response.end()
  })
}

const holds = monitorEventLoopDelay({ resolution: 5 })
holds.enable()

const server = servers[process.argv[2] as Kind]().listen(0, '127.0.0.1')
await once(server, 'listening')
tell({ port: (server.address() as AddressInfo).port })

process.on('message', (question) => {
  if (question === 'total') void store?.read().then(({ total }) => tell({ total }))
  const { user, system } = process.cpuUsage()
  if (question === 'state') {
    const hold = holds.max / 1e6
    holds.reset()
    tell({ processor: user + system, memory: process.memoryUsage().rss, hold })
  }
})
process.on('disconnect', () => process.exit())

function tell(told: Told): void {
  process.send?.(told)
}
