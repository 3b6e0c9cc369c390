// @ts-check
/** Starting and stopping a server, as promises. */

import { once } from 'node:events'

/**
 * Listens, and resolves to the port.
 *
 * @param {import('node:http').Server} server not listening yet
 * @param {{ readonly port: number, readonly host: string }} address port 0: any that is free
 * @returns {Promise<number>} the port that it got
 */
export async function listen(server, { port, host }) {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/**
 * Stops a server, event streams that are still open included.
 *
 * @param {import('node:http').Server} server listening
 * @returns {Promise<void>} when nothing is left
 */
export async function stop(server) {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
