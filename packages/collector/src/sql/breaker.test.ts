import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'

describe('Breaker', () => {
  it('lets one attempt at a time through while the server is away', async () => {
    const breaker = new Breaker(() => true)
    const attempts: (() => void)[] = []
    let isBack = false
    const work = async (): Promise<string> => {
      await new Promise<void>((resolve) => {
        attempts.push(resolve)
      })
      if (!isBack) throw new Error('away')
      return 'done'
    }
    const first = breaker.use(work)
    attempts.shift()?.()
    await expect(first).rejects.toThrow('away')
    await expect(breaker.use(work)).rejects.toThrow('away')
    expect(attempts).toHaveLength(0)

    await sleep(550)
    const second = breaker.use(work)
    await expect(breaker.use(work)).rejects.toThrow('away')
    expect(attempts).toHaveLength(1)
    isBack = true
    attempts.shift()?.()
    expect(await second).toBe('done')
    const both = [breaker.use(work), breaker.use(work)]
    for (const attempt of attempts.splice(0)) attempt()
    expect(await Promise.all(both)).toEqual(['done', 'done'])
  })

  it('does not take an answer for silence', async () => {
    const breaker = new Breaker((error) => error instanceof RangeError)
    const refused = breaker.use(() => Promise.reject(new TypeError('duplicate key')))
    await expect(refused).rejects.toThrow('duplicate key')
    expect(await breaker.use(async () => 'done')).toBe('done')
  })
})
