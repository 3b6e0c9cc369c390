/** The place of the nonce in built pages, and the nonces that would stay the same. */

import { refusal, show } from '@cusp/core/internal'
import type { DeliverBy } from './options.ts'

/**
 * What stands in the pages where the nonce of the response is to stand. As a nonce it is not valid,
 * so that a page whose server puts none there runs nothing.
 */
export const NONCE_PLACE = '{NONCE}'

/**
 * Refuses an `html.cspNonce` that would be the nonce of every response.
 *
 * @throws CspError `ERR_CSP_NONCE`
 * @see https://w3c.github.io/webappsec-csp/#grammardef-nonce-source
 */
export function checkPlace(place: string | undefined, deliver: DeliverBy): void {
  if (place === undefined || place === NONCE_PLACE) return
  const isLiteral = /^[\w+/-]+={0,2}$/.test(place)
  if (!isLiteral && deliver === 'nonce') return
  throw refusal('ERR_CSP_NONCE', {
    action: 'use html.cspNonce',
    problem: isLiteral
      ? `${show(place)} is a nonce, the same in every response, which anybody can read`
      : 'built files stay the same, and hashes take the place of nonces',
    fix: "cusp({ deliver: 'nonce' }) and no html.cspNonce",
    value: place,
  })
}
