/** Where commands write: JSON, notes, and streams that let no hidden character through. */

import { NONCE } from '@cusp/core'
import type { Host, Output } from '../host.ts'
import { escapeHidden } from '../text.ts'
import { escapePainted, pageOf, usesColours } from './page.ts'

/**
 * Returns the host with safe streams. Commands lay out outside text with functions that escape it;
 * the streams escape whatever went past these, so that no command can forget it.
 */
export function protectStreams(host: Host): Host {
  return {
    cwd: host.cwd,
    env: host.env,
    isInteractive: host.isInteractive,
    readStdin: () => host.readStdin(),
    stdout: protect(host.stdout, host.env),
    stderr: protect(host.stderr, host.env),
  }
}

function protect(output: Output, env: Host['env']): Output {
  const escape = usesColours(output, env) ? escapePainted : escapeHidden
  return {
    isTTY: output.isTTY,
    columns: output.columns,
    write: (chunk) => output.write(escape(chunk)),
  }
}

/** Writes a value as JSON. The nonce of the response is written as the word NONCE. */
export function toJSON(value: unknown): string {
  return `${escapeHidden(JSON.stringify(value, showNonce, 2))}\n`
}

function showNonce(_key: string, part: unknown): unknown {
  return part === NONCE ? 'NONCE' : part
}

/** Writes a note to standard error, beside the output. */
export function writeNote({ stderr, env }: Host, note: string | undefined): void {
  if (note !== undefined) stderr.write(`${pageOf(stderr, env).paint('yellow', 'note:')} ${note}\n`)
}
