/** frame-ancestors: who may embed the document, asked of every ancestor from the inside out. */

import type { FrameAncestorsCheck } from '../check/check.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { sourceListOf } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { MatchContext } from '../sources/match-context.ts'
import type { Finding } from './result.ts'
import { allow, noDirective, notApplicable, violate } from './result.ts'
import type { SourceList } from '../sources/source-list.ts'
import { isNoneList } from '../sources/source-list.ts'
import { findURLMatch } from '../sources/url-index.ts'
import type { CheckedURL, Origin } from '../url/url.ts'
import { originOf, parse, readURL } from '../url/url.ts'

/** The ancestors of a document, read once for all policies of a decision. */
export interface AncestorFacts {
  /** Origins from the inside out, as URLs with the path `/`; null is opaque. */
  readonly ancestors: readonly (CheckedURL | null)[]
  /** Whether the document itself is local, so that nobody asks. */
  readonly isLocal: boolean
  readonly self: Origin | null
  readonly dialect: Dialect
}

const CHAIN: readonly string[] = Object.freeze(['frame-ancestors'])
const LOCAL_SCHEMES: ReadonlySet<string> = new Set(['about', 'blob', 'data'])

/** Reads the ancestors. What is no URL counts as opaque. */
export function readAncestors(
  check: FrameAncestorsCheck,
  { self, dialect }: { readonly self: Origin | null; readonly dialect: Dialect },
): AncestorFacts {
  const url = check.url === undefined ? null : readURL(check.url)
  return {
    ancestors: check.ancestors.map(readAncestor),
    isLocal: url !== null && LOCAL_SCHEMES.has(url.scheme),
    self,
    dialect,
  }
}

/**
 * Asks one policy whether the document may be embedded.
 *
 * @see https://w3c.github.io/webappsec-csp/#frame-ancestors-navigation-response
 */
export function frameAncestorsNavigationResponseCheck(
  facts: AncestorFacts,
  policy: CompiledPolicy,
): Finding {
  const directive = policy.directives.get('frame-ancestors')
  if (directive === undefined) return noDirective('frame-ancestors', CHAIN)
  if (facts.isLocal) return notApplicable()
  const asked = {
    effectiveDirective: 'frame-ancestors',
    directive: 'frame-ancestors',
    chain: CHAIN,
  }
  const list = sourceListOf(directive)
  const context = contextOf(facts)
  let expression: string | null = null
  for (const ancestor of facts.ancestors) {
    if (isNoneList(list)) return violate(asked, 'nothing-allowed')
    if (ancestor === null) return violate(asked, 'opaque-ancestor')
    const match = findURLMatch(list.index, ancestor, context)
    if (match === null) return violate(asked, 'ancestor-mismatch')
    expression ??= match.text
  }
  return allow(asked, expression === null ? 'top-level' : 'ancestors-match', expression)
}

/** The first ancestor that no expression of the list matches, or undefined: for explanations. */
export function findUnmatchedAncestor(
  facts: AncestorFacts,
  list: SourceList,
): CheckedURL | null | undefined {
  const context = contextOf(facts)
  return facts.ancestors.find(
    (ancestor) => ancestor === null || findURLMatch(list.index, ancestor, context) === null,
  )
}

/** The circumstances in which ancestors are matched. */
export function contextOf({ self, dialect }: AncestorFacts): MatchContext {
  // One engine ignores paths here, as everyone does after a redirect.
  const redirectCount = dialect.has('ancestor-paths-ignored') ? 1 : 0
  return { self, redirectCount, dialect, directive: 'frame-ancestors' }
}

/** The origin of an ancestor as a URL. */
function readAncestor(origin: string | null): CheckedURL | null {
  const url = origin === null ? null : readURL(origin)
  if (url === null || originOf(url) === null) return null
  return readURL(`${url.scheme}://${parse(url).host}/`)
}
