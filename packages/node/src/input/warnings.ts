/** Warnings: what works but will hurt. */

import type { Delivery } from '@cusp/core'

/** Something that works but will hurt. */
export interface CspWarning {
  /**
   * Stable code. `header-too-long`: proxies refuse headers over 4 to 8 KiB. `cached-nonce`: a
   * shared cache may keep a response together with its nonce. `endpoint-conflict`:
   * Reporting-Endpoints already named another URL.
   */
  readonly code: 'header-too-long' | 'cached-nonce' | 'endpoint-conflict'
  /** One sentence: what is the case. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

/** Receives warnings. */
export type OnWarning = (warning: CspWarning) => void

/**
 * The default: Node's own channel, where `node --trace-warnings` shows the line that caused the
 * warning.
 */
export function emitWarning({ code, message, fix }: CspWarning): void {
  process.emitWarning(`${message}. Fix: ${fix}.`, { type: 'CspWarning', code })
}

/** Warns when the middleware is made: about a header that is longer than proxies accept. */
export function warnAtStart(delivery: Pick<Delivery, 'issues'>, onWarning: OnWarning): void {
  for (const { code, message, fix } of delivery.issues()) {
    if (code === 'header-too-long') onWarning({ code, message, fix })
  }
}
