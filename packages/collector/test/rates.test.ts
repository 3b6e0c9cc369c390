/** How often a client may come, and who is taken for one. */

import { networkInterfaces } from 'node:os'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { collector } from '../src/collector.ts'
import { fakeStore } from './fake-store.ts'
import { legacy } from './reports.ts'
import { post, recordLog, serve } from './serve.ts'

const through = (addresses: string) => ({ 'x-forwarded-for': addresses })

async function statuses(url: string, headers: readonly Readonly<Record<string, string>>[]) {
  const answers: number[] = []
  for (const own of headers) answers.push((await post(url, legacy(), own)).status)
  return answers
}

describe('behind a trusted proxy', () => {
  const trusted = { rate: { client: 2 }, trustedProxies: ['loopback', '10.0.0.0/8'] }

  test('each client has its rate, and is told when to come back', async () => {
    const { url, store } = await serve(trusted)
    const one = through('192.0.2.1')
    expect(await statuses(url, [one, one, one, through('192.0.2.2')])).toEqual([204, 204, 429, 204])
    const { headers, text } = await post(url, legacy(), one)
    const seconds = Number(headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(text).toMatch(/too many requests/)
    expect(store.reports).toHaveLength(3)
  })

  test('what a client writes itself does not make it another', async () => {
    const { url } = await serve(trusted)
    const forged = ['198.51.100.1, 192.0.2.1', '198.51.100.2,192.0.2.1', '192.0.2.1, 10.1.2.3']
    expect(await statuses(url, forged.map(through))).toEqual([204, 204, 429])
  })

  test('the 64 bits of a household are one client', async () => {
    const { url } = await serve(trusted)
    const neighbours = [
      '2001:db8::1',
      '2001:db8:0:0:ffff::2',
      '2001:db8::ffff:1:2',
      '2001:db8:0:1::1',
    ]
    expect(await statuses(url, neighbours.map(through))).toEqual([204, 204, 429, 204])
  })

  test('ports and brackets are not part of an address', async () => {
    const { url } = await serve(trusted)
    const ports = ['192.0.2.1:1', '192.0.2.1:2', '[::ffff:192.0.2.1]:3']
    expect(await statuses(url, ports.map(through))).toEqual([204, 204, 429])
  })

  test.each(['unknown', '_hidden', '', '10.0.0.1', '192.0.2.300'])(
    'who is not named counts for all together: %j',
    async (name) => {
      const { url } = await serve({ ...trusted, rate: { client: 1, total: 2 } })
      const headers = [through(name), through(name), through(name)]
      expect(await statuses(url, headers)).toEqual([204, 204, 429])
    },
  )
})

describe('without a trusted proxy', () => {
  test('a header of one is not believed: one limit holds for all, and it is said once', async () => {
    const { url, lines } = await serve({ rate: { client: 1, total: 3 } })
    const headers = [
      through('192.0.2.1'),
      through('192.0.2.1'),
      { forwarded: 'for=192.0.2.2' },
      through('192.0.2.3'),
    ]
    expect(await statuses(url, headers)).toEqual([204, 204, 204, 429])
    const warnings = lines.filter(({ level }) => level === 'warn')
    expect(warnings).toEqual([
      { level: 'warn', fields: {}, message: expect.stringMatching(/trustedProxies/) },
    ])
    expect(JSON.stringify(lines)).not.toContain('192.0.2')
  })

  test('this machine is not limited', async () => {
    const { url } = await serve({ rate: { client: 1, total: 1 } })
    expect(await statuses(url, [{}, {}, {}])).toEqual([204, 204, 204])
  })

  test('nobody is limited where the rate is false', async () => {
    const { url } = await serve({ rate: false })
    const one = through('192.0.2.1')
    expect(await statuses(url, [one, one, one])).toEqual([204, 204, 204])
  })
})

/** This machine's address in its network: from there a connection is one of a client. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.internal === false && address.family === 'IPv4')

describe.runIf(outside !== undefined)('a client that connects itself', () => {
  test('has its rate', async () => {
    const reports = collector({
      store: fakeStore(),
      logger: recordLog().logger,
      rate: { client: 2 },
    })
    const server = createServer((req, res) => void reports.handler(req, res))
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
    onTestFinished(() => {
      server.close().closeAllConnections()
    })
    const url = `http://${outside?.address}:${(server.address() as AddressInfo).port}`
    expect(await statuses(url, [{}, {}, {}])).toEqual([204, 204, 429])
  })
})

test('a limiter that fails is a 503', async () => {
  const { url, lines } = await serve({ trustedProxies: ['loopback'] })
  vi.spyOn(RateLimiterMemory.prototype, 'consume').mockRejectedValueOnce(new Error('broken'))
  const { status } = await post(url, legacy(), through('192.0.2.1'))
  expect({ status, lines: lines.length }).toEqual({ status: 503, lines: 1 })
})
