import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { hireJanitor } from './janitor.ts'

it('ends a process with its children, and removes the folder', async () => {
  const janitor = await hireJanitor()
  const child = spawn(await janitor.cover('/bin/sh'), ['-c', 'sleep 600 & echo $!; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const [grandchild] = await once(child.stdout, 'data')
  await janitor.dispose()
  expect(await ended).toEqual([null, 'SIGTERM'])
  expect(await isRunning(Number(String(grandchild)))).toBe(false)
  await expect(access(janitor.folder)).rejects.toThrow('ENOENT')
})

it('ends a process that will not listen', async () => {
  const janitor = await hireJanitor()
  const child = spawn(await janitor.cover('/bin/sh'), ['-c', `trap '' TERM; echo; sleep 600`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  await janitor.dispose()
  expect(await ended).toEqual([null, 'SIGKILL'])
})

it('disposes without a process', async () => {
  const janitor = await hireJanitor()
  await janitor.dispose()
  await expect(access(janitor.folder)).rejects.toThrow('ENOENT')
})

/** A process that nobody has reaped yet does not run. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State: gone')
  return !/^State:\s+[ZXg]/m.test(status)
}
