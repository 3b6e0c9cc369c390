import { describe, expect, it, vi } from 'vitest'
import { batch } from '../../test/batches.ts'
import { openMemoryStore } from '../memory/memory-store.ts'
import { openLazily } from './lazy-store.ts'
import type { Store } from './store.ts'

const RETENTION = { keepFor: 86_400_000, now: Date.now }

describe('openLazily', () => {
  it('waits for the first attempt', async () => {
    const { store, closed } = start(0)
    expect(await store.add(batch())).toBe('stored')
    expect((await store.read()).total).toBe(1)
    await store.close()
    expect(closed()).toBe(1)
  })

  it('tries again by itself, and fails at once meanwhile', async () => {
    const { store, attempts } = start(2)
    await expect(store.add(batch())).rejects.toThrow('Cannot open the store: not yet, attempt 1.')
    await expect(store.check()).rejects.toThrow('attempt 1')
    await vi.waitFor(() => store.check(), 5000)
    expect(attempts()).toBe(3)
    await store.close()
  })

  it('stops trying when it is closed', async () => {
    const { store, attempts } = start(Number.POSITIVE_INFINITY)
    await expect(store.check()).rejects.toThrow('attempt 1')
    await store.close()
    await expect(store.check()).rejects.toThrow('Cannot use the store: it is closed.')
    await new Promise((resolve) => {
      setTimeout(resolve, 700)
    })
    expect(attempts()).toBe(1)
  })

  it('does not try again what fails after that', async () => {
    let attempts = 0
    const store = openLazily('test:', async () => {
      attempts++
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
      throw new Error('not yet')
    })
    await store.close()
    await new Promise((resolve) => {
      setTimeout(resolve, 700)
    })
    expect(attempts).toBe(1)
  })

  it('closes what opens after that', async () => {
    const waiting: ((store: Store) => void)[] = []
    let attempts = 0
    const store = openLazily('test:', () => {
      attempts++
      if (attempts === 1) return Promise.reject(new Error('not yet'))
      return new Promise((resolve) => {
        waiting.push(resolve)
      })
    })
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 5000)
    await store.close()
    const close = vi.fn<() => Promise<void>>()
    waiting[0]?.({ ...openMemoryStore(RETENTION), close })
    await vi.waitFor(() => expect(close).toHaveBeenCalledOnce())
    await expect(store.check()).rejects.toThrow('it is closed')
  })
})

/** A store that opens after so many failures. */
function start(failures: number): {
  readonly store: Store
  readonly attempts: () => number
  readonly closed: () => number
} {
  let attempts = 0
  const close = vi.fn<() => Promise<void>>()
  const store = openLazily('test:', async () => {
    attempts++
    if (attempts <= failures) throw new Error(`not yet, attempt ${attempts}`)
    return { ...openMemoryStore(RETENTION), close }
  })
  return { store, attempts: () => attempts, closed: () => close.mock.calls.length }
}
