/** From a check to the question that each policy is asked: the facts are read once, whatever the number of policies. */

import { CspError } from '@cusp/core'
import type { Check, FormActionCheck, RequestCheck } from '../check/check.ts'
import type { CompiledPolicies, CompiledPolicy } from '../policy/compiled-policies.ts'
import { findDirective, sourceListOf } from '../policy/compiled-policies.ts'
import type { DecisionBasis } from './decision.ts'
import { formActionPreNavigationCheck, isBaseAllowedForDocument } from '../rules/url-directives.ts'
import {
  ensureCSPDoesNotBlockStringCompilation,
  ensureCSPDoesNotBlockWasmByteCompilation,
} from '../rules/eval.ts'
import { frameAncestorsNavigationResponseCheck, readAncestors } from '../rules/frame-ancestors.ts'
import { askInTurn, askProcesses, handOver, processesFor } from '../rules/handover.ts'
import { inlineCheck, readInline } from '../rules/inline.ts'
import type { RequestFacts } from '../rules/request-facts.ts'
import { readRequest } from '../rules/request-facts.ts'
import { doesRequestViolatePolicy } from '../rules/request.ts'
import type { Finding } from '../rules/result.ts'
import { notApplicable } from '../rules/result.ts'
import { show } from '../text.ts'
import {
  shouldSinkTypeMismatchViolationBeBlocked,
  shouldTrustedTypePolicyCreationBeBlocked,
} from '../rules/trusted-types.ts'
import { judgesUpgraded, openingOf, upgradeRequest } from '../rules/upgrade.ts'
import type { CheckedURL } from '../url/url.ts'
import { readURL } from '../url/url.ts'
import { shouldRTCConnectionsBeBlocked } from '../rules/webrtc.ts'

const TYPES: readonly Check['type'][] = [
  'request',
  'inline',
  'eval',
  'wasm',
  'base-uri',
  'form-action',
  'frame-ancestors',
  'trusted-types-policy',
  'trusted-types-sink',
  'webrtc',
]

/** Asks one policy. */
export type Question = (policy: CompiledPolicy) => Finding

/**
 * The question that a check puts to each policy.
 *
 * @throws CspError `ERR_CSP_CHECK` for a check of an unknown type
 */
export function questionOf(check: Check, basis: DecisionBasis): Question {
  // Apart from the others, so that the compiler can make one piece of what most decisions do.
  return check?.type === 'request' ? requestQuestion(check, basis) : otherQuestion(check, basis)
}

function otherQuestion(check: Exclude<Check, RequestCheck>, basis: DecisionBasis): Question {
  const { policies, self } = basis
  const { dialect } = policies
  switch (check?.type) {
    case 'inline': {
      const facts = readInline(check, dialect)
      const ask: Question = (policy) => inlineCheck(facts, policy)
      if (!dialect.has('handed-over-with-decoded-paths')) return ask
      return askProcesses(ask, processesFor(check), policies)
    }
    case 'eval':
      return (policy) => ensureCSPDoesNotBlockStringCompilation(policy, policies)
    case 'wasm':
      return ensureCSPDoesNotBlockWasmByteCompilation
    case 'base-uri': {
      const facts = { url: readURL(check.url), redirectCount: 0, self, dialect }
      return (policy) => isBaseAllowedForDocument(facts, policy)
    }
    case 'form-action':
      return formActionQuestion(check, basis)
    case 'frame-ancestors': {
      const facts = readAncestors(check, { self, dialect })
      return (policy) => frameAncestorsNavigationResponseCheck(facts, policy)
    }
    case 'trusted-types-policy':
      return (policy) => shouldTrustedTypePolicyCreationBeBlocked(check, policy, policies)
    case 'trusted-types-sink':
      return shouldSinkTypeMismatchViolationBeBlocked
    case 'webrtc':
      return shouldRTCConnectionsBeBlocked
    default:
      return refuse(check)
  }
}

function requestQuestion(check: RequestCheck, basis: DecisionBasis): Question {
  const url = readURL(check.url)
  const facts = readRequest(check, { url, self: basis.self, dialect: basis.policies.dialect })
  const { policies } = basis
  if (isUncheckedRedirect(facts, policies)) return notApplicable
  const ask = askUpgraded(
    facts,
    { destination: facts.destination, basis },
    doesRequestViolatePolicy,
  )
  if (!policies.dialect.has('handed-over-with-decoded-paths')) return ask
  return askForOpening(facts, askProcesses(ask, processesFor(check), policies), policies)
}

/** Gecko asks once more about a WebSocket that is upgraded: as a redirect to the URL that opens it. */
function askForOpening(
  facts: RequestFacts,
  ask: Question,
  { list, dialect, upgradesInsecureRequests }: CompiledPolicies,
): Question {
  if (!upgradesInsecureRequests || !dialect.has('upgraded-websocket-asked-twice')) return ask
  const url = facts.url === null ? undefined : openingOf(facts.url)
  if (url === undefined) return ask
  const redirected = { ...facts, url, redirectCount: facts.redirectCount + 1 }
  const askAgain: Question = (policy) =>
    doesRequestViolatePolicy(redirected, handOver(policy, dialect))
  return askInTurn(ask, askAgain, list)
}

/** WebKit follows the redirects of scripts unasked where some policy, report-only or not, has 'strict-dynamic'. */
function isUncheckedRedirect(
  { destination, redirectCount, chain }: RequestFacts,
  { list, dialect }: CompiledPolicies,
): boolean {
  if (destination !== 'script' || redirectCount === 0) return false
  if (!dialect.has('strict-dynamic-redirects-not-asked')) return false
  return list.some((policy) => {
    const directive = findDirective(policy, chain)
    return directive !== undefined && sourceListOf(directive).keywords.has("'strict-dynamic'")
  })
}

function formActionQuestion(check: FormActionCheck, basis: DecisionBasis): Question {
  const url = readURL(check.url)
  const { dialect } = basis.policies
  const facts = { url, redirectCount: check.redirectCount ?? 0, self: basis.self, dialect }
  return askUpgraded(facts, { destination: 'form', basis }, formActionPreNavigationCheck)
}

interface Circumstances {
  readonly destination: string
  readonly basis: DecisionBasis
}

/** Asks each policy about the URL that it judges: the one that is fetched, or the one before the upgrade. */
function askUpgraded<Facts extends { readonly url: CheckedURL | null }>(
  facts: Facts,
  { destination, basis }: Circumstances,
  ask: (facts: Facts, policy: CompiledPolicy) => Finding,
): Question {
  const { url } = facts
  const { policies, self } = basis
  const { dialect } = policies
  if (url === null || !policies.upgradesInsecureRequests) return (policy) => ask(facts, policy)
  const upgraded = { ...facts, url: upgradeRequest(url, { destination, self, dialect }) }
  return (policy) =>
    ask(judgesUpgraded({ url, destination, policy, dialect }) ? upgraded : facts, policy)
}

function refuse(check: unknown): never {
  const type = typeof check === 'object' && check !== null && 'type' in check ? check.type : check
  const expected = `{ type } to be one of ${TYPES.map((known) => show(known)).join(', ')}`
  const message = `Cannot decide: ${show(type)} is no type of check, expected ${expected}`
  throw new CspError('ERR_CSP_CHECK', message, { value: type })
}
