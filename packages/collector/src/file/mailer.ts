/**
 * Sends the mail about the first violation of a log: one, whatever number of processes write it.
 * Who sends it has said so in the state of the log; a failure is said there too, and it is tried
 * again later.
 */

import type { LogLock, LogState, MailState } from './log-state.ts'
import type { MailSender, MailSetup } from './mail-options.ts'
import { writeMail } from './mail-text.ts'

/** Sends mail when there is one to send. */
export interface Mailer {
  /**
   * Is told of the state of the mail by whoever has seen it. It returns at once, and nothing that
   * goes wrong reaches the caller.
   */
  readonly look: (mail: MailState | null) => void
  /** Waits for a mail that is being sent, and tries no more. */
  readonly close: () => Promise<void>
}

/** What it is made of. */
export interface MailerParts {
  readonly lock: LogLock
  readonly log: string
  readonly setup: MailSetup
  readonly sender: MailSender
  readonly onError: (error: Error) => void
  /** Milliseconds before a mail that has failed once is tried again. Default one minute. */
  readonly pause?: number | undefined
}

const PAUSE = 60_000
const LONGEST_PAUSE = 3_600_000
/**
 * A process that sends and ends is waited for as long. It says every so often that it still sends.
 */
const LEASE = 120_000

/** Makes it. */
export function createMailer(parts: MailerParts): Mailer {
  const { lock, log, setup, sender, onError, pause = PAUSE } = parts
  let sending: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  function look(mail: MailState | null): void {
    if (mail === null || mail.isSent || isClosed || sending !== undefined) return
    const wait = mail.notBefore - Date.now()
    if (wait > 0) later(wait)
    else sending = begin()
  }

  /** Somebody has to try again, also when no violation comes any more. */
  function later(wait: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void lookAgain(), wait).unref()
  }

  async function lookAgain(): Promise<void> {
    try {
      look(await lock.alone(({ mail }) => ({ result: mail })))
    } catch (error) {
      fail(error)
    }
  }

  async function begin(): Promise<void> {
    try {
      const mail = await claim()
      if (mail !== undefined) await send(mail)
    } catch (error) {
      fail(error)
    } finally {
      sending = undefined
    }
  }

  /** Says that it is being sent; undefined where somebody else does. */
  async function claim(): Promise<MailState | undefined> {
    return lock.alone(async (state) => {
      const { mail } = state
      const now = Date.now()
      if (mail === null || mail.isSent || mail.notBefore > now) return { result: undefined }
      const claimed = { ...mail, attempts: mail.attempts + 1, notBefore: now + LEASE }
      return { result: claimed, state: { ...state, mail: claimed } }
    })
  }

  async function send(mail: MailState): Promise<void> {
    const { from, to, domain } = setup
    const content = writeMail({ domain, record: mail.record, log })
    const headers = { 'Auto-Submitted': 'auto-generated' }
    const renewal = setInterval(() => void renew(mail).catch(fail), LEASE / 3)
    try {
      await sender.sendMail({ from, to, ...content, headers })
      await update(mail, { isSent: true })
    } catch (error) {
      const wait = Math.min(pause * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
      await update(mail, { notBefore: Date.now() + wait })
      if (!isClosed) later(wait)
      throw error
    } finally {
      clearInterval(renewal)
    }
  }

  function renew(mail: MailState): Promise<void> {
    return update(mail, { notBefore: Date.now() + LEASE })
  }

  /**
   * Changes what is known of this mail. If the log was removed meanwhile, there is another one, or
   * none.
   */
  async function update(mail: MailState, change: Partial<MailState>): Promise<void> {
    await lock.alone((state) => {
      const known = state.mail
      if (known?.record !== mail.record || known.isSent) return { result: undefined }
      return { result: undefined, state: withMail(state, { ...known, ...change }) }
    })
  }

  function fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    onError(
      new Error(`Cannot send the mail about the first violation: ${reason}`, { cause: error }),
    )
  }

  return {
    look,
    async close() {
      isClosed = true
      clearTimeout(timer)
      await sending
    },
  }
}

function withMail(state: LogState, mail: MailState): LogState {
  return { ...state, mail }
}
