/**
 * The rule of requests: redirects, upgrades and hand-overs around the fetch directives, and their
 * words.
 */

import type { RequestCheck } from '../check/check.ts'
import type { CompiledPolicies, Page } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { findDirective } from '../policy/compiled-policies.ts'
import { isResourceHint } from '../policy/fallback.ts'
import { shorten } from '../text.ts'
import { stripURLForUseInReports } from '../url/strip-url.ts'
import type { CheckedURL } from '../url/url.ts'
import { readURL } from '../url/url.ts'
import { checkDestination, checkInitiator, checkURL } from './facts.ts'
import type { RequestFacts } from './fetch-directives.ts'
import { doesRequestViolatePolicy, readRequest } from './fetch-directives.ts'
import type { Processes } from './handover.ts'
import { evaluateInProcesses, evaluateInTurn, handOver } from './handover.ts'
import { explainMismatch, explainUpgrade, isOpening, orNamesNoURLs } from './judge-url.ts'
import { requestAreas } from './request-areas.ts'
import type { Result } from './result.ts'
import { notApplicable } from './result.ts'
import type { Answer, Evaluate, Rule, Violated } from './rule.ts'
import { evaluateUpgraded, openingOf } from './upgrade.ts'
import { describeHops, explainNonce } from './words.ts'

const WORDS: ReadonlyMap<string, string> = new Map([
  ['', 'the connection to'],
  ['audio', 'the audio'],
  ['audioworklet', 'the audio worklet'],
  ['document', 'the navigation to'],
  ['embed', 'the embedded content'],
  ['fencedframe', 'the fenced frame'],
  ['font', 'the font'],
  ['frame', 'the frame'],
  ['iframe', 'the frame'],
  ['image', 'the image'],
  ['manifest', 'the manifest'],
  ['object', 'the embedded content'],
  ['paintworklet', 'the paint worklet'],
  ['report', 'the report to'],
  ['script', 'the script'],
  ['serviceworker', 'the service worker'],
  ['sharedworker', 'the shared worker'],
  ['style', 'the stylesheet'],
  ['track', 'the text track'],
  ['video', 'the video'],
  ['worker', 'the worker'],
  ['xslt', 'the XSLT stylesheet'],
])
/** Whose elements may carry a nonce. */
const ELEMENTS: ReadonlySet<string | null> = new Set(['script-src-elem', 'style-src-elem'])
const FRAMES: ReadonlySet<string | null> = new Set(['frame-src', 'object-src', 'fenced-frame-src'])
const PLUGINS: ReadonlySet<string> = new Set(['embed', 'object'])
/** A drawing in SVG is a document. */
const IMAGE = /^image\/(?!svg)/i
/** What Gecko's other process judges. */
const OTHER_PROCESS: ReadonlySet<string> = new Set([
  'embed',
  'frame',
  'iframe',
  'object',
  'sharedworker',
])
/** A URL may begin with white space and controls. */
const WEB_SOCKET = /^[\u0000-\u0020]*wss?:/i

/** May this URL be fetched? */
export const requestRule: Rule<RequestCheck> = {
  facts: [
    'url',
    'destination',
    'redirectCount',
    'nonce',
    'integrity',
    'parserInserted',
    'initiator',
    'nonceable',
    'originalUrl',
    'mimeType',
    'serverCertificateHashes',
  ],
  validate: validateRequest,
  prepare: prepareRequest,
  describe: (check) =>
    `${describePurpose(check)} ${shorten(String(check.url))}${describeHops(check.redirectCount)}`,
  explain,
  areas: requestAreas,
  blockedURL: obtainBlockedURL,
  sample: () => null,
  isReported: isRequestReported,
}

/**
 * Refuses facts that cannot be what is meant.
 *
 * @throws CspError `ERR_CSP_CHECK`
 */
export function validateRequest({ url, destination = '', initiator = '' }: RequestCheck): void {
  checkURL(url, 'request')
  if (destination !== '') checkDestination(destination)
  if (initiator !== '') checkInitiator(initiator)
}

/**
 * Reads a request, and who evaluates it. Apart from other rules, so that the compiler makes one
 * piece of it.
 */
export function prepareRequest(check: RequestCheck, page: Page): Evaluate {
  const { policies } = page
  const facts = readRequest(check, readURL(check.url), page)
  if (isUncheckedRedirect(facts, policies)) return notApplicable
  const evaluate = evaluateUpgraded(
    facts,
    { destination: facts.destination, page },
    doesRequestViolatePolicy,
  )
  if (isAskedAsFrame(check, policies.dialect)) return evaluateAsFrame(check, evaluate, page)
  if (!policies.dialect.has('handed-over-with-decoded-paths')) return evaluate
  const processed = evaluateInProcesses(evaluate, processesFor(check), policies)
  return evaluateOpening(facts, processed, policies)
}

function isAskedAsFrame(
  { destination = '', mimeType = '' }: RequestCheck,
  dialect: Dialect,
): boolean {
  if (!PLUGINS.has(destination) || !dialect.has('object-asked-as-frame')) return false
  return !IMAGE.test(mimeType)
}

/**
 * Blink asks object-src about the first URL of an object or embed, and then frame-src about each:
 * what has no image type is loaded as a frame.
 */
function evaluateAsFrame(check: RequestCheck, evaluate: Evaluate, page: Page): Evaluate {
  const facts = readRequest({ ...check, destination: 'iframe' }, readURL(check.url), page)
  const evaluateFrame = evaluateUpgraded(
    facts,
    { destination: 'iframe', page },
    doesRequestViolatePolicy,
  )
  if (facts.redirectCount > 0) return evaluateFrame
  const inTurn = evaluateInTurn(evaluate, evaluateFrame, page.policies.list)
  return (policy) => {
    const result = inTurn(policy)
    return result.violated ? result : evaluate(policy)
  }
}

function processesFor({ destination = '', url }: RequestCheck): Processes {
  if (OTHER_PROCESS.has(destination)) return 'other'
  return WEB_SOCKET.test(String(url)) ? 'own, other' : 'own'
}

/**
 * Gecko asks once more about a WebSocket that is upgraded: as a redirect to the URL that opens it.
 */
function evaluateOpening(
  facts: RequestFacts,
  evaluate: Evaluate,
  { list, dialect, upgradesInsecureRequests }: CompiledPolicies,
): Evaluate {
  if (!upgradesInsecureRequests || !dialect.has('upgraded-websocket-asked-twice')) return evaluate
  const url = facts.url === null ? undefined : openingOf(facts.url)
  if (url === undefined) return evaluate
  const redirected = { ...facts, url, redirectCount: facts.redirectCount + 1 }
  const evaluateAgain: Evaluate = (policy) =>
    doesRequestViolatePolicy(redirected, handOver(policy, dialect))
  return evaluateInTurn(evaluate, evaluateAgain, list)
}

/**
 * WebKit follows the redirects of scripts unasked where some policy, report-only or not, has
 * 'strict-dynamic'.
 */
function isUncheckedRedirect(
  { destination, redirectCount, chain }: RequestFacts,
  { list, dialect }: CompiledPolicies,
): boolean {
  if (destination !== 'script' || redirectCount === 0) return false
  if (!dialect.has('strict-dynamic-redirects-not-asked')) return false
  return list.some((policy) => findDirective(policy, chain)?.list.keywords.has("'strict-dynamic'"))
}

function describePurpose({
  destination = '',
  initiator = '',
  serverCertificateHashes,
}: RequestCheck): string {
  if (serverCertificateHashes === true) return 'WebTransport with certificate hashes to'
  if (isResourceHint(initiator)) return `the ${initiator} hint for`
  if (initiator === 'download') return 'the download of'
  return WORDS.get(destination) ?? `the request (${destination}) for`
}

function explain({ check, result }: Answer<RequestCheck>): readonly string[] | undefined {
  const { reason, expression } = result
  if (reason === 'certificate-hashes-blocked') {
    return ["certificate hashes need 'unsafe-webtransport-hashes', and the URL is not looked at"]
  }
  if (reason === 'parser-inserted') {
    return [
      `${expression} makes hosts, schemes and 'self' void, and the script is parser-inserted: it needs a nonce or a hash`,
      ...explainCredentials(check, result),
    ]
  }
  if (reason !== 'url-mismatch') return undefined
  return orNamesNoURLs([
    ...explainUpgrade(result.asked, check.url),
    ...explainOpening(check, result),
    ...explainCredentials(check, result),
    ...explainMismatch(result.asked),
  ])
}

/** Where it was the request that opens a WebSocket which did not match. */
function explainOpening({ url }: RequestCheck, { asked }: Result): readonly string[] {
  const before = readURL(url)
  if (before === null || asked.judged === null || !isOpening(asked.judged.url, before)) return []
  return [`${shorten(asked.judged.url.parse().href)} opens it, and is asked about too`]
}

/** Why the nonce and the integrity attribute of an element do not help. */
function explainCredentials(check: RequestCheck, { asked }: Result): readonly string[] {
  const list = asked.directive?.list
  if (list === undefined) return []
  const takesNonce = ELEMENTS.has(asked.effectiveDirective)
  const takesIntegrity = asked.effectiveDirective === 'script-src-elem' && list.hashes.size > 0
  return [
    ...(takesNonce ? explainNonce(check, list) : []),
    ...(takesIntegrity ? [explainIntegrity(check)] : []),
  ]
}

function explainIntegrity({ integrity = '' }: RequestCheck): string {
  return integrity === ''
    ? 'the element has no integrity attribute for a hash to match'
    : 'not every hash of the integrity attribute is in the list'
}

/**
 * The URL before redirects, but for frames in some engines.
 *
 * @see https://w3c.github.io/webappsec-csp/#obtain-violation-blocked-uri
 */
function obtainBlockedURL({ check, page, result }: Violated<RequestCheck>): string {
  const { dialect } = page.policies
  const isTarget =
    FRAMES.has(result.asked.effectiveDirective) && dialect.has('redirected-frame-named-by-target')
  const url = readURL(isTarget ? check.url : (check.originalUrl ?? check.url))
  if (url === null) return ''
  const isCut = dialect.has('frame-url-cut-to-origin') && isCrossOriginFrame(url, result, page)
  return isCut ? url.parse().origin : stripURLForUseInReports(url, dialect)
}

function isCrossOriginFrame(url: CheckedURL, { asked }: Result, { self }: Page): boolean {
  if (!FRAMES.has(asked.effectiveDirective) || url.parse().origin === 'null') return false
  return self?.scheme !== url.scheme || self.host !== url.host || self.port !== url.port
}

/** Engines keep some violations to themselves. */
function isRequestReported({
  check,
  page,
  policy,
  result,
  results,
}: Violated<RequestCheck>): boolean {
  const { dialect, list } = page.policies
  if (!result.violated) return false
  if (check.initiator === 'preload' && dialect.has('preload-not-reported')) return false
  if (isResourceHint(check.initiator ?? '') && dialect.has('hint-reported-once')) {
    const first = list.findIndex(
      ({ disposition }, index) => disposition === 'enforce' && results[index]?.violated === true,
    )
    return list[first] === policy
  }
  if (policy.disposition === 'enforce' || !dialect.has('nonced-file-not-reported')) return true
  return result.reason === 'parser-inserted' || !isExcusedByNonce({ check, page, results })
}

/**
 * Whether WebKit asks no report-only policy: the element has a nonce, and no enforced policy knows
 * another.
 */
function isExcusedByNonce({
  check,
  page,
  results,
}: Pick<Violated<RequestCheck>, 'check' | 'page' | 'results'>): boolean {
  const { destination, nonce = '', nonceable = true } = check
  if (nonce === '' || !nonceable || (destination !== 'script' && destination !== 'style')) {
    return false
  }
  return page.policies.list.every(({ disposition }, index) => {
    const reason = results[index]?.reason
    return disposition === 'report' || reason === 'no-directive' || reason === 'nonce-matches'
  })
}
