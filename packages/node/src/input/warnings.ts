/** Warnings: what works but will hurt. */

import type { Delivery, IssueCode } from '@cusp/core'

/** Something that works but will hurt. */
export interface CspWarning {
  /**
   * Stable code: that of an issue of the policy, told when the middleware is made, or one of a
   * response. `cached-nonce`: a shared cache may keep a response together with its nonce.
   * `endpoint-conflict`: Reporting-Endpoints already named another URL. `weak-nonce`: a function
   * wrote a nonce that is missing or too short. `useless-nonce`: a handler read a nonce that no
   * policy holds. `report-uri-alone`: in production, reports are asked for as on localhost.
   */
  readonly code:
    | IssueCode
    | 'cached-nonce'
    | 'endpoint-conflict'
    | 'weak-nonce'
    | 'useless-nonce'
    | 'report-uri-alone'
  /** One sentence: what is the case. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
  /** The directive concerned, lower-case, where there is one. */
  readonly directive?: string | undefined
}

/** Receives warnings. */
export type OnWarning = (warning: CspWarning) => void

/** Where the warnings of a middleware go. */
export interface WarningSink {
  readonly onWarning: OnWarning
  /** What has been told already. */
  readonly told: Set<string>
}

/** A limit, for what varies from response to response: there may be endless paths. */
const MAX_TOLD = 1000
const emitted = new Set<string>()

/** What of Node's process is used, where there is one. */
interface Host {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly emitWarning?: (text: string, options: { type: string; code: string }) => void
}

/**
 * The default: Node's own channel, where `node --trace-warnings` shows the line that caused the
 * warning; elsewhere the console. Each is emitted once, also by an application that makes a
 * middleware for each response.
 */
export function emitWarning({ code, message, fix, directive }: CspWarning): void {
  const place = directive === undefined || message.includes(directive) ? '' : `${directive}: `
  const text = `${place}${message}. Fix: ${fix}.`
  if (emitted.has(text) || emitted.size >= MAX_TOLD) return
  emitted.add(text)
  const host = findHost()
  if (host.emitWarning === undefined) console.warn(`CspWarning: ${text}`)
  else host.emitWarning(text, { type: 'CspWarning', code })
}

/** Tells something of a response once for each `subject`, such as a route. */
export function warnOnce(sink: WarningSink, warning: CspWarning, subject = ''): void {
  const { onWarning, told } = sink
  const key = `${warning.code} ${subject}`
  if (told.has(key) || told.size >= MAX_TOLD) return
  told.add(key)
  onWarning(warning)
}

/** Tells, when the middleware is made, what is known of the policies before any response. */
export function warnAtStart(delivery: Pick<Delivery, 'issues'>, onWarning: OnWarning): void {
  const told = new Set<string>()
  for (const { code, severity, message, fix, directive } of delivery.issues()) {
    const key = `${code} ${directive ?? ''} ${message}`
    if (severity !== 'warning' || told.has(key)) continue
    told.add(key)
    onWarning({ code, message, fix, ...(directive === undefined ? {} : { directive }) })
  }
}

/** Tells, in production, that report-uri alone is meant for plain http. */
export function warnInProduction({ onWarning }: Pick<WarningSink, 'onWarning'>): void {
  if (findHost().env?.['NODE_ENV'] !== 'production') return
  onWarning({
    code: 'report-uri-alone',
    message: "reporting: 'report-uri' is for plain http, and NODE_ENV is production",
    fix: "reporting: process.env.NODE_ENV === 'production' ? 'both' : 'report-uri'",
    directive: 'report-uri',
  })
}

function findHost(): Host {
  return (globalThis as { readonly process?: Host }).process ?? {}
}
