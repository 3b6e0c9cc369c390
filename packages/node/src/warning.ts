/** Warnings: what works but will hurt, told once. */

/** Something that works but will hurt. */
export interface CspWarning {
  /**
   * Stable code. `header-too-long`: proxies refuse headers over 4 to 8 KiB. `cached-nonce`: a shared cache may keep a
   * response together with its nonce. `endpoint-conflict`: Reporting-Endpoints already named another URL.
   */
  readonly code: 'header-too-long' | 'cached-nonce' | 'endpoint-conflict'
  /** One sentence: what is the case. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

/** The default: Node's own channel, `node --trace-warnings` shows where from. */
export function emitWarning({ code, message, fix }: CspWarning): void {
  process.emitWarning(`${message}. Fix: ${fix}.`, { type: 'CspWarning', code })
}
