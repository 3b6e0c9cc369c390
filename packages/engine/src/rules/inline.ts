/**
 * Inline scripts and styles of all five kinds.
 *
 * @see https://w3c.github.io/webappsec-csp/#should-block-inline
 */

import { createHash } from 'node:crypto'
import type { ElementNonce, InlineCheck, InlineType } from '../check/check.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective, sourceListOf } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import {
  getEffectiveDirectiveForInlineChecks,
  getFetchDirectiveFallbackList,
} from '../policy/fallback.ts'
import { doesNonceMatchSourceList } from '../sources/match-nonce.ts'
import type { Asked, Finding } from './result.ts'
import { allow, noDirective, violate } from './result.ts'
import type { HashName, HashSource, SourceExpression } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'
import { hasNonceOrHash, isNoneList } from '../sources/source-list.ts'

/** An inline check with its defaults filled in, shared by all policies of a decision. */
export interface InlineFacts {
  readonly type: InlineType
  readonly source: string | undefined
  /** Empty where the element's nonce does not count. */
  readonly nonce: ElementNonce
  readonly isParserInserted: boolean
  readonly effectiveDirective: string
  /** Digests of the source, filled in as they are asked for. */
  readonly digests: Map<HashName, string>
  readonly dialect: Dialect
}

/**
 * Fills in the defaults.
 *
 * @throws CspError `ERR_CSP_CHECK` for an unknown type of inline check
 */
export function readInline(check: InlineCheck, dialect: Dialect): InlineFacts {
  return {
    type: check.inline,
    source: check.source,
    nonce: check.nonceable === false ? '' : (check.nonce ?? ''),
    isParserInserted: check.parserInserted ?? true,
    effectiveDirective: getEffectiveDirectiveForInlineChecks(check.inline),
    digests: new Map(),
    dialect,
  }
}

/** Asks one policy about an inline script or style. */
export function inlineCheck(facts: InlineFacts, policy: CompiledPolicy): Finding {
  const { effectiveDirective } = facts
  const chain = getFetchDirectiveFallbackList(effectiveDirective)
  const directive = findDirective(policy, chain)
  if (directive === undefined) return noDirective(effectiveDirective, chain)
  const asked = { effectiveDirective, directive: directive.name, chain }
  return doesElementMatchSourceListForTypeAndSource(facts, sourceListOf(directive), asked)
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
): Finding {
  const unsafeInline = doesSourceListAllowAllInlineBehavior(list, facts.type, {
    directive: asked.directive,
    dialect: facts.dialect,
  })
  if (unsafeInline !== undefined) return allow(asked, 'keyword-allows', unsafeInline.text)
  const isElement = facts.type === 'script' || facts.type === 'style'
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
 * The `'unsafe-inline'` of a list where it is in force: void beside a nonce or hash and, for scripts, beside
 * 'strict-dynamic'.
 *
 * @see https://w3c.github.io/webappsec-csp/#allow-all-inline
 */
function doesSourceListAllowAllInlineBehavior(
  list: SourceList,
  type: InlineType,
  { directive, dialect }: { readonly directive: string; readonly dialect: Dialect },
): SourceExpression | undefined {
  const unsafeInline = list.keywords.get("'unsafe-inline'")
  if (unsafeInline === undefined || hasNonceOrHash(list)) return undefined
  const isScript = type === 'script' || type === 'script attribute' || type === 'navigation'
  const isVoidable = isScript
    ? directive !== 'script-src-attr' || !dialect.has('strict-dynamic-spares-handlers')
    : directive === 'default-src' && dialect.has('strict-dynamic-voids-inline-styles')
  return isVoidable && list.keywords.has("'strict-dynamic'") ? undefined : unsafeInline
}

/** An attribute of an element: name and value. */
export type Attribute = readonly [name: string, value: string]

/**
 * Whether the nonce of an element counts: not where an attribute looks as if markup had been injected into the tag.
 *
 * @see https://w3c.github.io/webappsec-csp/#is-element-nonceable
 */
export function isElementNonceable(
  attributes: readonly Attribute[],
  options: { readonly isScript: boolean; readonly hasDuplicateAttribute: boolean },
): boolean {
  if (!attributes.some(([name]) => name === 'nonce')) return false
  if (options.isScript && attributes.flat().some((text) => /<(?:script|style)/i.test(text)))
    return false
  return !options.hasDuplicateAttribute
}

/** The hash-source that matches the text, base64 and base64url alike. */
function findHash(
  { source, digests }: InlineFacts,
  { hashes }: SourceList,
): HashSource | undefined {
  if (source === undefined) return undefined
  for (const [algorithm, byValue] of hashes) {
    let digest = digests.get(algorithm)
    if (digest === undefined) {
      digest = createHash(algorithm).update(source, 'utf8').digest('base64')
      digests.set(algorithm, digest)
    }
    const match = byValue.get(digest)
    if (match !== undefined) return match
  }
  return undefined
}
