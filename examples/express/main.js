// @ts-check
/** `npm start`: the example on a port of its own. PORT and HOST override where. */

import path from 'node:path'
import { start } from './server.js'

const port = Number(process.env['PORT'] || 3000)
const host = process.env['HOST'] || '127.0.0.1'
const file = path.join(import.meta.dirname, 'csp.db')
const address = process.env['CUSP_STORE'] || `sqlite:${file}`

// npm says where it was called.
const here = process.env['INIT_CWD'] || process.cwd()
const command = path.join(import.meta.dirname, '../../packages/cli/dist/main.js')
const listing = `node ${path.relative(here, command)} reports ${path.relative(here, file)}`

try {
  const { url, otherOrigin, close } = await start({ port, host, address })
  console.log(`
Cusp is at ${url}  (second origin: ${otherOrigin})

  1. Open it and press "Run all": what the policy allows arrives, the rest is blocked.
  2. Watch your browser's violation reports come in at the foot of the page.
  3. curl -i ${url}  shows the policy and its nonce.
  4. ${listing}
     lists what is stored, while this runs.

Ctrl+C stops it.
`)
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, close)
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

/**
 * @param {unknown} error why it could not start
 * @returns {string} what to do about it
 */
function explain(error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return `Cannot start: port ${port} is taken. Stop what listens there, or choose another: PORT=${port + 100} npm start`
  }
  if (code === 'EACCES') {
    return `Cannot start: port ${port} needs more rights. Choose one above 1023: PORT=3000 npm start`
  }
  if (code === 'ERR_SOCKET_BAD_PORT') {
    return `Cannot start: ${JSON.stringify(process.env['PORT'])} is no port. Choose one: PORT=3000 npm start`
  }
  return String(error)
}
