/** Why an element's own credentials do not help: its nonce, its integrity, its text. */

import { createHash } from 'node:crypto'
import { NONCE } from '@cusp/core'
import type { ElementNonce } from '../check/check.ts'
import { shorten } from '../check/describe.ts'
import type { ExplainedResult } from './explained-result.ts'
import { show } from '../text.ts'
import type { SourceList } from '../sources/source-list.ts'
import { hasNonceOrHash } from '../sources/source-list.ts'

/** The effective directives of elements that may carry a nonce. */
const ELEMENTS: ReadonlySet<string | null> = new Set(['script-src-elem', 'style-src-elem'])

/** Why the nonce does not match, where the list has nonces and the element may carry one. */
export function explainNonce({ check, list, result }: ExplainedResult): readonly string[] {
  if (check.type !== 'request' && check.type !== 'inline') return []
  const takesNonce = ELEMENTS.has(result.effectiveDirective) && !isNavigation({ check })
  if (list === undefined || list.nonces.size === 0 || !takesNonce) return []
  if (check.nonceable === false) {
    return ["the element's nonce does not count, for its attributes look injected"]
  }
  return [describeNonce(check.nonce)]
}

/** Why the integrity attribute does not match, where the list has hashes and a script is asked about. */
export function explainIntegrity({ check, list, result }: ExplainedResult): readonly string[] {
  const isScript = check.type === 'request' && result.effectiveDirective === 'script-src-elem'
  if (!isScript || list === undefined || list.hashes.size === 0) return []
  return (check.integrity ?? '') === ''
    ? ['the element has no integrity attribute for a hash to match']
    : ['not every hash of the integrity attribute is in the list']
}

/** Why inline code does not match. */
export function explainInline(explained: ExplainedResult): readonly string[] {
  return [
    ...explainUnsafeInline(explained),
    ...explainNonce(explained),
    ...explainHashes(explained),
  ]
}

function explainUnsafeInline({ list }: ExplainedResult): readonly string[] {
  if (list === undefined) return []
  if (!list.keywords.has("'unsafe-inline'")) return ["'unsafe-inline' is absent"]
  const company = hasNonceOrHash(list) ? 'a nonce or hash' : "'strict-dynamic'"
  return [`'unsafe-inline' is void beside ${company}`]
}

/** Which hash would allow the text, or what is missing for those that are there. */
function explainHashes({ check, list }: ExplainedResult): readonly string[] {
  if (check.type !== 'inline' || check.source === undefined || list === undefined) return []
  const isElement = check.inline === 'script' || check.inline === 'style'
  const needsKeyword = !isElement && !list.keywords.has("'unsafe-hashes'")
  if (needsKeyword && hasHashOf(check.source, list)) {
    return ["the hash of this text is in the list, and counts here only with 'unsafe-hashes'"]
  }
  const hash = `'sha256-${digestOf(check.source, 'sha256')}'`
  const needed = needsKeyword ? `'unsafe-hashes' and ${hash}` : hash
  return [`${needed} would allow exactly this text`]
}

function hasHashOf(source: string, { hashes }: SourceList): boolean {
  return Array.from(hashes).some(([algorithm, byValue]) => byValue.has(digestOf(source, algorithm)))
}

function digestOf(source: string, algorithm: string): string {
  return createHash(algorithm).update(source, 'utf8').digest('base64')
}

function isNavigation({ check }: Pick<ExplainedResult, 'check'>): boolean {
  return check.type === 'inline' && check.inline === 'navigation'
}

function describeNonce(nonce: ElementNonce = ''): string {
  if (nonce === '') return 'the element has no nonce'
  return nonce === NONCE
    ? "this response's nonce is not in the list"
    : `the nonce ${show(shorten(nonce))} is not in the list`
}
