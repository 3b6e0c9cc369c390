import { afterEach, expect, test, vi } from 'vitest'
import { processHost } from './host.ts'

afterEach(() => {
  vi.restoreAllMocks()
  process.stdout.removeAllListeners('error')
})

test('the world of this process', () => {
  const host = processHost()
  expect(host).toMatchObject({ cwd: process.cwd(), stdout: process.stdout, stderr: process.stderr })
  expect(host.isInteractive).toBe(Boolean(process.stdin.isTTY))
})

test('a reader that leaves ends it, another error does not', () => {
  processHost()
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  process.stdout.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }))
  expect(exit).toHaveBeenCalledExactlyOnceWith()
  expect(() => process.stdout.emit('error', new Error('disk full'))).toThrow('disk full')
})
