// Starts programs, waits for them, and lets none of them outlive its time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/**
 * Runs a command and waits for it, while this process goes on serving.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, minutes?: number }} options after so many minutes the command is ended,
 *   with all that it has started
 * @returns {Promise<{ status: number | null, output: string }>}
 */
export async function runToEnd(command, args, { cwd, minutes = 2 }) {
  // A group of its own: npm starts a shell, which starts the program.
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  const timer = setTimeout(() => endGroup(child), minutes * 60_000)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [status] = await closed
  clearTimeout(timer)
  return { status, output: stdout + stderr }
}

/**
 * Ends a detached process and all that it has started; one that has ended is let be.
 *
 * @param {{ readonly pid?: number | undefined }} leader
 */
export function endGroup({ pid }) {
  if (pid === undefined) return
  try {
    process.kill(-pid)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
