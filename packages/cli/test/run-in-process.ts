/** Command lines run in this process. */

import type { Host } from '../src/host.ts'
import { run } from '../src/run.ts'

/** The result of a command line. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The world of a command line. By default its streams are not terminals. */
export interface World {
  /** What is piped in. Without it standard input is a terminal. */
  readonly stdin?: string
  readonly cwd?: string
  readonly env?: Host['env']
  /** Columns of the terminal that both streams are. */
  readonly terminal?: number
  /** Is called with each piece that the command prints. */
  readonly onOutput?: (text: string) => void
  /** What a server waits for. By default it ends at once. */
  readonly untilStopped?: () => Promise<void>
}

/** Runs `cusp` with these arguments. */
export async function cusp(args: readonly string[], world: World = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const { stdin, terminal, cwd = process.cwd(), env = {} } = world
  const output = (name: 'stderr' | 'stdout'): Host['stdout'] => ({
    write: (chunk) => {
      written[name] += chunk
      if (name === 'stdout') world.onOutput?.(chunk)
    },
    isTTY: terminal !== undefined,
    columns: terminal,
  })
  const code = await run(args, {
    cwd,
    env,
    stdout: output('stdout'),
    stderr: output('stderr'),
    isInteractive: stdin === undefined,
    readStdin: () => Promise.resolve(stdin ?? ''),
    untilStopped: world.untilStopped ?? (() => Promise.resolve()),
  })
  return { code, ...written }
}
