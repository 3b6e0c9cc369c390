import { afterEach, expect, test, vi } from 'vitest'
import { emitWarning, warnInProduction } from './warnings.ts'

const { process } = globalThis

afterEach(() => {
  vi.restoreAllMocks()
  Reflect.set(globalThis, 'process', process)
})

test('where there is no process, a warning goes to the console', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  Reflect.set(globalThis, 'process', undefined)
  emitWarning({ code: 'cached-nonce', message: 'a cache may keep it', fix: 'no-store' })
  expect(warn.mock.calls).toEqual([['CspWarning: a cache may keep it. Fix: no-store.']])
})

test('where there is no process, nobody knows of production', () => {
  const onWarning = vi.fn<() => void>()
  Reflect.set(globalThis, 'process', undefined)
  warnInProduction({ onWarning })
  expect(onWarning).not.toHaveBeenCalled()
})
