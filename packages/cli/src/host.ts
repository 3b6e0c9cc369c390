/** The world of a command: its streams, its folder, its environment, and how it ends. */

import { buffer } from 'node:stream/consumers'
import { decodeText } from './text.ts'

/** Where a command writes. */
export interface Output {
  write(chunk: string): unknown
  /** Whether this is a terminal; only a terminal gets colours. */
  readonly isTTY?: boolean | undefined
  /** Width of a terminal. */
  readonly columns?: number | undefined
}

/** The world of a command. */
export interface Host {
  /** The folder that relative paths start from. */
  readonly cwd: string
  /** The environment: COLUMNS, NO_COLOR, FORCE_COLOR and TERM are read. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Output
  readonly stderr: Output
  /** Whether standard input is a terminal, so that nothing is piped in. */
  readonly isInteractive: boolean
  /** Reads all of standard input. */
  readStdin(): Promise<string>
  /** Resolves when a command that goes on and on is to end: on SIGINT and SIGTERM. */
  untilStopped(): Promise<void>
}

/** Exit codes of every command. */
export const EXIT = {
  /** No problem was found. */
  ok: 0,
  /** An answer is not the expected one, an audit has a finding, or two policies differ. */
  found: 1,
  /** The command line, or a file that it names, cannot be used. */
  usage: 2,
} as const

/** An exit code. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A mistake on the command line. Its message: "Cannot <action>: <X is not Y>. Use <Z>." */
export class UsageError extends Error {}

/** The world of this process. */
export function processHost(): Host {
  process.stdout.on('error', exitWhenClosed)
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    isInteractive: Boolean(process.stdin.isTTY),
    readStdin: async () => decodeText(await buffer(process.stdin)),
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
      }),
  }
}

/** `cusp audit … | head` closes the pipe before the end, which is not an error. */
function exitWhenClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}
