/**
 * Requests: may this URL be fetched for that purpose? Asked before the request, again for every redirect, and once more
 * of the response's URL.
 *
 * @see https://w3c.github.io/webappsec-csp/#fetch-integration
 */

import type { CompiledDirective, CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective, sourceListOf } from '../policy/compiled-policies.ts'
import { doesIntegrityMetadataMatchSourceList } from '../sources/match-integrity.ts'
import { isNavigationDirective } from '../sources/match-context.ts'
import { doesNonceMatchSourceList } from '../sources/match-nonce.ts'
import type { RequestFacts } from './request-facts.ts'
import { doesResourceHintRequestViolatePolicy } from './resource-hint.ts'
import type { Asked, Finding } from './result.ts'
import { allow, noDirective, notApplicable, violate } from './result.ts'
import type { URLSource } from '../sources/source-expression.ts'
import type { SourceList } from '../sources/source-list.ts'
import { isNoneList } from '../sources/source-list.ts'
import { findURLMatch } from '../sources/url-index.ts'
import type { CheckedURL } from '../url/url.ts'
import { pathOf } from '../url/url.ts'

/** What script-src governs. Fetch leaves xslt out of its own list; engines do not. @see https://fetch.spec.whatwg.org/#request-destination-script-like */
const SCRIPT_LIKE: ReadonlySet<string> = new Set([
  'audioworklet',
  'paintworklet',
  'script',
  'serviceworker',
  'sharedworker',
  'worker',
  'xslt',
])

/**
 * Asks one policy about a request.
 *
 * @see https://w3c.github.io/webappsec-csp/#does-request-violate-policy
 */
export function doesRequestViolatePolicy(request: RequestFacts, policy: CompiledPolicy): Finding {
  const { effectiveDirective, chain } = request
  if (effectiveDirective === null || isBlankFrame(request)) return notApplicable()
  const directive = findDirective(policy, chain)
  if (directive === undefined) return noDirective(effectiveDirective, chain)
  const asked = { effectiveDirective, directive: directive.name, chain }
  if (request.url === null) return violate(asked, 'invalid-url')
  if (request.isHint) return doesResourceHintRequestViolatePolicy(request, policy, asked)
  return preRequestCheck(request, directive, asked)
}

/**
 * The pre-request check of a fetch directive.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-pre-request-check
 */
function preRequestCheck(
  request: RequestFacts,
  directive: CompiledDirective,
  asked: Asked,
): Finding {
  const list = sourceListOf(directive)
  if (request.hasCertificateHashes && asked.effectiveDirective === 'connect-src') {
    return certificateHashesCheck(list, asked)
  }
  if (asked.effectiveDirective === 'style-src-elem') {
    const nonce = doesNonceMatchSourceList(request.nonce, list, request)
    if (nonce !== undefined) return allow(asked, 'nonce-matches', nonce.text)
  } else if (isGovernedAsScript(request, asked)) {
    const finding = scriptPreRequestCheck(request, list, asked)
    if (finding !== undefined) return finding
  } else if (asked.effectiveDirective === 'worker-src') {
    const finding = workerPreRequestCheck(request, list, asked)
    if (finding !== undefined) return finding
  }
  return urlCheck(request, list, asked)
}

/** A worker is a script only where it falls back to script-src. */
function isGovernedAsScript(
  request: RequestFacts,
  { directive, effectiveDirective }: Asked,
): boolean {
  if (!SCRIPT_LIKE.has(request.destination)) return false
  if (directive === 'script-src' || directive === 'script-src-elem') return true
  return directive === 'default-src' && effectiveDirective === 'script-src-elem'
}

/** Engines allow a worker by 'strict-dynamic' in other directives than script-src too. */
function workerPreRequestCheck(
  { dialect }: RequestFacts,
  list: SourceList,
  asked: Asked,
): Finding | undefined {
  const strictDynamic = list.keywords.get("'strict-dynamic'")
  if (strictDynamic === undefined) return undefined
  const isTaken =
    asked.directive === 'default-src'
      ? dialect.has('worker-allowed-by-strict-dynamic-in-default-src')
      : dialect.has('worker-allowed-by-strict-dynamic')
  return isTaken ? allow(asked, 'keyword-allows', strictDynamic.text) : undefined
}

/**
 * The part of the script directives' check that comes before the URL; undefined where the URL decides.
 *
 * @see https://w3c.github.io/webappsec-csp/#script-pre-request
 */
function scriptPreRequestCheck(
  request: RequestFacts,
  list: SourceList,
  asked: Asked,
): Finding | undefined {
  const nonce = doesNonceMatchSourceList(request.nonce, list, request)
  if (nonce !== undefined) return allow(asked, 'nonce-matches', nonce.text)
  const hash = doesIntegrityMetadataMatchSourceList(request.integrity, list, request)
  if (hash !== undefined) return allow(asked, 'integrity-matches', hash.text)
  const strictDynamic = list.keywords.get("'strict-dynamic'")
  if (strictDynamic === undefined) return undefined
  if (!request.isParserInserted) return allow(asked, 'keyword-allows', strictDynamic.text)
  // WebKit asks for the URL first, and names script-src when that was not what failed.
  const isRenamed =
    request.dialect.has('strict-dynamic-reported-as-script-src') &&
    findMatch(request, list, asked) !== null
  const named = isRenamed ? { ...asked, effectiveDirective: 'script-src' } : asked
  return violate(named, 'parser-inserted', strictDynamic.text)
}

/** WebTransport with certificate hashes: the keyword decides and the URL is not looked at. */
function certificateHashesCheck(list: SourceList, asked: Asked): Finding {
  const keyword = list.keywords.get("'unsafe-webtransport-hashes'")
  return keyword === undefined
    ? violate(asked, 'certificate-hashes-blocked')
    : allow(asked, 'keyword-allows', keyword.text)
}

function urlCheck(request: RequestFacts, list: SourceList, asked: Asked): Finding {
  const match = findMatch(request, list, asked)
  if (match !== null) return allow(asked, 'url-matches', match.text)
  return violate(asked, isNoneList(list) ? 'nothing-allowed' : 'url-mismatch')
}

function findMatch(request: RequestFacts, list: SourceList, asked: Asked): URLSource | null {
  return findURLMatch(list.index, request.url as CheckedURL, {
    self: request.self,
    redirectCount: request.redirectCount,
    dialect: request.dialect,
    directive: asked.directive,
    isNavigation: isNavigationDirective(asked.effectiveDirective),
  })
}

/** about:blank is not fetched: a frame of it is made without asking. */
function isBlankFrame({ url, destination, dialect }: RequestFacts): boolean {
  if (destination !== 'iframe' && destination !== 'frame') return false
  if (url === null || url.scheme !== 'about') return false
  return pathOf(url) === 'blank' && dialect.has('blank-frames-not-asked')
}
