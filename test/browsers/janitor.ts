/**
 * Processes and a folder that end with this process, however it ends.
 *
 * A test runner's worker can be killed without a chance to run a handler, so the one who clears up
 * is a small shell outside: it holds the read end of a pipe whose write end is ours alone, and the
 * pipe's end is its sign.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/**
 * Waits for the pipe to end, ends the process groups that the folder lists, first politely, and
 * removes the folder. A group is over when only zombies are left in it: a container's first process
 * may be slow to reap them.
 */
const CLEAR_UP = `
trap '' HUP INT TERM
cat
groups=$(cat "$1/groups")
runs() { cat /proc/[0-9]*/stat | grep -q ") [^XZ] [0-9]* $1 "; }
for group in $groups; do kill -s TERM -- "-$group"; done
for group in $groups; do
  for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    runs "$group" || break
    sleep 0.1
  done
  kill -s KILL -- "-$group"
done
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
`

export interface Janitor {
  /** A new folder for the browser's profile, home and cache. */
  readonly folder: string
  /**
   * Makes a stand-in for an executable, which enters itself in the janitor's list before it becomes
   * that executable. It has to be spawned `detached`, as the leader of a process group.
   */
  cover(executable: string): Promise<string>
  /** Ends the processes, removes the folder and resolves when that is done. */
  dispose(): Promise<void>
}

/** Hires a janitor. */
export async function hireJanitor(): Promise<Janitor> {
  const folder = await mkdtemp(join(tmpdir(), 'cusp-browser-'))
  const shell = spawn('/bin/sh', ['-c', CLEAR_UP, 'janitor', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(shell, 'exit')
  await once(shell, 'spawn')
  shell.unref()
  // A worker whose runner was killed lives on by itself, in the middle of its test: it ends with
  // its runner.
  process.once('disconnect', endThisProcess)
  return {
    folder,
    async cover(executable) {
      const path = join(folder, `start-${basename(executable)}`)
      const groups = quote(join(folder, 'groups'))
      await writeFile(path, `#!/bin/sh\necho $$ >> ${groups}\nexec ${quote(executable)} "$@"\n`, {
        mode: 0o755,
      })
      return path
    },
    async dispose() {
      process.off('disconnect', endThisProcess)
      shell.ref()
      shell.stdin.end()
      await ended
    },
  }
}

/** The environment in which a browser keeps what it writes inside a folder. */
export function homeIn(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: folder,
    TMPDIR: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_STATE_HOME: join(folder, 'state'),
  }
}

function endThisProcess(): void {
  process.kill(process.pid)
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
