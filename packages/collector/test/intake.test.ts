/**
 * What the intake does when something is out of the ordinary: too much, too slow, packed, gone,
 * away.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../src/store/store.ts'
import type { FakeStore } from './fake-store.ts'
import { legacy, modern } from './reports.ts'
import { ask, post, sendRaw, serve } from './serve.ts'

const body = JSON.stringify(legacy())

/** A violation with a group of its own. */
function other(host: string): object {
  return legacy({ 'blocked-uri': `https://${host}/` })
}

/** Lets the store take its time, until the function is called. */
function wait(store: FakeStore): () => void {
  const waiting: (() => void)[] = []
  store.onAdd = () => new Promise((resolve) => waiting.push(() => resolve('stored')))
  return () => {
    for (const resolve of waiting) resolve()
  }
}

describe('packed bodies', () => {
  test.each([
    ['gzip', gzipSync(body)],
    ['X-GZIP', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['deflate', deflateRawSync(body)],
    ['br', brotliCompressSync(body)],
    ['identity', Buffer.from(body)],
    [' ', Buffer.from(body)],
  ])('%s is unpacked', async (encoding, bytes) => {
    const { url, store } = await serve()
    expect((await post(url, bytes, { 'content-encoding': encoding })).status).toBe(204)
    expect(store.reports).toHaveLength(1)
  })

  test('what is damaged is refused', async () => {
    const { url, store } = await serve()
    const answer = await post(url, gzipSync(body).subarray(0, 40), { 'content-encoding': 'gzip' })
    expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(/be unpacked/) })
    expect(store.batches).toEqual([])
  })

  test('nothing is not packed at all', async () => {
    const { url } = await serve()
    expect((await post(url, '', { 'content-encoding': 'deflate' })).status).toBe(400)
  })

  test('a packing that is not known is refused, with those that are', async () => {
    const { url } = await serve()
    const answer = await post(url, body, { 'content-encoding': 'compress' })
    expect(answer.status).toBe(415)
    expect(answer.headers.get('accept-encoding')).toBe('gzip, deflate, br')
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ] as const)('a bomb in %s is too large, and costs little memory', async (encoding, pack) => {
    const { url, store } = await serve()
    const bomb = pack(Buffer.alloc(50_000_000, '['))
    const before = process.memoryUsage().rss
    const { status } = await post(url, bomb, { 'content-encoding': encoding })
    expect(status).toBe(413)
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000)
    expect(store.batches).toEqual([])
  })

  test('the limits hold for what it unpacks to', async () => {
    const { url, store } = await serve()
    const single = gzipSync(JSON.stringify(legacy({ padding: 'x'.repeat(65_536) })))
    expect((await post(url, single, { 'content-encoding': 'gzip' })).status).toBe(413)
    const batch = gzipSync(JSON.stringify([modern({ padding: 'x'.repeat(65_536) })]))
    expect((await post(url, batch, { 'content-encoding': 'gzip' })).status).toBe(204)
    expect(store.reports).toHaveLength(1)
  })

  test('what it unpacks to is held as well', async () => {
    const { url } = await serve({ limits: { heldBytes: 500 } })
    const packed = gzipSync(JSON.stringify(legacy({ padding: 'x'.repeat(1000) })))
    expect((await post(url, packed, { 'content-encoding': 'gzip' })).status).toBe(503)
  })
})

describe('clients that take their time', () => {
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n'

  test('are cut off with 408', async () => {
    const { url, store } = await serve({ limits: { bodySeconds: 0.1 } })
    const started = performance.now()
    const { answer } = sendRaw(url, head, '{"csp-')
    expect(await answer).toMatch(/^HTTP\/1\.1 408 [^]*did not arrive in time/)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(store.batches).toEqual([])
  })

  test('are cut off while they send far too much, too', async () => {
    const { url } = await serve({ limits: { batchBytes: 10 } })
    const { answer } = sendRaw(url, head, 'x'.repeat(500))
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('who sends without an end is cut off after a megabyte', async () => {
    const { url } = await serve({ limits: { batchBytes: 10 } })
    const { socket, answer } = sendRaw(url, 'POST / HTTP/1.1\r\nHost: x\r\n')
    socket.write('Transfer-Encoding: chunked\r\n\r\n')
    const chunk = `10000\r\n${'x'.repeat(0x1_00_00)}\r\n`
    for (let count = 0; count < 64; count++) socket.write(chunk)
    expect(await answer).toMatch(/^(?:HTTP\/1\.1 413 |$)/)
  })

  test('who declares far too much is not listened to', async () => {
    const { url } = await serve()
    const { answer } = sendRaw(
      url,
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n',
    )
    expect(await answer).toMatch(/^HTTP\/1\.1 413 [^]*Connection: close/)
  })

  test('who goes away in the middle costs nothing', async () => {
    const { url, store, reports } = await serve()
    const { socket } = sendRaw(url, head, '{"csp-')
    await sleep(50)
    socket.destroy()
    await sleep(50)
    expect(store.batches).toEqual([])
    expect(await reports.metrics()).toContain('cusp_requests_total{status="0"} 1')
    expect((await post(url, legacy())).status).toBe(204)
  })
})

describe('too much at the same time', () => {
  test('more requests than are allowed are told to come back', async () => {
    const { url, store } = await serve({ limits: { requests: 1 } })
    const { socket } = sendRaw(url, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n')
    await sleep(50)
    const answer = await post(url, legacy())
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    socket.destroy()
    await sleep(50)
    expect((await post(url, legacy())).status).toBe(204)
    expect(store.reports).toHaveLength(1)
  })

  test('more bytes than are allowed are not held', async () => {
    const { url, store } = await serve({ limits: { heldBytes: 1000 } })
    expect((await post(url, legacy({ padding: 'x'.repeat(1000) }))).status).toBe(503)
    expect((await post(url, legacy())).status).toBe(204)
    expect(store.reports).toHaveLength(1)
  })
})

describe('a store in trouble', () => {
  test('is a 503, said once; so is its return', async () => {
    const { url, store, lines } = await serve()
    const { onAdd } = store
    store.onAdd = () => Promise.reject(new StoreUnavailable('the disk is full'))
    for (const report of [legacy(), legacy()]) {
      const { status, headers, text } = await post(url, report)
      expect({ status, after: headers.get('retry-after') }).toEqual({ status: 503, after: '5' })
      expect(text).toBe('Cannot store the reports now. Send them again later.\n')
    }
    store.onAdd = onAdd
    expect((await post(url, legacy())).status).toBe(204)
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([
      {
        level: 'error',
        fields: { error: { name: 'StoreUnavailable', message: 'the disk is full' } },
        message: 'The store cannot keep reports now.',
      },
      { level: 'warn', fields: {}, message: 'The store keeps reports again.' },
    ])
  })

  test.each([
    ['an error', () => Promise.reject(new TypeError('x is not a function'))],
    ['what is not an error', () => Promise.reject('nothing')],
    [
      'at once',
      () => {
        throw new Error('at once')
      },
    ],
  ])('is a 503 whatever it throws: %s', async (_name, onAdd) => {
    const { url, store } = await serve()
    store.onAdd = onAdd
    expect((await post(url, legacy())).status).toBe(503)
  })

  test('that could not be opened is tried again', async () => {
    const { url, store } = await serve()
    const { onRecentKeys } = store
    store.onRecentKeys = () => Promise.reject(new Error('away'))
    expect((await post(url, legacy())).status).toBe(503)
    store.onRecentKeys = onRecentKeys
    expect((await post(url, legacy())).status).toBe(204)
  })

  test('that never answers is a 503, and holds its memory until it does', async () => {
    const { url, store } = await serve({ limits: { storeSeconds: 0.05, requests: 1 } })
    const { onAdd } = store
    const finish = wait(store)
    expect((await post(url, legacy())).status).toBe(503)
    store.onAdd = onAdd
    expect((await post(url, legacy())).status).toBe(503)
    finish()
    await sleep(20)
    expect((await post(url, legacy())).status).toBe(204)
  })

  test('does not turn a refusal into a 503: it would be refused again', async () => {
    const { url, store } = await serve()
    const { onRecentKeys } = store
    store.onRecentKeys = () => Promise.reject(new StoreUnavailable('away'))
    expect((await post(url, 'nonsense')).status).toBe(400)
    store.onRecentKeys = onRecentKeys
    store.onAdd = () => Promise.reject(new StoreUnavailable('away'))
    expect((await post(url, 'nonsense')).status).toBe(400)
  })

  test('that is full answers 204 and counts; it is said once', async () => {
    const { url, store, reports, lines } = await serve()
    store.onAdd = () => Promise.resolve('dropped')
    await post(url, [modern(), modern()])
    expect((await post(url, legacy())).status).toBe(204)
    expect(await reports.metrics()).toContain('cusp_dropped_total 3')
    expect(lines.map(({ message }) => message)).toEqual([
      'The log is full: reports are answered and counted, and not written.',
    ])
  })
})

describe('new groups', () => {
  test('are capped for each project, and counted all the same', async () => {
    const { url, store, reports, lines } = await serve({
      limits: { newGroups: 2 },
      projects: ['shop'],
    })
    for (const host of ['a.example', 'b.example', 'c.example', 'a.example', 'd.example']) {
      expect((await post(url, other(host))).status).toBe(204)
    }
    await post(`${url}/shop/`, other('c.example'))
    const keys = store.reports.map(({ key }) => key)
    expect(keys.map((key) => (key === 'overflow' ? key : key.length))).toEqual([
      32,
      32,
      'overflow',
      32,
      'overflow',
      32,
    ])
    expect(keys[3]).toBe(keys[0])
    expect(keys.every((key) => /^[0-9a-f]{32}$|^overflow$/.test(key))).toBe(true)
    const text = await reports.metrics()
    expect(text).toContain('cusp_overflow_total 2')
    expect(text).toContain('cusp_known_groups 3')
    expect(lines.filter(({ message }) => message === 'A new group.')).toHaveLength(3)
  })

  test('are not those that the store has', async () => {
    const first = await serve()
    await post(first.url, other('a.example'))
    const known = first.store.reports.map(({ key }) => key)
    const { url, store, lines } = await serve({ limits: { newGroups: 1 } })
    store.onRecentKeys = () => Promise.resolve(known)
    for (const host of ['b.example', 'a.example', 'c.example']) await post(url, other(host))
    expect(store.reports.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      known[0],
      'overflow',
    ])
    expect(lines).toHaveLength(1)
  })

  test('are told apart by samples that are not kept', async () => {
    const { url, store } = await serve()
    for (const sample of ['alert(document.domain)', 'track(visitor)']) {
      await post(url, legacy({ 'blocked-uri': 'inline', 'script-sample': sample }))
    }
    const [one, two] = store.reports
    expect(one?.key).not.toBe(two?.key)
    expect(one?.violation.sample).toBe('')
  })

  test('are logged with what they are about, and with nothing about a person', async () => {
    const { url, lines } = await serve()
    await post(url, legacy({ 'script-sample': 'secret' }))
    expect(lines).toEqual([
      {
        level: 'info',
        fields: {
          project: 'default',
          key: expect.stringMatching(/^[0-9a-f]{32}$/),
          class: 'source',
          directive: 'script-src-elem',
          disposition: 'enforce',
          blocked: 'cdn.example',
        },
        message: 'A new group.',
      },
    ])
  })
})

describe('what is kept', () => {
  const seen = legacy({
    'script-sample': 'var a',
    'blocked-uri': 'https://u:p@cdn.example/a?t=1#f',
  })

  test.each([
    [{}, 'https://shop.example/cart', 'https://cdn.example/a', ''],
    [{ keepQueries: true }, 'https://shop.example/cart?user=7', 'https://cdn.example/a?t=1#f', ''],
    [{ keepSamples: true }, 'https://shop.example/cart', 'https://cdn.example/a', 'var a'],
    [{ keepRaw: true }, 'https://shop.example/cart?user=7', 'https://cdn.example/a?t=1#f', 'var a'],
    [
      { keepRaw: true, keepSamples: false },
      'https://shop.example/cart?user=7',
      'https://cdn.example/a?t=1#f',
      '',
    ],
  ])('with %j', async (options, page, blocked, sample) => {
    const { url, store } = await serve(options)
    await post(url, seen)
    expect(store.reports.map(({ violation }) => violation)).toEqual([
      expect.objectContaining({ page, blocked: { kind: 'url', url: blocked }, sample }),
    ])
  })

  test('is classed by the policies and the hosts', async () => {
    const { url, store } = await serve({
      policies: { value: 'img-src https://cdn.example' },
      hosts: ['shop.example'],
    })
    await post(url, legacy({ 'document-uri': 'https://other.example/' }))
    await post(
      url,
      legacy({
        'effective-directive': 'img-src',
        'original-policy': 'img-src https://cdn.example',
      }),
    )
    expect(store.reports.map(({ class: name, reason }) => `${name} ${reason}`)).toEqual([
      'foreign page-is-not-ours',
      'redirect policy-allows-url',
    ])
  })
})

describe('410', () => {
  test('tells browsers to stop reporting', async () => {
    const { url, store } = await serve({ gone: true })
    expect((await post(url, legacy())).status).toBe(410)
    expect((await ask(url, { method: 'OPTIONS' })).status).toBe(204)
    expect(store.batches).toEqual([])
  })

  test('to some of them', async () => {
    const { url, store } = await serve({ gone: ({ url: path }) => path === '/old' })
    expect((await post(`${url}/old`, legacy())).status).toBe(410)
    expect((await post(`${url}/new`, legacy())).status).toBe(204)
    expect(store.reports).toHaveLength(1)
  })

  test('a function that throws is a 503, and is said', async () => {
    const { url, lines } = await serve({
      gone: () => {
        throw new RangeError('no such site')
      },
    })
    expect((await post(url, legacy())).status).toBe(503)
    expect(lines).toEqual([
      {
        level: 'error',
        fields: { error: { name: 'RangeError', message: 'no such site' } },
        message: 'A request could not be answered as it should be.',
      },
    ])
  })

  test('does not read a long body', async () => {
    const { url } = await serve({ gone: true })
    const long = sendRaw(url, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n')
    expect(await long.answer).toMatch(/^HTTP\/1\.1 410 [^]*Connection: close/)
    const chunked = sendRaw(url, 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    expect(await chunked.answer).toMatch(/^HTTP\/1\.1 410 [^]*Connection: close/)
  })
})

describe('close', () => {
  test('waits for what has come, refuses what comes, and closes the store', async () => {
    const { url, store, reports } = await serve()
    const finish = wait(store)
    const pending = post(url, legacy())
    await sleep(50)
    const closing = reports.close()
    expect((await post(url, legacy())).status).toBe(503)
    expect(store.isClosed).toBe(false)
    finish()
    expect((await pending).status).toBe(204)
    await closing
    expect(store.isClosed).toBe(true)
    await reports.close()
  })

  test('holds for a store that is still being opened', async () => {
    const { reports, store } = await serve()
    await reports.close()
    expect(store.isClosed).toBe(true)
  })
})
