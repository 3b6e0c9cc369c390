import { csp, deliver, SELF } from '@cusp/core'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { widenDelivery } from './compile.ts'

const base = deliver(csp().defaultSrc(SELF))

it('compiles the same sources once', () => {
  const wider = widenDelivery(base, 'img-src', ['https://images.example'])
  expect(widenDelivery(base, 'img-src', ['https://images.example'])).toBe(wider)
  expect(widenDelivery(base, 'img-src', ['https://others.example'])).not.toBe(wider)
  expect(widenDelivery(base, 'font-src', ['https://images.example'])).not.toBe(wider)
  expect(wider.headers()).toEqual([
    ['Content-Security-Policy', "default-src 'self'; img-src 'self' https://images.example"],
  ])
})

it('has one cache for all deliveries, which keeps the newest', () => {
  const oldest = widenDelivery(base, 'img-src', ['data:'])
  const others = Array.from({ length: 300 }, (_, index) => {
    const other = deliver(csp().defaultSrc(SELF, `https://host${index}.example`))
    return [other, widenDelivery(other, 'img-src', ['data:'])] as const
  })
  const again = widenDelivery(base, 'img-src', ['data:'])
  expect(again).not.toBe(oldest)
  expect(again.headers()).toEqual(oldest.headers())
  for (const [other, wider] of others.slice(-200)) {
    expect(widenDelivery(other, 'img-src', ['data:'])).toBe(wider)
  }
})

it(
  'keeps no more when each response allows twice, with sources of its own',
  { timeout: 60_000 },
  () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const respond = (count: number): number => {
      for (let index = 0; index < count; index++) {
        const once = widenDelivery(base, 'img-src', [`https://host${index % 100}.example`])
        widenDelivery(once, 'connect-src', [`https://host${Math.floor(index / 100)}.example`])
      }
      collect()
      return process.memoryUsage().heapUsed
    }
    const before = respond(1000)
    expect(respond(10_000) - before).toBeLessThan(5_000_000)
  },
)
