/**
 * Fetch directives: may this URL be fetched for that purpose? Asked before the request, again for
 * every redirect, and once more of the response's URL.
 *
 * @see https://w3c.github.io/webappsec-csp/#fetch-integration
 */

import type { ElementNonce, RequestCheck } from '../check/check.ts'
import type { CompiledDirective, CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { findDirective } from '../policy/compiled-policies.ts'
import {
  getEffectiveDirectiveForRequest,
  getFetchDirectiveFallbackList,
  isResourceHint,
} from '../policy/fallback.ts'
import { doesIntegrityMetadataMatchSourceList } from '../sources/match-integrity.ts'
import { doesNonceMatchSourceList } from '../sources/match-nonce.ts'
import type { SourceList } from '../sources/source-list.ts'
import { findURLMatch } from '../sources/url-index.ts'
import type { CheckedURL } from '../url/url.ts'
import type { URLFacts } from './judge-url.ts'
import { evaluateURL, judgedBy } from './judge-url.ts'
import { doesResourceHintRequestViolatePolicy } from './resource-hint.ts'
import type { Asked, JudgedURL, Result } from './result.ts'
import { allow, noDirective, notApplicable, violate } from './result.ts'

/** A request with its defaults filled in, shared by all policies of a decision. */
export interface RequestFacts extends URLFacts {
  readonly destination: string
  /** Empty where the element's nonce does not count. */
  readonly nonce: ElementNonce
  readonly integrity: string
  readonly isParserInserted: boolean
  readonly isHint: boolean
  /** Whether the keyword for certificate hashes decides, and not the URL. */
  readonly goesByCertificateHashes: boolean
  /** Null when no fetch directive is asked. */
  readonly effectiveDirective: string | null
  readonly chain: readonly string[]
}

/**
 * What script-src governs. Fetch leaves xslt out of its own list; engines do not. @see
 * https://fetch.spec.whatwg.org/#request-destination-script-like
 */
const SCRIPT_LIKE: ReadonlySet<string> = new Set([
  'audioworklet',
  'paintworklet',
  'script',
  'serviceworker',
  'sharedworker',
  'worker',
  'xslt',
])

/** Fills in the defaults. */
export function readRequest(
  check: RequestCheck,
  url: CheckedURL | null,
  { self, policies }: Page,
): RequestFacts {
  const { dialect } = policies
  const { destination = '', initiator = '' } = check
  const effectiveDirective = getEffectiveDirectiveForRequest({ destination, initiator }, dialect)
  return {
    url,
    destination,
    redirectCount: check.redirectCount ?? 0,
    nonce: check.nonceable === false ? '' : (check.nonce ?? ''),
    integrity: ignoresIntegrity(initiator, dialect) ? '' : (check.integrity ?? ''),
    isParserInserted: countsAsParserInserted(check, dialect),
    isHint: isResourceHint(initiator),
    goesByCertificateHashes:
      check.serverCertificateHashes === true && !dialect.has('certificate-hashes-judged-by-url'),
    effectiveDirective,
    chain: getFetchDirectiveFallbackList(effectiveDirective),
    self,
    dialect,
  }
}

function ignoresIntegrity(initiator: string, dialect: Dialect): boolean {
  return initiator === 'preload' && dialect.has('preload-integrity-ignored')
}

/** Scripts are, unless told; to some engines no preload is. */
function countsAsParserInserted(
  { destination, initiator, parserInserted }: RequestCheck,
  dialect: Dialect,
): boolean {
  if (initiator === 'preload' && dialect.has('preload-allowed-by-strict-dynamic')) return false
  return parserInserted ?? destination === 'script'
}

/**
 * Asks one policy about a request.
 *
 * @see https://w3c.github.io/webappsec-csp/#does-request-violate-policy
 */
export function doesRequestViolatePolicy(request: RequestFacts, policy: CompiledPolicy): Result {
  const { effectiveDirective, chain, url } = request
  if (effectiveDirective === null || isBlankFrame(request)) return notApplicable()
  const directive = findDirective(policy, chain)
  if (directive === undefined) return noDirective(effectiveDirective, chain)
  if (url === null) {
    return violate({ effectiveDirective, chain, directive, judged: null }, 'invalid-url')
  }
  const judged = judgedBy(
    request as RequestFacts & { url: CheckedURL },
    directive,
    effectiveDirective,
  )
  const asked = { effectiveDirective, chain, directive, judged }
  if (request.isHint) return doesResourceHintRequestViolatePolicy(policy, asked)
  return preRequestCheck(request, directive, asked)
}

/**
 * The pre-request check of a fetch directive.
 *
 * @see https://w3c.github.io/webappsec-csp/#directive-pre-request-check
 */
function preRequestCheck(
  request: RequestFacts,
  { name, list }: CompiledDirective,
  asked: Asked,
): Result {
  const { effectiveDirective } = asked
  if (request.goesByCertificateHashes && effectiveDirective === 'connect-src') {
    return certificateHashesCheck(list, asked)
  }
  if (effectiveDirective === 'style-src-elem') {
    const nonce = doesNonceMatchSourceList(request.nonce, list, request)
    if (nonce !== undefined) return allow(asked, 'nonce-matches', nonce.text)
  } else if (isGovernedAsScript(request, name)) {
    const result = scriptPreRequestCheck(request, list, asked)
    if (result !== undefined) return result
  } else if (effectiveDirective === 'worker-src') {
    const result = workerPreRequestCheck(request, list, asked)
    if (result !== undefined) return result
  }
  return evaluateURL(asked)
}

/** A worker is a script only where it falls back to script-src. */
function isGovernedAsScript(
  { destination, effectiveDirective }: RequestFacts,
  directive: string,
): boolean {
  if (!SCRIPT_LIKE.has(destination)) return false
  if (directive === 'script-src' || directive === 'script-src-elem') return true
  return directive === 'default-src' && effectiveDirective === 'script-src-elem'
}

/**
 * Engines allow a worker by 'strict-dynamic' in other directives than script-src too. No parser
 * inserts one; what is asked of one that is, is answered as for scripts.
 */
function workerPreRequestCheck(
  { dialect, isParserInserted }: RequestFacts,
  list: SourceList,
  asked: Asked,
): Result | undefined {
  const strictDynamic = list.keywords.get("'strict-dynamic'")
  if (strictDynamic === undefined || isParserInserted) return undefined
  const isTaken =
    asked.directive?.name === 'default-src'
      ? dialect.has('worker-allowed-by-strict-dynamic-in-default-src')
      : dialect.has('worker-allowed-by-strict-dynamic')
  return isTaken ? allow(asked, 'keyword-allows', strictDynamic.text) : undefined
}

/**
 * The part of the script directives' check that comes before the URL; undefined where the URL
 * decides.
 *
 * @see https://w3c.github.io/webappsec-csp/#script-pre-request
 */
function scriptPreRequestCheck(
  request: RequestFacts,
  list: SourceList,
  asked: Asked,
): Result | undefined {
  const nonce = doesNonceMatchSourceList(request.nonce, list, request)
  if (nonce !== undefined) return allow(asked, 'nonce-matches', nonce.text)
  const hash = doesIntegrityMetadataMatchSourceList(request.integrity, list, request)
  if (hash !== undefined) return allow(asked, 'integrity-matches', hash.text)
  const strictDynamic = list.keywords.get("'strict-dynamic'")
  if (strictDynamic === undefined) return undefined
  if (!request.isParserInserted) return allow(asked, 'keyword-allows', strictDynamic.text)
  // WebKit asks for the URL first, and names script-src when that was not what failed.
  const judged = asked.judged as JudgedURL
  const isRenamed =
    request.dialect.has('strict-dynamic-reported-as-script-src') &&
    findURLMatch(list.index, judged.url, judged) !== null
  const named = isRenamed ? { ...asked, effectiveDirective: 'script-src' } : asked
  return violate(named, 'parser-inserted', strictDynamic.text)
}

/** WebTransport with certificate hashes: the keyword decides and the URL is not looked at. */
function certificateHashesCheck(list: SourceList, asked: Asked): Result {
  const keyword = list.keywords.get("'unsafe-webtransport-hashes'")
  return keyword === undefined
    ? violate(asked, 'certificate-hashes-blocked')
    : allow(asked, 'keyword-allows', keyword.text)
}

/** about:blank and about:srcdoc are not fetched: a frame of them is made without asking. */
function isBlankFrame({ url, destination, dialect }: RequestFacts): boolean {
  if (destination !== 'iframe' && destination !== 'frame') return false
  if (url === null || url.scheme !== 'about') return false
  const isLocal = url.path === 'blank' || url.path === 'srcdoc'
  return isLocal && dialect.has('blank-frames-not-asked')
}
