/**
 * A collector as a server of its own, which prints its port and ends as docs/collecting.md shows.
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collector, openStore } from '../src/index.ts'

const reports = collector({ store: openStore(process.argv[2] ?? 'memory:') })
const server = createServer(reports.handler)
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.once('SIGTERM', async () => {
  server.close()
  await reports.close()
  console.log('closed')
})
