/**
 * Which violations are about the site, and which are noise: rules in order, the first that says
 * something counts. Noise is told by what browsers report, never by a list of hosts alone, and what
 * the site's own policy names is never noise.
 */

import type { Policy } from '@cusp/core'
import { checkOptions } from '@cusp/core/internal'
import type { PolicyInput } from '@cusp/engine'
import { compile } from '@cusp/engine'
import type {
  Classification,
  Classify,
  ClassReason,
  ViolationClass,
} from '../model/classification.ts'
import { classification } from '../model/classification.ts'
import type { BlockedKind, Violation } from '../model/violation.ts'
import { rememberLast } from '../text.ts'
import { isSchemed } from '../url/url-text.ts'
import type { IsOurs } from './hosts.ts'
import { readHosts } from './hosts.ts'
import type { Judge } from './judge.ts'
import { makeJudge } from './judge.ts'
import { rememberPolicies } from './known-policies.ts'
import { findNoise, hasOwnURL, isTranslated, namesInterceptor } from './noise.ts'
import type { IsOwn } from './own-sources.ts'
import { makeIsOwn } from './own-sources.ts'
import { listPolicyValues } from './policy-values.ts'
import { rememberClassifications } from './remember.ts'

/** What is known of the site. */
export interface ClassifyOptions {
  /**
   * The policies that it sends. What they name is never noise, and they are asked where a report
   * names no policy.
   */
  readonly policies?: PolicyInput | undefined
  /**
   * The hosts of its pages: `shop.example` for every port, `shop.example:8443` for one,
   * `*.shop.example` for every name below. Without them no page is foreign, but for copies that a
   * translator shows.
   */
  readonly hosts?: readonly string[] | undefined
}

/** What is made of the options, once. */
interface Site {
  readonly isOurs: IsOurs | undefined
  readonly isOwn: IsOwn
  /** Whether the text of a policy is not the site's, but has been rewritten on its way. */
  readonly isRewritten: (policy: string) => boolean
  readonly judge: Judge
}

const OPTION_NAMES = { action: 'classify', known: ['policies', 'hosts'] }
/** The class of a violation that is not noise, by what was blocked. */
const CLASS_OF: Readonly<Record<BlockedKind, ViolationClass>> = {
  eval: 'eval',
  inline: 'inline',
  scheme: 'source',
  'trusted-types': 'trusted-types',
  unknown: 'source',
  url: 'source',
  wasm: 'wasm',
}

/**
 * Tells the class of a violation, and why it is of that class.
 *
 * For many violations of one site use {@link createClassify}: it reads the policies once. Classify
 * before {@link redact}, which takes the samples away: some extensions are known by them.
 *
 * @throws CspError `ERR_CSP_INPUT` for an option that it does not know, and for what is not a
 *   policy or not a host
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { classify, readReports } from '@cusp/reports'
 *
 * const policies = csp().defaultSrc(SELF)
 * const body = '{"csp-report":{"document-uri":"https://shop.example/","blocked-uri":"chrome-extension","violated-directive":"script-src-elem"}}'
 * const [violation] = readReports(body).violations
 * violation && classify(violation, { policies, hosts: ['shop.example'] }).class // => extension
 * ```
 */
export function classify(violation: Violation, options: ClassifyOptions = {}): Classification {
  return createClassify(options)(violation)
}

/**
 * Makes a function that classifies the violations of one site. It remembers the policies that
 * reports name, a bounded number of them.
 *
 * @throws CspError `ERR_CSP_INPUT` for an option that it does not know, and for what is not a
 *   policy or not a host
 * @example
 * ```ts
 * import { createClassify, readReports } from '@cusp/reports'
 *
 * const classify = createClassify({ policies: { value: "default-src 'self'" }, hosts: ['shop.example'] })
 * const body = '{"csp-report":{"document-uri":"https://shop.example/","blocked-uri":"inline","violated-directive":"script-src-elem"}}'
 * readReports(body).violations.map((violation) => classify(violation).class) // => inline
 * ```
 */
export function createClassify(options: ClassifyOptions = {}): Classify {
  checkOptions(options, OPTION_NAMES)
  const { policies, hosts } = options
  // Refuses what is not a policy.
  if (policies !== undefined) compile(policies)
  const values = policies === undefined ? [] : listPolicyValues(policies)
  const isOurs = hosts === undefined ? undefined : rememberLast(readHosts(hosts))
  const isOwn = makeIsOwn(values, isOurs)
  const isRewritten = rememberLast(makeIsRewritten(values, isOwn))
  const site: Site = { isOurs, isOwn, isRewritten, judge: makeJudge(policies) }
  return rememberClassifications((violation) => classifyFor(site, violation))
}

function classifyFor(site: Site, violation: Violation): Classification {
  const stranger =
    findMalformed(violation) ?? findForeign(site, violation) ?? findRewritten(site, violation)
  if (stranger !== undefined) return stranger
  const noise = findNoise(violation, site.isOwn)
  const { kind } = violation.blocked
  // What a redirect hides is never noise, whatever else speaks for it.
  if (noise !== undefined && kind !== 'url') return noise
  const verdict = site.judge(violation)
  if (verdict === 'allows-url') return classification('redirect', 'policy-allows-url')
  if (noise !== undefined) return noise
  if (verdict === 'allows-code') return classification('impossible', 'policy-allows-code')
  return classification(CLASS_OF[kind], 'policy-forbids')
}

/** What no browser writes. */
function findMalformed({ page, blocked }: Violation): Classification | undefined {
  if (!isSchemed(page)) return malformed('page-is-not-a-url')
  if (blocked.kind === 'unknown' && blocked.url !== '') return malformed('blocked-is-not-a-url')
  return undefined
}

function malformed(reason: ClassReason): Classification {
  return classification('malformed', reason)
}

/**
 * A frame without a URL of its own belongs to the page around it, which the report does not name.
 */
function findForeign({ isOurs }: Site, { page }: Violation): Classification | undefined {
  if (!hasOwnURL(page) || isOurs?.(page) === true) return undefined
  if (isTranslated(page)) return classification('foreign', 'page-is-translated')
  return isOurs === undefined ? undefined : classification('foreign', 'page-is-not-ours')
}

function findRewritten({ isRewritten }: Site, { policy }: Violation): Classification | undefined {
  return isRewritten(policy) ? classification('injected', 'unknown-policy') : undefined
}

/** A policy that is not the site's and names a host that rewrites pages has been rewritten. */
function makeIsRewritten(values: readonly Policy[], isOwn: IsOwn): (policy: string) => boolean {
  if (values.length === 0) return () => false
  const known = rememberPolicies(values)
  return (policy) => namesInterceptor(policy, isOwn) && !known.has(policy)
}
