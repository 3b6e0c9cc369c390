import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from './store.ts'
import { orUnavailable, unavailable } from './unavailable.ts'

describe('unavailable', () => {
  it('says what cannot be done, and why', () => {
    const cause = new Error('disk full')
    const error = unavailable('store reports', cause)
    expect(error).toBeInstanceOf(StoreUnavailable)
    expect(error).toMatchObject({ message: 'Cannot store reports: disk full.', cause })
    expect(unavailable('read', 'nothing').message).toBe('Cannot read: nothing.')
  })

  it('leaves what says that already', () => {
    const error = new StoreUnavailable('Cannot store reports: the store is closed.')
    expect(unavailable('read', error)).toBe(error)
  })

  it('says what was wrong with each address of a host', () => {
    const errors = [
      new Error('connect ECONNREFUSED ::1'),
      new Error('connect ECONNREFUSED 127.0.0.1'),
    ]
    expect(unavailable('store', new AggregateError(errors)).message).toBe(
      'Cannot store: connect ECONNREFUSED ::1, connect ECONNREFUSED 127.0.0.1.',
    )
  })
})

describe('orUnavailable', () => {
  it('gives what was done, or says why not', async () => {
    expect(await orUnavailable('read', async () => 1)).toBe(1)
    const failed = orUnavailable('read', () => Promise.reject(new Error('gone')))
    await expect(failed).rejects.toThrow(new StoreUnavailable('Cannot read: gone.'))
  })
})
