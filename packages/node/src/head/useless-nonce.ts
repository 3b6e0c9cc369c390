/** The warning about a nonce that a handler read and that no policy of the response holds. */

import type { Policy } from '@cusp/core'
import { DIRECTIVES } from '@cusp/core'
import { warnOnce } from '../input/warnings.ts'
import type { ResponseState } from '../response/state.ts'
import type { SentHead } from './head-arguments.ts'
import { sentHeader } from './head-arguments.ts'

const POLICY_HEADERS = ['content-security-policy', 'content-security-policy-report-only']

/** Warns, once, when the nonce that a handler read protects nothing. */
export function warnOfUselessNonce(
  { ownHeaders, ownNonce, settings }: ResponseState,
  head: SentHead,
): void {
  const { delivery } = ownHeaders
  if (delivery.usesNonce || ownNonce?.isRead !== true) return
  const source = `'nonce-${ownNonce.value as string}'`
  if (POLICY_HEADERS.some((name) => sentHeader(head, name)?.includes(source) === true)) return
  const policies = [...delivery.enforce, ...delivery.reportOnly]
  // The header part of a policy whose other part is a meta tag, which may hold the nonce.
  if (policies.every(isHeaderPart)) return
  const warning = {
    code: 'useless-nonce',
    message: 'csp.nonce was read, but no policy of the response holds the nonce: it allows nothing',
    fix: 'write NONCE into script-src or style-src of the policy, or leave the nonce out of the page',
  } as const
  warnOnce(settings, warning)
}

/** Whether the policy has only what a meta tag cannot do, as `splitForMeta()` makes it. */
function isHeaderPart({ directives }: Policy): boolean {
  return directives.every(({ name }) => {
    return name === 'report-to' || DIRECTIVES.get(name)?.worksInMeta === false
  })
}
