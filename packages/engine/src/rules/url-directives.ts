/**
 * base-uri and form-action: one URL against one list, without a fallback.
 *
 * @see https://w3c.github.io/webappsec-csp/#directives-document
 * @see https://w3c.github.io/webappsec-csp/#directives-navigation
 */

import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { sourceListOf } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Finding } from './result.ts'
import { allow, noDirective, notApplicable, violate } from './result.ts'
import { isNavigationDirective } from '../sources/match-context.ts'
import { isNoneList } from '../sources/source-list.ts'
import { findURLMatch } from '../sources/url-index.ts'
import type { CheckedURL, Origin } from '../url/url.ts'

/** A URL that is going to be a base or a form's target. */
export interface URLFacts {
  /** Null for what is no URL. */
  readonly url: CheckedURL | null
  readonly redirectCount: number
  readonly self: Origin | null
  readonly dialect: Dialect
}

const BASE_URI_CHAIN: readonly string[] = Object.freeze(['base-uri'])
const FORM_ACTION_CHAIN: readonly string[] = Object.freeze(['form-action'])

/**
 * Asks one policy about the URL of `<base href>`.
 *
 * @see https://w3c.github.io/webappsec-csp/#allow-base-for-document
 */
export function isBaseAllowedForDocument(facts: URLFacts, policy: CompiledPolicy): Finding {
  return urlCheck('base-uri', BASE_URI_CHAIN, { facts, policy })
}

/**
 * Asks one policy about the target of a form, again after redirects.
 *
 * @see https://w3c.github.io/webappsec-csp/#form-action-pre-navigate
 */
export function formActionPreNavigationCheck(facts: URLFacts, policy: CompiledPolicy): Finding {
  const { redirectCount, dialect } = facts
  if (redirectCount > 0 && dialect.has('form-redirects-not-asked')) return notApplicable()
  return urlCheck('form-action', FORM_ACTION_CHAIN, { facts, policy })
}

function urlCheck(
  name: string,
  chain: readonly string[],
  { facts, policy }: { readonly facts: URLFacts; readonly policy: CompiledPolicy },
): Finding {
  const directive = policy.directives.get(name)
  if (directive === undefined) return noDirective(name, chain)
  const asked = { effectiveDirective: name, directive: name, chain }
  if (facts.url === null) return violate(asked, 'invalid-url')
  const list = sourceListOf(directive)
  const context = { ...facts, directive: name, isNavigation: isNavigationDirective(name) }
  const match = findURLMatch(list.index, facts.url, context)
  if (match !== null) return allow(asked, 'url-matches', match.text)
  return violate(asked, isNoneList(list) ? 'nothing-allowed' : 'url-mismatch')
}
