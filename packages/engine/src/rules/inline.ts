/**
 * Inline scripts and styles of all five kinds.
 *
 * @see https://w3c.github.io/webappsec-csp/#should-block-inline
 */

import type { HashAlgorithm } from '@cusp/core'
import { spellJavaScriptURL } from '@cusp/core/internal'
import type { ElementNonce, InlineCheck, InlineType } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import { findDirective } from '../policy/compiled-policies.ts'
import {
  getEffectiveDirectiveForInlineChecks,
  getFetchDirectiveFallbackList,
} from '../policy/fallback.ts'
import { doesNonceMatchSourceList } from '../sources/match-nonce.ts'
import type { HashSource, SourceExpression } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'
import { hasNonceOrHash, isNoneList } from '../sources/source-list.ts'
import type { Asked, Result } from './result.ts'
import { allow, noDirective, violate } from './result.ts'
import { digestOf } from './words.ts'

/** An inline check with its defaults filled in, shared by all policies of a decision. */
export interface InlineFacts {
  readonly type: InlineType
  readonly source: string | undefined
  /** Empty where the element's nonce does not count. */
  readonly nonce: ElementNonce
  readonly isParserInserted: boolean
  readonly effectiveDirective: string
  readonly chain: readonly string[]
  /** Digests of the source, filled in as they are asked for. */
  readonly digests: Map<HashAlgorithm, string>
  readonly dialect: Dialect
}

/**
 * Fills in the defaults.
 *
 * @throws CspError `ERR_CSP_CHECK` for an unknown type of inline check
 */
export function readInline(check: InlineCheck, { policies }: Page): InlineFacts {
  const effectiveDirective = getEffectiveDirectiveForInlineChecks(check.inline)
  return {
    type: check.inline,
    source: hashedTextOf(check, policies.dialect),
    nonce: check.nonceable === false ? '' : (check.nonce ?? ''),
    isParserInserted: check.parserInserted ?? true,
    effectiveDirective,
    chain: getFetchDirectiveFallbackList(effectiveDirective),
    digests: new Map(),
    dialect: policies.dialect,
  }
}

/** The text that hashes are compared with: of a `javascript:` URL each engine spells its own. */
export function hashedTextOf(
  { inline, source }: InlineCheck,
  dialect: Dialect,
): string | undefined {
  if (inline !== 'navigation' || source === undefined) return source
  if (dialect.has('javascript-url-decoded')) return spellJavaScriptURL(source, 'decoded')
  const isAsWritten = dialect.has('javascript-url-query-as-written')
  return spellJavaScriptURL(source, isAsWritten ? 'barely-encoded' : 'serialized')
}

/** Asks one policy about an inline script or style. */
export function evaluateInline(facts: InlineFacts, policy: CompiledPolicy): Result {
  const { effectiveDirective, chain } = facts
  const directive = findDirective(policy, chain)
  if (directive === undefined) return noDirective(effectiveDirective, chain)
  const asked = { effectiveDirective, chain, directive, judged: null }
  return doesElementMatchSourceListForTypeAndSource(facts, directive.list, asked)
}

/** Whether a nonce can allow code of this type: that of an element. */
export function isElementType(type: InlineType): boolean {
  return type === 'script' || type === 'style'
}

/**
 * Whether an element's inline code matches a source list.
 *
 * @see https://w3c.github.io/webappsec-csp/#match-element-to-source-list
 */
function doesElementMatchSourceListForTypeAndSource(
  facts: InlineFacts,
  list: SourceList,
  asked: Asked,
): Result {
  const unsafeInline = doesSourceListAllowAllInlineBehavior(list, facts, asked)
  if (unsafeInline !== undefined) return allow(asked, 'keyword-allows', unsafeInline.text)
  const isElement = isElementType(facts.type)
  if (isElement) {
    const nonce = doesNonceMatchSourceList(facts.nonce, list, facts)
    if (nonce !== undefined) return allow(asked, 'nonce-matches', nonce.text)
  }
  if (isElement || list.keywords.has("'unsafe-hashes'")) {
    const hash = findHash(facts, list)
    if (hash !== undefined) return allow(asked, 'hash-matches', hash.text)
  }
  const strictDynamic = list.keywords.get("'strict-dynamic'")
  if (facts.type === 'script' && !facts.isParserInserted && strictDynamic !== undefined) {
    return allow(asked, 'keyword-allows', strictDynamic.text)
  }
  return violate(asked, isNoneList(list) ? 'nothing-allowed' : 'inline-blocked')
}

/**
 * The `'unsafe-inline'` of a list where it is in force: void beside a nonce or hash and, for
 * scripts, beside 'strict-dynamic'.
 *
 * @see https://w3c.github.io/webappsec-csp/#allow-all-inline
 */
function doesSourceListAllowAllInlineBehavior(
  list: SourceList,
  { type, dialect }: InlineFacts,
  { directive }: Asked,
): SourceExpression | undefined {
  const unsafeInline = list.keywords.get("'unsafe-inline'")
  if (unsafeInline === undefined || hasNonceOrHash(list)) return undefined
  const isVoidable = type.startsWith('style')
    ? directive?.name === 'default-src' && dialect.has('strict-dynamic-voids-inline-styles')
    : directive?.name !== 'script-src-attr' || !dialect.has('strict-dynamic-spares-handlers')
  return isVoidable && list.keywords.has("'strict-dynamic'") ? undefined : unsafeInline
}

/** The hash-source that matches the text, base64 and base64url alike. */
function findHash(
  { source, digests }: InlineFacts,
  { hashes }: SourceList,
): HashSource | undefined {
  for (const [algorithm, byValue] of hashes) {
    let digest = digests.get(algorithm)
    if (digest === undefined) {
      if (source === undefined) continue
      digest = digestOf(source, algorithm)
      digests.set(algorithm, digest)
    }
    const match = byValue.get(digest)
    if (match !== undefined) return match
  }
  return undefined
}

/** An attribute of an element: name and value. */
export type Attribute = readonly [name: string, value: string]

/**
 * Whether the nonce of an element counts: not where an attribute looks as if markup had been
 * injected into the tag.
 *
 * @see https://w3c.github.io/webappsec-csp/#is-element-nonceable
 * @example
 * ```ts
 * import { isElementNonceable } from '@cusp/engine'
 *
 * const attributes = [['nonce', 'r4nd0m'], ['src', '<script'], ['data-x', '']] as const
 * isElementNonceable(attributes, { isScript: true, hasDuplicateAttribute: false }) // => false
 * ```
 */
export function isElementNonceable(
  attributes: readonly Attribute[],
  options: { readonly isScript: boolean; readonly hasDuplicateAttribute: boolean },
): boolean {
  if (!attributes.some(([name]) => name === 'nonce')) return false
  const looksInjected = attributes.flat().some((text) => /<(?:script|style)/i.test(text))
  if (options.isScript && looksInjected) return false
  return !options.hasDuplicateAttribute
}
