/** Where commands write: JSON, notes, and streams that let no hidden character through. */

import { NONCE } from '@cusp/core'
import type { Host, Output } from '../host.ts'
import { escapeHidden, escapeLine } from '../text.ts'
import { escapePainted, pageOf, usesColours, wrap } from './page.ts'

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
    untilStopped: () => host.untilStopped(),
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

/** Writes notes to standard error, beside the output. */
export function writeNotes({ stderr, env }: Host, notes: readonly string[]): void {
  const { paint, width } = pageOf(stderr, env)
  for (const note of notes) {
    const text = wrap(`note: ${escapeLine(note)}`, width)
    stderr.write(`${text.replace('note:', paint('yellow', 'note:'))}\n`)
  }
}
