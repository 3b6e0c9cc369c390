/** Nonces: equal, or no match. */

import { NONCE } from '@cusp/core'
import { trimAsciiWhitespace } from '@cusp/core/internal'
import type { ElementNonce } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { NonceSource } from './source-expression.ts'
import type { SourceList } from './source-list.ts'

/**
 * The nonce-source that matches an element's nonce, or undefined. An empty nonce never matches;
 * NONCE, this response's nonce, matches the placeholder of a policy and nothing else.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-nonce-to-source-list
 */
export function doesNonceMatchSourceList(
  nonce: ElementNonce,
  list: SourceList,
  { dialect }: { readonly dialect: Dialect },
): NonceSource | undefined {
  if (nonce === '' || list.nonces.size === 0) return undefined
  if (nonce === NONCE || !dialect.has('nonce-whitespace-trimmed')) return list.nonces.get(nonce)
  return list.nonces.get(trimAsciiWhitespace(nonce))
}
