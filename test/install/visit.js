// Starts a program that serves one page under a policy and prints its port, and looks at what comes
// over the socket.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { endGroup } from './processes.js'

/**
 * Starts `program` and checks two responses of it: policy, nonce and endpoint.
 *
 * @param {string} program
 * @param {readonly string[]} [runtime] the command that runs it
 */
export async function visit(program, runtime = [process.execPath, '--no-warnings']) {
  const [command = '', ...args] = runtime
  // A group of its own: the npm package of Deno is a program that starts another one.
  const child = spawn(command, [...args, program], {
    cwd: path.dirname(program),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const errors = text(child.stderr)
  try {
    const port = await firstLine(child.stdout)
    if (port === undefined) throw new Error(`${program} did not start:\n${await errors}`)
    const nonces = [await visitOnce(port), await visitOnce(port)]
    assert.notEqual(nonces[0], nonces[1], 'two responses have one nonce')
  } finally {
    endGroup(child)
    await closed
  }
}

/**
 * @param {string} port
 * @returns {Promise<string>} the nonce
 */
async function visitOnce(port) {
  const response = await fetch(`http://127.0.0.1:${port}/`)
  const body = await response.text()
  const nonce = /^<script nonce="([\w-]{22,})">string<\/script>$/.exec(body)?.[1]
  assert.equal(response.status, 200, body)
  assert.ok(nonce, `no nonce in ${body}`)
  assert.equal(
    response.headers.get('content-security-policy'),
    `default-src 'self'; script-src 'nonce-${nonce}'; report-to csp; report-uri /csp-reports`,
  )
  assert.equal(response.headers.get('reporting-endpoints'), 'csp="/csp-reports"')
  return nonce
}

/**
 * @param {import('node:stream').Readable} stream
 * @returns {Promise<string | undefined>}
 */
async function firstLine(stream) {
  for await (const line of createInterface(stream)) return line
  return undefined
}
