/** The middleware's options. */

import { CspError } from '@cusp/core'
import type { Request, Response } from './exchange.ts'
import type { CspWarning } from './warning.ts'
import { emitWarning } from './warning.ts'

/** What `cspMiddleware` takes as its second argument. */
export interface CspOptions {
  /**
   * When the nonce is made. `'always'` (default): when the middleware runs. `'when-read'`: when something reads
   * `csp.nonce`; a nonce that nobody read is taken out of the header just before it is sent, and `cspNonce` is not set.
   */
  readonly nonce?: 'always' | 'when-read' | undefined
  /**
   * Takes the nonce from a proxy or a framework. Returns 22 or more letters of base64, or undefined for a new one.
   */
  readonly nonceFrom?: ((req: Request, res: Response) => string | undefined) | undefined
  /** `'documents'`: the policy stays off responses that are no document: images, styles, JSON and the like. */
  readonly only?: 'documents' | undefined
  /** Adds the legacy Report-To header, by which Chromium 70 to 95 learn the endpoints. */
  readonly legacyReportTo?: boolean | undefined
  /** Told what works but will hurt; `process.emitWarning` by default. */
  readonly onWarning?: ((warning: CspWarning) => void) | undefined
}

/** Options, checked and with their defaults. */
export interface Settings {
  readonly isLazy: boolean
  readonly nonceFrom: ((req: Request, res: Response) => string | undefined) | undefined
  readonly onlyDocuments: boolean
  readonly legacyReportTo: boolean
  readonly onWarning: (warning: CspWarning) => void
}

const NAMES = ['nonce', 'nonceFrom', 'only', 'legacyReportTo', 'onWarning']

/**
 * Checks the options.
 *
 * @throws CspError `ERR_CSP_INPUT` names the option that is unknown or has a wrong value
 */
export function readOptions(options: CspOptions): Settings {
  if (typeof options !== 'object') refuse(options, 'an object of options')
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) refuse(name, `one of ${NAMES.join(', ')}`)
  }
  const { nonce = 'always', nonceFrom, only, legacyReportTo = false, onWarning } = options
  if (nonce !== 'always' && nonce !== 'when-read') refuse('nonce', "'always' or 'when-read'")
  if (only !== undefined && only !== 'documents') refuse('only', "'documents' or nothing")
  if (typeof legacyReportTo !== 'boolean') refuse('legacyReportTo', 'true or false')
  if (!isFunctionOrNothing(nonceFrom)) refuse('nonceFrom', 'a function (req, res) => nonce')
  if (!isFunctionOrNothing(onWarning)) refuse('onWarning', 'a function (warning) => void')
  return {
    isLazy: nonce === 'when-read',
    nonceFrom,
    onlyDocuments: only === 'documents',
    legacyReportTo,
    onWarning: onWarning ?? emitWarning,
  }
}

function isFunctionOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'function'
}

function refuse(option: unknown, expected: string): never {
  const message = `Cannot make the middleware: the option ${String(option)} is unknown or wrong, expected ${expected}`
  throw new CspError('ERR_CSP_INPUT', message, { value: option })
}
