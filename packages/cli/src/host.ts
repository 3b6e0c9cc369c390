/** The world of a command: its streams, its folder, its environment, and how it ends. */

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

/** Exit codes of every command. */
export const EXIT = {
  /** Nothing to complain of. */
  ok: 0,
  /** Something is blocked, found or different. */
  found: 1,
  /** The command line, or what it names, cannot be used. */
  usage: 2,
} as const

/** An exit code. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A mistake on the command line. The message reads "Cannot <action>: <what is the case>, expected <what>". */
export class UsageError extends Error {}

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
