/** The reason of a result in clauses. */

import type { Reason } from '../decide/decision.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { shorten } from '../check/describe.ts'
import { explainIntegrity, explainInline, explainNonce } from './element.ts'
import type { ExplainedResult } from './explained-result.ts'
import { contextOf, findUnmatchedAncestor, readAncestors } from '../rules/frame-ancestors.ts'
import { isNavigationDirective } from '../sources/match-context.ts'
import { describeNearMisses } from '../sources/near-miss.ts'
import type { SourceList } from '../sources/source-list.ts'
import { judgesUpgraded, openingOf, upgradeRequest } from '../rules/upgrade.ts'
import { findURLMatch } from '../sources/url-index.ts'
import type { CheckedURL } from '../url/url.ts'
import { parse, readURL } from '../url/url.ts'

/** Reasons that say the same whatever was asked. */
const FIXED: ReadonlyMap<Reason, string> = new Map<Reason, string>([
  ['not-applicable', 'no directive is asked about this'],
  ['top-level', 'the document is not embedded'],
  ['nothing-allowed', 'the list allows nothing'],
  ['invalid-url', 'what is asked about is no URL, so nothing matches'],
  ['opaque-ancestor', 'an ancestor has an opaque origin, which nothing matches'],
  ['wasm-blocked', "'wasm-unsafe-eval' and 'unsafe-eval' are absent"],
  ['duplicate-name', "the name is taken and 'allow-duplicates' is absent"],
  ['name-mismatch', 'the name is not in the list'],
  ['trusted-type-required', 'the sink wants a trusted type'],
  ['webrtc-blocked', "only a single 'allow' allows it"],
  [
    'certificate-hashes-blocked',
    "certificate hashes need 'unsafe-webtransport-hashes', and the URL is not looked at",
  ],
])

/** Clauses that say why the policy allows or forbids. */
export function explainReason(explained: ExplainedResult): readonly string[] {
  const { chain, expression, reason } = explained.result
  const fixed = FIXED.get(reason)
  if (fixed !== undefined) return [fixed]
  switch (reason) {
    case 'no-directive':
      return [
        `${joinWords(chain)} ${chain.length === 1 ? 'is' : 'are'} absent, so nothing restricts it`,
      ]
    case 'keyword-allows':
      return [`${expression} allows it`]
    case 'parser-inserted':
      return [
        `${expression} makes hosts, schemes and 'self' void, and the script is parser-inserted: it needs a nonce or a hash`,
        ...explainNonce(explained),
        ...explainIntegrity(explained),
      ]
    case 'url-mismatch':
      return explainMismatch(explained)
    case 'ancestor-mismatch':
      return explainAncestor(explained)
    case 'inline-blocked':
      return explainInline(explained)
    case 'eval-blocked':
      return explainEval(explained)
    default:
      return [...explainUpgrade(explained), `${shorten(expression as string)} matches`]
  }
}

/** Words as English lists them. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) as string}`
}

function explainMismatch(explained: ExplainedResult): readonly string[] {
  const { basis, check, result } = explained
  const list = explained.list as SourceList
  const context = {
    self: basis.self,
    redirectCount: 'redirectCount' in check ? (check.redirectCount ?? 0) : 0,
    dialect: basis.policies.dialect,
    directive: result.directive as string,
    isNavigation: isNavigationDirective(result.effectiveDirective as string),
  }
  const judged = judgedURL(explained) as CheckedURL
  // Where it matches all the same, it was the request that opens a WebSocket that did not.
  const isMatched = findURLMatch(list.index, judged, context) !== null
  const opening = isMatched ? openingOfCheck(explained) : undefined
  const misses =
    opening === undefined
      ? describeNearMisses(judged, list, context)
      : describeNearMisses(opening, list, { ...context, redirectCount: 1 })
  const clauses = [
    ...explainUpgrade(explained),
    ...(opening === undefined
      ? []
      : [`${shorten(parse(opening).href)} opens it, and is asked about too`]),
    ...explainNonce(explained),
    ...explainIntegrity(explained),
    ...misses,
  ]
  return clauses.length === 0 ? ['the list names no URLs'] : clauses
}

/** The request that opens a WebSocket, where an engine asks about it too. */
function openingOfCheck({ check, basis }: ExplainedResult): CheckedURL | undefined {
  const { dialect, upgradesInsecureRequests } = basis.policies
  if (!upgradesInsecureRequests || !dialect.has('upgraded-websocket-asked-twice')) return undefined
  const url = check.type === 'request' ? readURL(check.url) : null
  return url === null ? undefined : openingOf(url)
}

/** The URL that this policy judged, upgraded or not. */
function judgedURL({ check, result, basis }: ExplainedResult): CheckedURL | null {
  const url = 'url' in check && check.url !== undefined ? readURL(check.url) : null
  const { policies, self } = basis
  if (url === null || !policies.upgradesInsecureRequests) return url
  if (check.type !== 'request' && check.type !== 'form-action') return url
  const destination = check.type === 'request' ? (check.destination ?? '') : 'form'
  const policy = policies.list[result.policy] as CompiledPolicy
  const { dialect } = policies
  const isUpgraded = judgesUpgraded({ url, destination, policy, dialect })
  return isUpgraded ? upgradeRequest(url, { destination, self, dialect }) : url
}

function explainUpgrade(explained: ExplainedResult): readonly string[] {
  const { check } = explained
  const url = judgedURL(explained)
  if (url === null || !('url' in check) || check.url === undefined) return []
  const { href } = parse(url)
  if (href === new URL(check.url).href) return []
  return [`upgrade-insecure-requests makes the URL ${shorten(href)}`]
}

function explainAncestor({ basis, check, list }: ExplainedResult): readonly string[] {
  if (check.type !== 'frame-ancestors' || list === undefined) return []
  const facts = readAncestors(check, { self: basis.self, dialect: basis.policies.dialect })
  const ancestor = findUnmatchedAncestor(facts, list) as CheckedURL
  const misses = describeNearMisses(ancestor, list, contextOf(facts))
  return [`nothing matches the ancestor ${shorten(parse(ancestor).origin)}`, ...misses]
}

function explainEval({ basis, list }: ExplainedResult): readonly string[] {
  const isVoid = list?.keywords.has("'trusted-types-eval'") && !basis.policies.requiresTrustedTypes
  const note = ", and 'trusted-types-eval' counts only where trusted types are required"
  return [`'unsafe-eval' is absent${isVoid === true ? note : ''}`]
}
