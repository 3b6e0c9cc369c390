/** Browsers that post to a server: a few connections, each with one request at a time. */

import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Payload } from './payloads.ts'

/** What was sent and answered. */
export interface Sent {
  readonly requests: number
  readonly reports: number
  /** Milliseconds. */
  readonly duration: number
}

/** Posts for `duration` milliseconds. Every answer must have one of these statuses. */
export async function post(
  port: number,
  {
    connections,
    duration,
    payloads,
  }: {
    readonly connections: number
    readonly duration: number
    readonly payloads: readonly Payload[]
  },
): Promise<Sent> {
  let next = Math.floor(Math.random() * payloads.length)
  let requests = 0
  let reports = 0
  const draw = (): Payload => payloads[next++ % payloads.length] as Payload
  const start = performance.now()
  const isOver = (): boolean => performance.now() - start >= duration
  await Promise.all(
    Array.from({ length: connections }, () =>
      keepPosting(port, {
        draw,
        isOver,
        answered(payload) {
          requests++
          reports += payload.reports
        },
      }),
    ),
  )
  return { requests, reports, duration: performance.now() - start }
}

interface Posting {
  readonly draw: () => Payload
  readonly isOver: () => boolean
  readonly answered: (payload: Payload) => void
}

/** One connection, and the next one where the server closes it after an answer. */
async function keepPosting(port: number, posting: Posting): Promise<void> {
  while (!posting.isOver()) {
    const socket = connect({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    await postOn(socket, posting)
  }
}

function postOn(socket: Socket, { draw, isOver, answered }: Posting): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    let payload = draw()
    const finish = (error?: Error): void => {
      socket.destroy()
      if (error === undefined) resolve()
      else reject(error)
    }
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
      if (!isWhole(answer)) return
      if (!/^HTTP\/1\.[01] 20[04] /.test(answer)) {
        finish(new Error(`Cannot measure: the server answers ${answer}`))
        return
      }
      answered(payload)
      const closes = /\r\nconnection: close\r\n/i.test(answer)
      answer = ''
      if (isOver() || closes) {
        finish()
        return
      }
      payload = draw()
      socket.write(payload.bytes)
    })
    socket.on('error', finish)
    socket.on('close', () => finish(new Error('Cannot measure: the server closed a connection')))
    socket.write(payload.bytes)
  })
}

/** Whether an answer has come to its end: 204 has no body. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head === -1) return false
  if (/^HTTP\/1\.[01] 204/.test(answer)) return true
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1]
  return length === undefined || answer.length >= head + 4 + Number(length)
}
