/** The options: what each may be, and that none is passed over in silence. */

import { Writable } from 'node:stream'
import { CspError } from '@cusp/core'
import { expect, test } from 'vitest'
import { fakeStore } from '../test/fake-store.ts'
import { legacy } from '../test/reports.ts'
import { listen, post } from '../test/serve.ts'
import type { CollectorOptions } from './collector-options.ts'
import { collector } from './collector.ts'
import { createLogger, errorFields } from './logger.ts'

const store = fakeStore()

test.each([
  [{}, 'Cannot make a collector: the store is undefined, which is not a store.'],
  [{ store: 'sqlite:./csp.db' }, 'the store is "sqlite:./csp.db", which is not a store.'],
  [{ store: {} }, "which is not a store. Use openStore('sqlite:./csp.db') instead."],
  [{ store, polices: {} }, '"polices" is not an option. Use policies instead.'],
  [{ store, hosts: ['https://shop.example/x'] }, 'shop.example/x'],
  [{ store, projects: ['a b'] }, '"a b" is not a name of up to 64'],
  [{ store, projects: [''] }, 'Use a name such as "shop" instead.'],
  [{ store, projects: [7] }, '7 is not a name'],
  [
    { store, limits: { depth: 0 } },
    'depth is 0, which is not a positive number. Use a number such as 64 instead.',
  ],
  [{ store, limits: { reportBytes: '1' } }, 'reportBytes is "1", which is not a positive number.'],
  [
    { store, limits: { reportbytes: 1 } },
    '"reportbytes" is not an option. Use reportBytes instead.',
  ],
  [{ store, rate: { clients: 1 } }, '"clients" is not an option. Use client instead.'],
  [{ store, rate: { client: Number.NaN } }, 'client is NaN, which is not a positive number.'],
  [{ store, rate: true }, 'Cannot limit the rate of requests: true is not an object of options.'],
  [{ store, trustedProxies: ['nginx'] }, '"nginx" is not an address or a range.'],
  [{ store, gone: 'yes' }, 'gone is "yes", which is neither a boolean nor a function.'],
  [{ store, keepRaw: 'no' }, 'keepRaw is "no", which is not a boolean. Use true or false instead.'],
  [{ store, logger: {} }, 'the logger is {}, which is not a logger.'],
])('%j is refused', (options, message) => {
  const make = () => collector(options as CollectorOptions)
  expect(make).toThrow(CspError)
  expect(make).toThrow(message)
})

test('undefined is the default', () => {
  const options: Partial<CollectorOptions> = {
    policies: undefined,
    hosts: undefined,
    projects: undefined,
    keepRaw: undefined,
    limits: { depth: undefined } as object,
    rate: undefined,
    trustedProxies: undefined,
    gone: undefined,
    logger: undefined,
  }
  expect(Object.isFrozen(collector({ store, ...options }))).toBe(true)
})

test('the store may be a promise', async () => {
  const own = fakeStore()
  const reports = collector({ store: Promise.resolve(own) })
  const url = await listen((req, res) => void reports.handler(req, res))
  expect((await post(url, legacy())).status).toBe(204)
  expect(own.reports).toHaveLength(1)
})

test('a store that cannot be opened is a 503, said on stderr as JSON without what it carries', async () => {
  const written: string[] = []
  const failed = Object.assign(new Error('no such folder\nlevel: 60'), {
    code: 'ENOENT',
    connection: 'postgres://user:secret@db',
  })
  const reports = collector({ store: Promise.reject(failed), logger: createLogger(into(written)) })
  const url = await listen((req, res) => void reports.handler(req, res))
  expect((await post(url, legacy())).status).toBe(503)
  expect((await post(url, legacy())).status).toBe(503)
  expect(written.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({
      level: 50,
      name: 'cusp-collector',
      msg: 'The store cannot keep reports now.',
      error: { name: 'Error', code: 'ENOENT', message: 'no such folder\nlevel: 60' },
    }),
  ])
  expect(written.join('').match(/\n/g)).toHaveLength(1)
  expect(written.join('')).not.toContain('secret')
  await expect(reports.close()).resolves.toBeUndefined()
})

test('what is thrown is logged by its kind', () => {
  expect(errorFields('secret')).toEqual({ error: { name: 'string' } })
  expect(errorFields(new RangeError('x'))).toEqual({ error: { name: 'RangeError', message: 'x' } })
})

test('without a logger, warnings and errors are what is written', () => {
  expect(Reflect.get(createLogger(), 'level')).toBe('warn')
})

function into(lines: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
}
