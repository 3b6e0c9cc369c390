/**
 * Which directive is meant: the effective directive of a request or inline check, and who decides
 * in its absence.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-fallback-list
 */

import { CspError, DIRECTIVES } from '@cusp/core'
import { joinWords, show } from '@cusp/core/internal'
import type { InlineType } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'

const BY_DESTINATION: ReadonlyMap<string, string> = new Map([
  ['', 'connect-src'],
  ['json', 'connect-src'],
  ['text', 'connect-src'],
  ['webidentity', 'connect-src'],
  ['audioworklet', 'script-src-elem'],
  ['paintworklet', 'script-src-elem'],
  ['script', 'script-src-elem'],
  ['xslt', 'script-src-elem'],
  ['serviceworker', 'worker-src'],
  ['sharedworker', 'worker-src'],
  ['worker', 'worker-src'],
  ['style', 'style-src-elem'],
  ['image', 'img-src'],
  ['font', 'font-src'],
  ['audio', 'media-src'],
  ['track', 'media-src'],
  ['video', 'media-src'],
  ['manifest', 'manifest-src'],
  ['embed', 'object-src'],
  ['object', 'object-src'],
  ['frame', 'frame-src'],
  ['iframe', 'frame-src'],
  ['fencedframe', 'fenced-frame-src'],
])

/** The destinations of Fetch. @see https://fetch.spec.whatwg.org/#concept-request-destination */
export const DESTINATIONS: ReadonlySet<string> = new Set([
  ...BY_DESTINATION.keys(),
  'document',
  'report',
])

const BY_INLINE_TYPE: ReadonlyMap<string, string> = new Map<InlineType, string>([
  ['script', 'script-src-elem'],
  ['navigation', 'script-src-elem'],
  ['script attribute', 'script-src-attr'],
  ['style', 'style-src-elem'],
  ['style attribute', 'style-src-attr'],
])

const CHAINS: ReadonlyMap<string | null, readonly string[]> = new Map(
  Array.from(DIRECTIVES.values(), ({ name, fallback }) => [
    name,
    Object.freeze([name, ...fallback]),
  ]),
)
const EMPTY: readonly string[] = Object.freeze([])

/**
 * The effective directive of a request; null when no fetch directive is asked. Prefetch and
 * prerender hints are asked of default-src alone, see `doesResourceHintRequestViolatePolicy`.
 *
 * @see https://w3c.github.io/webappsec-csp/#effective-directive-for-a-request
 */
export function getEffectiveDirectiveForRequest(
  { destination, initiator }: { readonly destination: string; readonly initiator: string },
  dialect: Dialect,
): string | null {
  if (isResourceHint(initiator)) return 'default-src'
  if (initiator === 'download' || destination === 'report') return null
  if (destination === 'document' && dialect.has('navigation-not-asked')) return null
  if (destination === 'json' && dialect.has('json-module-asked-as-script')) {
    return 'script-src-elem'
  }
  // Anything new is governed by connect-src.
  return BY_DESTINATION.get(destination) ?? 'connect-src'
}

/** Whether the initiator is a prefetch or prerender hint. */
export function isResourceHint(initiator: string): boolean {
  return initiator === 'prefetch' || initiator === 'prerender'
}

/**
 * The effective directive of an inline check.
 *
 * @see https://w3c.github.io/webappsec-csp/#effective-directive-for-inline-check
 * @throws CspError `ERR_CSP_CHECK` for an unknown type
 */
export function getEffectiveDirectiveForInlineChecks(type: InlineType): string {
  const name = BY_INLINE_TYPE.get(type)
  if (name !== undefined) return name
  const types = Array.from(BY_INLINE_TYPE.keys(), (key) => show(key))
  const message = `Cannot decide: inline is ${show(type)}, which is not a kind of inline code. Use ${joinWords(types, 'or')}.`
  throw new CspError('ERR_CSP_CHECK', message, { value: type })
}

/**
 * The directives that may decide for an effective one, nearest first, itself included; none for
 * none.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-fallback-list
 */
export function getFetchDirectiveFallbackList(
  effectiveDirective: string | null,
): readonly string[] {
  return CHAINS.get(effectiveDirective) ?? EMPTY
}
