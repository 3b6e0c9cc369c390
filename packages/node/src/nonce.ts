/** The nonce that something else made for a response: the application, a proxy, a framework. */

import { CspError, isStrongNonce } from '@cusp/core'

/** Where a nonce comes from, and the one that the response has already. */
interface NonceOrigin {
  readonly from: string
  readonly existing: string | undefined
}

/**
 * Lets a strong nonce through.
 *
 * @throws CspError `ERR_CSP_NONCE` for anything else, and for a second nonce in one response
 */
export function checkNonce(given: unknown, { from, existing }: NonceOrigin): string {
  if (!isStrongNonce(given)) {
    const message = `Cannot use the nonce of ${from}: it is not 22 or more letters of base64, expected a strong nonce such as createNonce() makes`
    throw new CspError('ERR_CSP_NONCE', message, { value: given })
  }
  if (existing === undefined || existing === given) return given
  const message = `Cannot use two nonces in one response: that of ${from} is not the one in use, expected cspNonce, nonceFrom and every cspMiddleware to share one`
  throw new CspError('ERR_CSP_NONCE', message)
}
