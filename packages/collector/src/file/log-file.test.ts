/** The text of a log when the disk does not take it. */

import { writeFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { logPath, textOf } from '../../test/logs.ts'
import { openLog, rotate, sizeOf } from './log-file.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** What all open files have in common. */
async function prototypeOfFiles(): Promise<FileHandle> {
  const file = await open(import.meta.filename)
  await file.close()
  return Object.getPrototypeOf(file) as FileHandle
}

test('a text that is written in part is taken back', async () => {
  const log = logPath()
  writeFileSync(log, 'before\n')
  const files = await prototypeOfFiles()
  const write = Reflect.get(files, 'write') as () => Promise<object>
  const file = await openLog(log)
  vi.spyOn(files, 'write').mockImplementationOnce(function half(this: FileHandle, text: unknown) {
    return Reflect.apply(write, this, [(text as Buffer).subarray(0, 4)])
  })
  await expect(file.append('a long text\n')).rejects.toThrow('the disk is full')
  expect(textOf(log)).toBe('before\n')
  await file.append('after\n')
  await file.close()
  expect(textOf(log)).toBe('before\nafter\n')
})

test.runIf(process.platform === 'linux')('a device that takes nothing says so', async () => {
  const file = await openLog('/dev/full')
  await expect(file.append('text\n')).rejects.toThrow(/ENOSPC/)
  await file.close()
})

test('what cannot be looked at is not taken for what is not there', async () => {
  const log = logPath()
  writeFileSync(log, '')
  await expect(sizeOf(path.join(log, 'below'))).rejects.toThrow(/ENOTDIR/)
  expect(await sizeOf(`${log}.1`)).toBeUndefined()
})

test('a log that cannot be read to its end is let go of', async () => {
  const log = logPath()
  writeFileSync(log, 'before')
  const files = await prototypeOfFiles()
  const opened: FileHandle[] = []
  vi.spyOn(files, 'read').mockImplementationOnce(function fail(this: FileHandle) {
    opened.push(this)
    return Promise.reject(new Error('broken'))
  })
  await expect(openLog(log)).rejects.toThrow('broken')
  expect(opened.map(({ fd }) => fd)).toEqual([-1])
})

test('a folder is not asked for where it cannot be opened', async () => {
  const log = logPath()
  vi.spyOn(process, 'platform', 'get').mockReturnValue('win32')
  const files = await prototypeOfFiles()
  const sync = vi.spyOn(files, 'sync')
  const file = await openLog(log)
  await file.append('text\n')
  await file.close()
  await rotate(log, 1)
  expect(sync).not.toHaveBeenCalled()
  expect(textOf(`${log}.1`)).toBe('text\n')
})
