/** The nonce that something else made for a response: the application, a proxy, a framework. */

import { CspError, isStrongNonce } from '@cusp/core'
import type { Exchange, Locals } from './exchange.ts'
import type { Settings } from './options.ts'

/**
 * The nonce of `cspNonce` or `nonceFrom`; undefined when there is none.
 *
 * @throws CspError `ERR_CSP_NONCE` for anything else there, and when the two differ
 */
export function findNonce(
  { req, res, locals }: Exchange,
  { nonceFrom }: Settings,
): string | undefined {
  const given = findShownNonce(locals)
  if (nonceFrom === undefined) return given
  const chosen = checkGiven(nonceFrom(req, res), 'nonceFrom')
  if (given !== undefined && chosen !== undefined) checkSame(given, chosen)
  return chosen ?? given
}

/**
 * The nonce that views are shown.
 *
 * @throws CspError `ERR_CSP_NONCE` for anything else there
 */
export function findShownNonce(locals: Locals | undefined): string | undefined {
  return checkGiven(locals?.['cspNonce'], 'cspNonce')
}

/**
 * Refuses a second nonce in one response.
 *
 * @throws CspError `ERR_CSP_NONCE`
 */
export function checkSame(one: unknown, other: unknown): void {
  if (one === other) return
  const message =
    'Cannot use two nonces in one response: cspNonce, nonceFrom or an outer cspMiddleware give another one, expected the same'
  throw new CspError('ERR_CSP_NONCE', message)
}

function checkGiven(value: unknown, from: string): string | undefined {
  if (value === undefined || isStrongNonce(value)) return value
  const message = `Cannot use the nonce of ${from}: it is not 22 or more letters of base64, expected a strong nonce such as createNonce() makes`
  throw new CspError('ERR_CSP_NONCE', message, { value })
}
