/**
 * Where the collector says what happens to it: one JSON object a line, with what came from outside
 * in fields of their own.
 */

import type { DestinationStream } from 'pino'
import { destination, pino } from 'pino'

/** What the collector writes to: pino, or anything that has these methods. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Warnings and errors as pino writes them, on stderr. */
export function createLogger(
  stream: DestinationStream = destination({ fd: 2, sync: true }),
): Logger {
  return pino({ name: 'cusp-collector', level: 'warn' }, stream)
}

/**
 * What of a thrown value is logged: an error's name, code and message, never what it carries
 * besides.
 */
export function errorFields(thrown: unknown): { readonly error: object } {
  if (!(thrown instanceof Error)) return { error: { name: typeof thrown } }
  const { name, message } = thrown
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {}
  return { error: { name, ...code, message } }
}
