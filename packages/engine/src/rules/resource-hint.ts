/** Prefetch and prerender hints: the least restrictive of all fetch directives decides. */

import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective, sourceListOf } from '../policy/compiled-policies.ts'
import { getFetchDirectiveFallbackList } from '../policy/fallback.ts'
import type { RequestFacts } from './request-facts.ts'
import type { Asked, Finding } from './result.ts'
import { allow, violate } from './result.ts'
import { findURLMatch } from '../sources/url-index.ts'
import type { CheckedURL } from '../url/url.ts'

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

/**
 * Asks a policy that has default-src about a hint: allowed when the URL matches the list of any fetch directive. URLs
 * only: no nonces, no 'strict-dynamic'.
 *
 * @see https://w3c.github.io/webappsec-csp/#does-resource-hint-violate-policy
 */
export function doesResourceHintRequestViolatePolicy(
  request: RequestFacts,
  policy: CompiledPolicy,
  asked: Asked,
): Finding {
  const { dialect } = request
  for (const name of dialect.has('hint-decided-by-default-src-alone')
    ? DEFAULT_ALONE
    : HINT_DIRECTIVES) {
    const directive = policy.directives.get(name)
    if (directive === undefined) continue
    const match = findURLMatch(sourceListOf(directive).index, request.url as CheckedURL, {
      self: request.self,
      redirectCount: request.redirectCount,
      dialect,
      directive: name,
    })
    if (match !== null) return allow({ ...asked, directive: name }, 'url-matches', match.text)
  }
  return (
    (dialect.has('hint-allowed-by-strict-dynamic')
      ? allowByStrictDynamic(policy, asked)
      : undefined) ?? violate(asked, 'url-mismatch')
  )
}

/** Blink asks as if the hint were for a script or a worker too, which 'strict-dynamic' allows whatever the URL. */
function allowByStrictDynamic(policy: CompiledPolicy, asked: Asked): Finding | undefined {
  for (const name of ['script-src', 'script-src-elem', 'worker-src']) {
    const directive = findDirective(policy, getFetchDirectiveFallbackList(name))
    if (directive === undefined) continue
    const keyword = sourceListOf(directive).keywords.get("'strict-dynamic'")
    if (keyword !== undefined) {
      return allow({ ...asked, directive: directive.name }, 'keyword-allows', keyword.text)
    }
  }
  return undefined
}
