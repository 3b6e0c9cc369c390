/** What a command knows of the world: its streams, its folder and its environment. */

import { text } from 'node:stream/consumers'

/** Where a command writes. */
export interface Output {
  write(chunk: string): unknown
  readonly isTTY?: boolean | undefined
  /** Width of a terminal. */
  readonly columns?: number | undefined
}

/** The world of a command. */
export interface Host {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
  /** Whether somebody types, so that nothing is piped in. */
  readonly isInteractive: boolean
  /** Everything that is piped in. */
  readStdin(): Promise<string>
}

/** The world of this process. */
export function processHost(): Host {
  process.stdout.on('error', leaveQuietly)
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    isInteractive: Boolean(process.stdin.isTTY),
    readStdin: () => text(process.stdin),
  }
}

/** `cusp audit … | head` closes the pipe: nobody reads on. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}
