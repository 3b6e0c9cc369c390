/**
 * One behaviour, wherever the collector is mounted: real servers, real sockets, and what was
 * stored.
 */

import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { Http2Server } from 'node:http2'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { bodyParser } from '@koa/bodyparser'
import connect from 'connect'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import Koa from 'koa'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Collector } from '../src/collector.ts'
import { collector } from '../src/collector.ts'
import { fakeStore } from './fake-store.ts'
import { legacy, modern } from './reports.ts'
import { ask, listen, post, recordLog } from './serve.ts'

const TYPES = ['application/csp-report', 'application/reports+json', 'application/json']

/** Each makes a server on which the collector stands at /csp-reports. */
const frameworks: Readonly<Record<string, (reports: Collector) => Promise<Server> | Server>> = {
  'node:http': (reports) => createServer((req, res) => void reports.handler(req, res)),
  Connect: (reports) => createServer(connect().use('/csp-reports', reports.handler)),
  'Express 4': (reports) => createServer(express4().use('/csp-reports', reports.handler)),
  'Express 5': (reports) => createServer(express().use('/csp-reports', reports.handler)),
  'Express 4 behind a parser of JSON': (reports) =>
    createServer(express4().use(express4.json({ type: TYPES }), reports.handler)),
  'Express 5 behind a parser of JSON': (reports) =>
    createServer(express().use(express.json({ type: TYPES }), reports.handler)),
  'Express 5 behind a parser for other types': (reports) =>
    createServer(express().use(express.urlencoded(), express.json(), reports.handler)),
  'Express 4 behind a parser for other types': (reports) =>
    createServer(express4().use(express4.urlencoded({ extended: true }), reports.handler)),
  'Express 5 behind a parser of text': (reports) =>
    createServer(express().use(express.text({ type: TYPES }), reports.handler)),
  'Express 5 behind a parser of bytes': (reports) =>
    createServer(express().use(express.raw({ type: TYPES, limit: '2mb' }), reports.handler)),
  Koa: (reports) => createServer(new Koa().use(reports.koa).callback()),
  'Koa behind a parser': (reports) => {
    const app = new Koa().use(bodyParser({ extendTypes: { json: TYPES } })).use(reports.koa)
    app.silent = true
    return createServer(app.callback())
  },
  Fastify: async (reports) => {
    const app = fastify()
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.all('/csp-reports', reports.fastify)
    app.all('/csp-reports/*', reports.fastify)
    await app.ready()
    return app.server
  },
  'Fastify behind its parser': async (reports) => {
    const app = fastify()
    app.addContentTypeParser(TYPES.slice(0, 2), { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    app.all('/csp-reports', reports.fastify)
    app.all('/csp-reports/*', reports.fastify)
    await app.ready()
    return app.server
  },
}

describe.each(Object.entries(frameworks))('%s', (_name, make) => {
  async function start() {
    const store = fakeStore()
    const { logger } = recordLog()
    const reports = collector({ store, logger, projects: ['shop'] })
    const origin = await listen(await make(reports))
    return { store, url: `${origin}/csp-reports` }
  }

  test('stores a violation', async () => {
    const { store, url } = await start()
    const answer = await post(url, legacy(), { 'user-agent': 'Firefox/153.0', cookie: 'id=7' })
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(store.reports.map(({ project, violation }) => [project, violation.browser])).toEqual([
      ['default', expect.objectContaining({ family: 'firefox', version: 153 })],
    ])
  })

  test('stores a batch for the project that the path names', async () => {
    const { store, url } = await start()
    const batch = [modern(), modern({ blockedURL: 'inline' })]
    const headers = { 'content-type': 'application/reports+json' }
    expect((await post(`${url}/shop?x=1`, batch, headers)).status).toBe(204)
    expect(store.reports.map(({ project }) => project)).toEqual(['shop', 'shop'])
  })

  test('lets browsers ask before they send', async () => {
    const { url } = await start()
    const { status, headers } = await ask(url, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-methods')).toBe('POST')
    expect(headers.get('access-control-allow-headers')).toMatch(/content-type/i)
  })

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('refuses %s', async (method) => {
    const { store, url } = await start()
    const { status, headers, text } = await ask(url, { method })
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe('POST, OPTIONS')
    expect(text).toMatch(method === 'HEAD' ? /^$/ : /Use POST instead/)
    expect(store.batches).toEqual([])
  })

  test('says why it stores nothing', async () => {
    const { store, url } = await start()
    const { status, headers, text } = await post(url, { what: 'ever' })
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(text).toMatch(/^Cannot store the report: the body is not a report\. /)
    expect(store.reports).toEqual([])
  })

  test('does not read a body that is too large', async () => {
    const { store, url } = await start()
    const { status } = await post(url, [modern({ padding: 'x'.repeat(1_100_000) })])
    expect(status).toBe(413)
    expect(store.reports).toEqual([])
  })

  test('takes the next request of the same connection', async () => {
    const { store, url } = await start()
    for (const body of [legacy(), { what: 'ever' }, legacy()]) await post(url, body)
    expect(store.reports).toHaveLength(2)
  })
})

describe('node:http2', () => {
  test('stores, and goes on after a body that is too large', async () => {
    const { store, send } = await startHttp2()
    expect(await send({}, JSON.stringify(legacy()))).toEqual({ status: 204, text: '' })
    expect((await send({}, '['.repeat(3_000_000))).status).toBe(413)
    expect((await send({ ':method': 'GET' })).status).toBe(405)
    expect((await send({}, JSON.stringify(legacy()))).status).toBe(204)
    expect(store.reports).toHaveLength(2)
  })
})

async function startHttp2() {
  const store = fakeStore()
  const reports = collector({ store, logger: recordLog().logger })
  const server = createHttp2Server((req, res) => void reports.handler(req, res))
  const session = connectHttp2(await listenHttp2(server))
  onTestFinished(() => {
    session.close()
    server.close()
  })
  async function send(headers: object, body = ''): Promise<{ status: unknown; text: string }> {
    const stream = session.request({ ':path': '/csp-reports', ':method': 'POST', ...headers })
    let status: unknown
    let text = ''
    stream.setEncoding('utf8')
    stream.on('response', (answer) => (status = answer[':status']))
    stream.on('data', (chunk: string) => (text += chunk))
    stream.on('error', () => {})
    stream.end(body)
    await new Promise((resolve) => stream.on('close', resolve))
    return { status, text }
  }
  return { store, send }
}

async function listenHttp2(server: Http2Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a body that somebody has read and not kept is refused, with what to do', async () => {
  const store = fakeStore()
  const reports = collector({ store, logger: recordLog().logger })
  const url = await listen(async (req, res) => {
    req.resume()
    await once(req, 'end')
    await reports.handler(req, res)
  })
  const { status, text } = await post(url, legacy())
  expect(status).toBe(400)
  expect(text).toMatch(/has been read already/)
})
