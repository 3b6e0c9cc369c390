/** Words that several rules share: redirects, and why the credentials of an element do not help. */

import type { HashAlgorithm } from '@cusp/core'
import { createHash } from 'node:crypto'
import { NONCE } from '@cusp/core'
import { show } from '@cusp/core/internal'
import type { ElementNonce } from '../check/check.ts'
import type { SourceList } from '../sources/source-list.ts'
import { shorten } from '../text.ts'

/** The redirects of a request, behind its URL. */
export function describeHops(redirectCount = 0): string {
  if (redirectCount <= 0) return ''
  return redirectCount === 1 ? ' (after a redirect)' : ` (after ${redirectCount} redirects)`
}

/** Why the nonce of an element does not match, where the list has nonces. */
export function explainNonce(
  { nonce = '', nonceable }: { nonce?: ElementNonce | undefined; nonceable?: boolean | undefined },
  list: SourceList,
): readonly string[] {
  if (list.nonces.size === 0) return []
  if (nonceable === false)
    return ["the element's nonce does not count: its attributes look injected"]
  if (nonce === '') return ['the element has no nonce']
  return nonce === NONCE
    ? ["this response's nonce is not in the list"]
    : [`the nonce ${show(shorten(nonce))} is not in the list`]
}

/** The digest of a text in base64. */
export function digestOf(source: string, algorithm: HashAlgorithm): string {
  return createHash(algorithm).update(source, 'utf8').digest('base64')
}

/** How much of a text a sample shows. @see https://w3c.github.io/webappsec-csp/#violation-sample */
const SAMPLE_LENGTH = 40

/** The beginning of a text, for the sample of a report. */
export function clip(text: string): string {
  return text.slice(0, SAMPLE_LENGTH)
}
