/** Prefetch and prerender hints: the least restrictive of all fetch directives decides. */

import type { Dialect } from '../dialects/dialect.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective } from '../policy/compiled-policies.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import { findURLMatch } from '../sources/url-index.ts'
import type { Asked, JudgedURL, Result } from './result.ts'
import { allow, violate } from './result.ts'

/** The draft's list and default-src, which it forgets: alone it would block every hint. */
const HINT_DIRECTIVES: readonly string[] = [
  'child-src',
  'connect-src',
  'font-src',
  'frame-src',
  'img-src',
  'manifest-src',
  'media-src',
  'object-src',
  'script-src',
  'script-src-elem',
  'style-src',
  'style-src-elem',
  'worker-src',
  'default-src',
]

const DEFAULT_ALONE: readonly string[] = ['default-src']

/** The directives whose lists are tried for a hint. */
function hintDirectives(dialect: Dialect): readonly string[] {
  return dialect.has('hint-decided-by-default-src-alone') ? DEFAULT_ALONE : HINT_DIRECTIVES
}

/**
 * Asks a policy that has default-src about a hint: allowed when the URL matches the list of any
 * fetch directive. URLs only: no nonces, no 'strict-dynamic'.
 *
 * @see https://w3c.github.io/webappsec-csp/#does-resource-hint-violate-policy
 */
export function doesResourceHintRequestViolatePolicy(policy: CompiledPolicy, asked: Asked): Result {
  const { url, dialect, ...context } = asked.judged as JudgedURL
  for (const name of hintDirectives(dialect)) {
    const directive = policy.directives.get(name)
    if (directive === undefined) continue
    const judged = { ...context, url, dialect, directive: name, isNavigation: false }
    const match = findURLMatch(directive.list.index, url, judged)
    if (match !== null) return allow({ ...asked, directive, judged }, 'url-matches', match.text)
  }
  const allowed = dialect.has('hint-allowed-by-strict-dynamic')
    ? allowByStrictDynamic(policy, asked)
    : undefined
  return allowed ?? violate(asked, 'url-mismatch')
}

/**
 * Blink asks as if the hint were for a worker too, which 'strict-dynamic' allows whatever the URL.
 */
function allowByStrictDynamic(policy: CompiledPolicy, asked: Asked): Result | undefined {
  const directive = findDirective(policy, getFetchDirectiveFallbackList('worker-src'))
  const keyword = directive?.list.keywords.get("'strict-dynamic'")
  return directive === undefined || keyword === undefined
    ? undefined
    : allow({ ...asked, directive }, 'keyword-allows', keyword.text)
}
