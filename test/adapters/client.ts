/** A client that changes nothing: HTTP/1.1 and HTTP/2, headers as they came. */

import { request as request1 } from 'node:http'
import { connect } from 'node:http2'
import { text } from 'node:stream/consumers'
import type { Harness } from './harness.ts'

/** What is asked for. */
export interface Question {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What came. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Undefined when the connection broke before the body's end. */
  readonly body: string | undefined
}

/** Asks once, on a connection of its own. */
export function ask(
  origin: string,
  protocol: Harness['protocol'],
  question: Question = {},
): Promise<Answer> {
  return protocol === 'http1' ? ask1(origin, question) : ask2(origin, question)
}

async function ask1(origin: string, question: Question): Promise<Answer> {
  const { path = '/', method = 'GET', headers = {} } = question
  return new Promise((resolve, reject) => {
    const req = request1(`${origin}${path}`, { method, headers, agent: false }, async (res) => {
      const body = await text(res).catch(() => undefined)
      resolve({ status: res.statusCode ?? 0, headers: flatten(res.headersDistinct), body })
    })
    req.on('error', reject)
    req.end()
  })
}

async function ask2(origin: string, question: Question): Promise<Answer> {
  const { path = '/', method = 'GET', headers = {} } = question
  const session = connect(origin)
  try {
    const stream = session.request({ ':path': path, ':method': method, ...headers })
    const head = await new Promise<Record<string, unknown>>((resolve, reject) => {
      session.on('error', reject)
      stream.on('error', reject)
      stream.on('response', resolve)
      stream.on('close', () => reject(new Error('the stream was closed without an answer')))
      stream.end()
    })
    const body = await text(stream).catch(() => undefined)
    return { status: Number(head[':status']), headers: flatten(head), body }
  } finally {
    session.close()
  }
}

/**
 * One line a header; two header lines of one name are told apart from one with a comma by the bar.
 */
function flatten(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => !name.startsWith(':'))
  return Object.fromEntries(
    entries.map(([name, value]) => [name, [value].flat().map(String).join(' | ')]),
  )
}
