/** The facts of a request, read once for all policies of a decision. */

import type { ElementNonce, RequestCheck } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'
import {
  getEffectiveDirectiveForRequest,
  getFetchDirectiveFallbackList,
  isResourceHint,
} from '../policy/fallback.ts'
import type { CheckedURL, Origin } from '../url/url.ts'

/** A request with its defaults filled in, shared by all policies of a decision. */
export interface RequestFacts {
  /** Null for what is no URL. */
  readonly url: CheckedURL | null
  readonly destination: string
  readonly redirectCount: number
  /** Empty where the element's nonce does not count. */
  readonly nonce: ElementNonce
  readonly integrity: string
  readonly isParserInserted: boolean
  readonly isHint: boolean
  readonly hasCertificateHashes: boolean
  /** Null when no fetch directive is asked. */
  readonly effectiveDirective: string | null
  readonly chain: readonly string[]
  readonly self: Origin | null
  readonly dialect: Dialect
}

/** Fills in the defaults. */
export function readRequest(
  check: RequestCheck,
  { url, self, dialect }: { url: CheckedURL | null; self: Origin | null; dialect: Dialect },
): RequestFacts {
  const { destination = '', initiator = '' } = check
  const effectiveDirective = getEffectiveDirectiveForRequest({ destination, initiator }, dialect)
  return {
    url,
    destination,
    redirectCount: check.redirectCount ?? 0,
    nonce: check.nonceable === false ? '' : (check.nonce ?? ''),
    integrity: check.integrity ?? '',
    isParserInserted: check.parserInserted ?? destination === 'script',
    isHint: isResourceHint(initiator),
    hasCertificateHashes: check.serverCertificateHashes === true,
    effectiveDirective,
    chain: getFetchDirectiveFallbackList(effectiveDirective),
    self,
    dialect,
  }
}
