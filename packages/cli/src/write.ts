/** What commands write alike. */

import { NONCE } from '@cusp/core'
import type { Host } from './host.ts'
import { pageOf } from './layout.ts'

/** JSON for people and programs; the nonce of the response is the word NONCE. */
export function toJSON(value: unknown): string {
  return `${JSON.stringify(value, showNonce, 2)}\n`
}

function showNonce(_key: string, part: unknown): unknown {
  return part === NONCE ? 'NONCE' : part
}

/** A word beside the output. */
export function writeNote({ stderr, env }: Host, note: string | undefined): void {
  if (note !== undefined) stderr.write(`${pageOf(stderr, env).paint('yellow', 'note:')} ${note}\n`)
}
