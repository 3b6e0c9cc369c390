/**
 * A client that keeps a server busy: a few connections that are kept, each with one request at a
 * time.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** Connections to one server, all with answers of one length. */
export interface Load {
  /** Asks for `duration` milliseconds; returns the answers of one second. */
  readonly run: (duration: number) => Promise<number>
  readonly close: () => void
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n'

/** Opens the connections. Each answer of the server must have the length of its first one. */
export async function openLoad(port: number, connections: number): Promise<Load> {
  const sockets = Array.from({ length: connections }, () => connect({ port, host: '127.0.0.1' }))
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  const { length } = await askOnce(sockets[0] as Socket)
  return {
    run: async (duration) => {
      const start = performance.now()
      const counts = await Promise.all(
        sockets.map((socket) => keepAsking(socket, { length, until: start + duration })),
      )
      const answers = counts.reduce((sum, count) => sum + count, 0)
      return (answers * 1000) / (performance.now() - start)
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The first answer of a server, whole. */
export async function askServer(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  const answer = await askOnce(socket)
  socket.destroy()
  return answer
}

async function askOnce(socket: Socket): Promise<string> {
  socket.write(REQUEST)
  let answer = ''
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    answer += chunk.toString('latin1')
    const body = answer.indexOf('\r\n\r\n') + 4
    const expected = Number(/content-length: (\d+)/i.exec(answer)?.[1])
    if (body > 3 && answer.length === body + expected) return answer
    assert.ok(Number.isNaN(expected) || answer.length < body + expected, 'too long an answer')
  }
}

interface Asking {
  readonly length: number
  readonly until: number
}

function keepAsking(socket: Socket, { length, until }: Asking): Promise<number> {
  return new Promise((resolve, reject) => {
    let answers = 0
    let missing = length
    const onData = (chunk: Buffer): void => {
      missing -= chunk.length
      if (missing > 0) return
      if (missing < 0) finish(new Error('the server sent more than one answer'))
      answers++
      missing = length
      if (performance.now() < until) socket.write(REQUEST)
      else finish()
    }
    const onClose = (): void => finish(new Error('the server closed a connection'))
    const finish = (error?: Error): void => {
      socket.off('data', onData)
      socket.off('close', onClose)
      if (error === undefined) resolve(answers)
      else reject(error)
    }
    socket.on('data', onData)
    socket.on('close', onClose)
    socket.write(REQUEST)
  })
}
