/** How a log is kept. */

import { refusal, show } from '@cusp/core/internal'
import type { MailOptions, MailSetup } from './mail-options.ts'
import { readMailOptions } from './mail-options.ts'

/** How a log is kept. */
export interface FileOptions {
  /** Bytes. Once the log is larger than this, nothing more is written. Default 1 000 000. */
  readonly limit?: number | undefined
  /**
   * How many older logs are kept: a full one becomes `csp-violations.log.1`, and a new one begins.
   * Default 0: no rotation.
   */
  readonly rotate?: number | undefined
  /** One mail about the first violation of a log. Default none. */
  readonly mail?: MailOptions | undefined
}

/** The options as they are used. */
export interface FileSetup {
  readonly limit: number
  readonly rotate: number
  readonly mail: MailSetup | undefined
}

/** Their names. */
export const FILE_OPTIONS: readonly (keyof FileOptions)[] = ['limit', 'rotate', 'mail']

const LIMIT = 1_000_000
const MOST_OLDER = 1000

/**
 * Reads the options.
 *
 * @throws CspError `ERR_CSP_INPUT` for what is not a number of bytes, of logs, or not a mail
 */
export function readFileOptions({ limit = LIMIT, rotate = 0, mail }: FileOptions): FileSetup {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw refuse(limit, `the limit is ${show(limit)}, which is not a number of bytes`, '1000000')
  }
  if (!Number.isSafeInteger(rotate) || rotate < 0 || rotate > MOST_OLDER) {
    throw refuse(
      rotate,
      `rotate is ${show(rotate)}, which is not a number of logs up to ${MOST_OLDER}`,
      '5',
    )
  }
  return { limit, rotate, mail: mail === undefined ? undefined : readMailOptions(mail) }
}

function refuse(value: unknown, problem: string, fix: string): Error {
  return refusal('ERR_CSP_INPUT', { action: 'open the log', problem, fix, value })
}
