/** The middleware's options. */

import { CspError } from '@cusp/core'
import type { Request, Response } from './http-exchange.ts'
import { throwingErrors } from './to-error.ts'
import type { CspWarning, OnWarning } from './warnings.ts'
import { emitWarning } from './warnings.ts'

/** What `cspMiddleware` takes as its second argument. */
export interface CspOptions {
  /**
   * When the nonce is made. `'always'` (default): when the middleware runs. `'when-read'`: when
   * something reads `csp.nonce`. A nonce that nobody read is taken out of the header just before it
   * is sent, and `cspNonce` is not set.
   */
  readonly nonce?: 'always' | 'when-read' | undefined
  /**
   * Takes the nonce from a proxy or a framework. Returns 22 or more letters of base64, or undefined
   * for a new nonce.
   */
  readonly nonceFrom?: ((req: Request, res: Response) => string | undefined) | undefined
  /**
   * `'documents'`: responses that no browser runs as a document or a worker (images, styles, JSON
   * and the like) do not get the policy.
   */
  readonly only?: 'documents' | undefined
  /**
   * Adds the legacy Report-To header, which tells Chromium 70 to 95 the endpoints. A Delivery is
   * compiled with this header or without it, so it is an option of `deliver` there.
   */
  readonly legacyReportTo?: boolean | undefined
  /** Receives warnings about what works but will hurt; `process.emitWarning` by default. */
  readonly onWarning?: ((warning: CspWarning) => void) | undefined
}

/** Options, checked and with their defaults. */
export interface Settings {
  readonly isLazy: boolean
  readonly nonceFrom: ((req: Request, res: Response) => string | undefined) | undefined
  readonly onlyDocuments: boolean
  readonly legacyReportTo: boolean
  readonly onWarning: OnWarning
  /** Whether functions write the text of the policy, so that it may hold a nonce of their own. */
  readonly hasForeignNonces: boolean
  /** Whether every response is watched until its head is written. */
  readonly isWatched: boolean
  /** The routes that have had a warning about a nonce in a shared cache. */
  readonly warnedRoutes: Set<string>
}

const NAMES = ['nonce', 'nonceFrom', 'only', 'legacyReportTo', 'onWarning']

/**
 * Checks the options.
 *
 * @throws CspError `ERR_CSP_INPUT` names the option that is unknown or has a wrong value
 */
export function readOptions(options: CspOptions): Settings {
  if (typeof options !== 'object' || options === null) {
    const fix = `Use an object with ${NAMES.join(', ')} instead`
    refuse('the second argument is not an object of options', fix, options)
  }
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) {
      refuse(`the option ${name} is unknown`, `Use one of ${NAMES.join(', ')}`, name)
    }
  }
  const { nonce = 'always', nonceFrom, only, legacyReportTo = false, onWarning } = options
  check('nonce', nonce, nonce === 'always' || nonce === 'when-read', "'always' or 'when-read'")
  check('only', only, only === undefined || only === 'documents', "'documents', or leave it out")
  check('legacyReportTo', legacyReportTo, typeof legacyReportTo === 'boolean', 'true or false')
  check('nonceFrom', nonceFrom, isFunctionOrNothing(nonceFrom), 'a function (req, res) => nonce')
  check('onWarning', onWarning, isFunctionOrNothing(onWarning), 'a function (warning) => void')
  return {
    isLazy: nonce === 'when-read',
    nonceFrom: nonceFrom === undefined ? undefined : throwingErrors(nonceFrom),
    onlyDocuments: only === 'documents',
    legacyReportTo,
    onWarning: onWarning === undefined ? emitWarning : throwingErrors(onWarning),
    hasForeignNonces: false,
    isWatched: only === 'documents',
    warnedRoutes: new Set(),
  }
}

function isFunctionOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'function'
}

function check(name: string, value: unknown, isRight: boolean, right: string): void {
  if (!isRight) refuse(`the option ${name} has a wrong value`, `Use ${right}`, value)
}

function refuse(what: string, fix: string, value: unknown): never {
  const message = `Cannot make the middleware: ${what}. ${fix}.`
  throw new CspError('ERR_CSP_INPUT', message, { value })
}
