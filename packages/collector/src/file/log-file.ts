/**
 * The text of a log: appended to in one write, flushed to disk, and turned over when it is full.
 */

import type { FileHandle } from 'node:fs/promises'
import { open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/** A log that is open for writing. Whoever uses it holds its lock. */
export interface OpenLog {
  readonly size: number
  /**
   * Appends a text in one write, and flushes it to disk. What could not be written whole is taken
   * back.
   */
  append(text: string): Promise<void>
  close(): Promise<void>
}

const LINE_BREAK = 0x0a
const OWNER_ONLY = 0o600

/** The size of a log in bytes; undefined where there is none. */
export async function sizeOf(log: string): Promise<number | undefined> {
  try {
    return (await stat(log)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Opens a log, and makes it where there is none: only its owner may read it. */
export async function openLog(log: string): Promise<OpenLog> {
  const isNew = (await sizeOf(log)) === undefined
  const file = await open(log, 'a+', OWNER_ONLY)
  try {
    const { size } = await file.stat()
    // Somebody else's text, or one that was cut off, must not run into the next report.
    const prefix = (await endsALine(file, size)) ? '' : '\n'
    return {
      size,
      async append(text) {
        await appendWhole(file, { text: Buffer.from(prefix + text), size })
        // Without it, a loss of power may take the name of a new file, whatever is in it.
        if (isNew) await syncFolder(log)
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function endsALine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 })
  return buffer[0] === LINE_BREAK
}

async function appendWhole(
  file: FileHandle,
  { text, size }: { readonly text: Buffer; readonly size: number },
): Promise<void> {
  try {
    const { bytesWritten } = await file.write(text)
    if (bytesWritten < text.length) throw new Error('the disk is full')
    await file.datasync()
  } catch (error) {
    // Where even that fails, readers pass over what is there of it.
    await file.truncate(size).catch(() => {})
    throw error
  }
}

async function syncFolder(log: string): Promise<void> {
  // Windows cannot open a folder, and does without.
  if (process.platform === 'win32') return
  const folder = await open(path.dirname(log), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The older logs that rotation keeps: the newest first. */
export function olderLogs(log: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => `${log}.${index + 1}`)
}

/** Makes room for a new log: each becomes the next older one, and the oldest goes. */
export async function rotate(log: string, count: number): Promise<void> {
  const names = [log, ...olderLogs(log, count)]
  await rm(names[count] as string, { force: true })
  for (let index = count - 1; index >= 0; index--) {
    await renameIfThere(names[index] as string, names[index + 1] as string)
  }
  await syncFolder(log)
}

async function renameIfThere(from: string, to: string): Promise<void> {
  if ((await sizeOf(from)) !== undefined) await rename(from, to)
}
