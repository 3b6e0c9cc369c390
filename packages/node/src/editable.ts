/** Whether the policy of a response may still be edited: not once it is sent, nor where a handler took it over. */

import { CspError } from '@cusp/core'
import type { ResponseContext } from './response-context.ts'

/** What the names of both policy headers begin with. */
const POLICY = 'Content-Security-Policy'

/** Whether the head of the response is being written, or has been. */
export function isSent({ hasBegun, res }: ResponseContext): boolean {
  return hasBegun || res.headersSent
}

/**
 * Refuses an edit that would not arrive.
 *
 * @throws CspError `ERR_CSP_HEADERS_SENT`
 */
export function checkUnsent(context: ResponseContext): void {
  if (!isSent(context)) return
  const message =
    'Cannot change the policy: the headers of this response are sent, expected the change before the first byte'
  throw new CspError('ERR_CSP_HEADERS_SENT', message)
}

/**
 * Refuses an edit of a policy whose header is not as it was written: what a handler did to it wins.
 *
 * @throws CspError `ERR_CSP_HEADERS_SENT`, `ERR_CSP_HEADER_REPLACED`
 */
export function checkOwned(context: ResponseContext): void {
  checkUnsent(context)
  const isOwned = context.written().every(({ name, value }) => {
    const expected = context.isRemoved ? undefined : value
    return !name.startsWith(POLICY) || context.res.getHeader(name) === expected
  })
  if (isOwned) return
  const message =
    'Cannot change the policy: a handler has set or removed its header, expected either that or csp.allow, csp.replace and csp.remove'
  throw new CspError('ERR_CSP_HEADER_REPLACED', message)
}
