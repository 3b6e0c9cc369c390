/** frame-ancestors: who may embed the document, asked of every ancestor from the inside out. */

import type { FrameAncestorsCheck } from '../check/check.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import type { MatchContext } from '../sources/match-context.ts'
import type { SourceExpression } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'
import { isNoneList } from '../sources/source-list.ts'
import { findURLMatch } from '../sources/url-index.ts'
import { shorten } from '../text.ts'
import { stripURLForUseInReports } from '../url/strip-url.ts'
import type { CheckedURL, Origin } from '../url/url.ts'
import { originOf, readURL } from '../url/url.ts'
import { candidateOrigins } from '../witness/candidate-urls.ts'
import { isSocket } from './area-input.ts'
import { checkList } from './facts.ts'
import { explainMismatch } from './judge-url.ts'
import type { Result } from './result.ts'
import { allow, noDirective, notApplicable, violate } from './result.ts'
import type { Area, Candidate, Rule } from './rule.ts'

/** The ancestors of a document, read once for all policies of a decision. */
interface AncestorFacts {
  /** Origins from the inside out, as URLs with the path `/`; null is opaque. */
  readonly ancestors: readonly (CheckedURL | null)[]
  /** Whether the document itself is local, so that no policy is asked. */
  readonly isLocal: boolean
  readonly context: MatchContext
}

const CHAIN: readonly string[] = Object.freeze(['frame-ancestors'])
const LOCAL_SCHEMES: ReadonlySet<string> = new Set(['about', 'blob', 'data'])

const area: Area = {
  effectiveDirective: 'frame-ancestors',
  chain: CHAIN,
  *candidates(input): Generator<Candidate> {
    for (const ancestor of candidateOrigins(input)) {
      const isExcluded = !input.includesUnlikely && ancestor !== null && isSocket(ancestor)
      if (isExcluded) continue
      yield { check: { type: 'frame-ancestors', ancestors: [ancestor] } }
    }
  },
  checkFor: (url) => ({ type: 'frame-ancestors', ancestors: [url.split('/', 3).join('/')] }),
}

/** May these ancestors embed the document? */
export const frameAncestorsRule: Rule<FrameAncestorsCheck> = {
  facts: ['ancestors', 'url'],
  validate: ({ ancestors }) =>
    checkList(ancestors, 'ancestors', '["https://a.example"], from the inside out'),
  prepare(check, { self, policies }) {
    const facts = readAncestors(check, { self, dialect: policies.dialect })
    return (policy) => frameAncestorsNavigationResponseCheck(facts, policy)
  },
  describe: ({ ancestors }) =>
    ancestors.length === 0
      ? 'the top-level document'
      : `embedding by ${ancestors.map((origin) => shorten(origin ?? 'an opaque origin')).join(' in ')}`,
  explain({ result }) {
    const { judged } = result.asked
    if (result.reason !== 'ancestor-mismatch' || judged === null) return undefined
    const ancestor = shorten(judged.url.parse().origin)
    return [`nothing matches the ancestor ${ancestor}`, ...explainMismatch(result.asked)]
  },
  areas: [area],
  blockedURL({ check, page, documentURL }) {
    const url = check.url === undefined ? null : readURL(check.url)
    return url === null ? documentURL : stripURLForUseInReports(url, page.policies.dialect)
  },
  sample: () => null,
}

/** Reads the ancestors. What is not a URL counts as opaque. */
function readAncestors(
  check: FrameAncestorsCheck,
  { self, dialect }: { readonly self: Origin | null; readonly dialect: Dialect },
): AncestorFacts {
  const url = check.url === undefined ? null : readURL(check.url)
  // One engine ignores paths here, as everyone does after a redirect.
  const redirectCount = dialect.has('ancestor-paths-ignored') ? 1 : 0
  return {
    ancestors: check.ancestors.map(readAncestor),
    isLocal: url !== null && LOCAL_SCHEMES.has(url.scheme),
    context: { self, redirectCount, dialect, directive: 'frame-ancestors' },
  }
}

/**
 * Asks one policy whether the document may be embedded. The result names the first ancestor that
 * may not.
 *
 * @see https://w3c.github.io/webappsec-csp/#frame-ancestors-navigation-response
 */
function frameAncestorsNavigationResponseCheck(
  { ancestors, isLocal, context }: AncestorFacts,
  policy: CompiledPolicy,
): Result {
  const directive = policy.directives.get('frame-ancestors')
  if (directive === undefined) return noDirective('frame-ancestors', CHAIN)
  if (isLocal) return notApplicable()
  const asked = { effectiveDirective: 'frame-ancestors', chain: CHAIN, directive, judged: null }
  const { list } = directive
  let expression: string | null = null
  for (const ancestor of ancestors) {
    if (isNoneList(list)) return violate(asked, 'nothing-allowed')
    if (ancestor === null) {
      const star = findStar(list, context.dialect)
      if (star === undefined) return violate(asked, 'opaque-ancestor')
      expression ??= star.text
      continue
    }
    const match = findURLMatch(list.index, ancestor, context)
    if (match === null) {
      return violate({ ...asked, judged: { ...context, url: ancestor } }, 'ancestor-mismatch')
    }
    expression ??= match.text
  }
  return allow(asked, expression === null ? 'top-level' : 'ancestors-match', expression)
}

/** `*`, where it stands for opaque ancestors too. */
function findStar({ expressions }: SourceList, dialect: Dialect): SourceExpression | undefined {
  if (!dialect.has('opaque-ancestor-matched-by-star')) return undefined
  return expressions.find(({ kind }) => kind === 'star')
}

/** The origin of an ancestor as a URL. */
function readAncestor(origin: string | null): CheckedURL | null {
  const url = origin === null ? null : readURL(origin)
  if (url === null || originOf(url) === null) return null
  return readURL(`${url.scheme}://${url.parse().host}/`)
}
