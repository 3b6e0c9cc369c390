/**
 * A delivery: policies that are compiled into headers once. For each response only the nonce is put
 * in.
 *
 * @see https://w3c.github.io/webappsec-csp/#csp-headers
 */

import { refusal } from './vocabulary/errors.ts'
import { checkChoice, checkOptions } from './vocabulary/options.ts'
import { endpointConflict } from './policy/check.ts'
import { checkDeliverable } from './policy/deliverable.ts'
import type { Issue } from './model/issue.ts'
import { findLengthIssues } from './issues/issues.ts'
import type { Policies, PolicyLists } from './policy/policies.ts'
import { listPolicies } from './policy/policies.ts'
import type { NonceOptions, Policy } from './model/policy.ts'
import { isPolicy } from './policy/policy-value.ts'
import { reportByURI } from './policy/report-by-uri.ts'
import type { Endpoint } from './sources/reporting.ts'
import { reportingEndpointsValue, reportToValue } from './sources/reporting.ts'
import type { Template } from './model/serialize.ts'
import { checkNonce, fill, insertNonce, joinTemplates, templateOf } from './model/serialize.ts'

/** A header's name and value. */
export type Header = readonly [name: string, value: string]

/** A header whose value may have places for the nonce: `pieces.join(nonce)`. */
export interface HeaderTemplate {
  /** Name as it is sent. */
  readonly name: string
  /** The text in pieces, with the nonce between each two; one piece where no nonce is used. */
  readonly pieces: Template
}

/** What {@link deliver} takes besides the policies. */
export interface DeliverOptions {
  /**
   * Adds the legacy Report-To header, by which Chromium 70 to 95 learn the endpoints. Off by
   * default.
   */
  readonly legacyReportTo?: boolean | undefined
  /**
   * By which directives browsers learn where to report. `'both'` (default): report-to and
   * report-uri. `'report-uri'`: that one alone, for plain http, where Chromium and Firefox send
   * nothing by report-to and ignore the report-uri beside it. Reporting-Endpoints is left out.
   */
  readonly reporting?: 'both' | 'report-uri' | undefined
}

/** Policies on their way out, compiled. */
export interface Delivery {
  /** The enforced policies. */
  readonly enforce: readonly Policy[]
  /** The report-only policies. */
  readonly reportOnly: readonly Policy[]
  /** The endpoints of all policies. */
  readonly endpoints: readonly Endpoint[]
  /** Whether any policy uses NONCE. */
  readonly usesNonce: boolean
  /** The compiled headers, for adapters that put in a nonce they have made themselves. */
  readonly templates: readonly HeaderTemplate[]

  /**
   * The headers of one response, one pair a name; several policies are joined by `, `.
   *
   * @throws CspError `ERR_CSP_NONCE_MISSING` when a policy uses NONCE and none is given,
   *   `ERR_CSP_NONCE` for a weak one
   */
  headers(nonce?: string): readonly Header[]

  /**
   * A meta tag for each enforced policy.
   *
   * @throws CspError `ERR_CSP_META_REPORT_ONLY` when there are report-only policies, which a meta
   *   tag cannot carry, and as `Policy.toMeta` does
   */
  toMeta(options?: NonceOptions): string

  /** The issues of all policies, each as it is delivered, and of the headers as a whole. */
  issues(): readonly Issue[]
}

const BRAND = Symbol.for('@cusp/core.delivery')

/**
 * Compiles policies into headers.
 *
 * @example
 * ```ts
 * import { createNonce, csp, deliver, NONCE } from '@cusp/core'
 *
 * const delivery = deliver({ reportOnly: csp().scriptSrc(NONCE).reportTo('csp', '/csp-reports') })
 * const [policy, endpoints] = delivery.headers(createNonce())
 * policy?.[0] // => Content-Security-Policy-Report-Only
 * endpoints // => Reporting-Endpoints,csp="/csp-reports"
 * ```
 *
 * @throws CspError `ERR_CSP_POLICY_EMPTY`; `ERR_CSP_POLICY_INVALID` for a parsed policy with an
 *   issue of severity error; `ERR_CSP_ENDPOINT_CONFLICT` when policies give one endpoint two URLs;
 *   `ERR_CSP_INPUT` for what is not a policy
 */
export function deliver(
  input: Policy | Policies | Delivery,
  options: DeliverOptions = {},
): Delivery {
  if (isPolicy(input)) return compileDelivery({ enforce: [input], reportOnly: [] }, options)
  return compileDelivery(isDeliveryLike(input) ? input : listPolicies(input), options)
}

/**
 * Compiles lists of policies, either of which may be empty.
 *
 * @throws CspError as {@link deliver} does
 */
export function compileDelivery(lists: PolicyLists, options: DeliverOptions = {}): Delivery {
  const { hasEndpoints, prepare } = readDeliverOptions(options)
  const enforce = Object.freeze(lists.enforce.map(prepare))
  const reportOnly = Object.freeze(lists.reportOnly.map(prepare))
  for (const policy of enforce) checkDeliverable(policy, 'header')
  for (const policy of reportOnly) checkDeliverable(policy, 'report-only')
  const endpoints = mergeEndpoints(hasEndpoints ? [...enforce, ...reportOnly] : [])
  const templates = [
    ...policyHeader('Content-Security-Policy', enforce),
    ...policyHeader('Content-Security-Policy-Report-Only', reportOnly),
    ...endpointHeaders(endpoints, options),
  ]
  const delivery: Delivery & { readonly [BRAND]: true } = {
    enforce,
    reportOnly,
    endpoints,
    usesNonce: templates.some(({ pieces }) => pieces.length > 1),
    templates: Object.freeze(templates),
    headers(nonce) {
      if (nonce === undefined)
        return templates.map(({ name, pieces }) => [name, fill(pieces, nonce)])
      checkNonce(nonce)
      return templates.map(({ name, pieces }) => [name, insertNonce(pieces, nonce)] as const)
    },
    toMeta(metaOptions) {
      if (reportOnly.length > 0) {
        throw refusal('ERR_CSP_META_REPORT_ONLY', {
          action: 'write a meta tag',
          problem: 'it cannot carry a report-only policy',
          fix: 'a header for that policy',
        })
      }
      return enforce.map((policy) => policy.toMeta(metaOptions)).join('\n')
    },
    issues() {
      return [
        ...enforce.flatMap((policy) => policy.issues({ delivery: 'header' })),
        ...reportOnly.flatMap((policy) => policy.issues({ delivery: 'report-only' })),
        ...(enforce.length > 1 ? findLengthIssues(enforce) : []),
        ...(reportOnly.length > 1 ? findLengthIssues(reportOnly) : []),
      ]
    },
    [BRAND]: true,
  }
  return Object.freeze(delivery)
}

/**
 * Whether `value` is a delivery, also one that another copy of this package made.
 *
 * @example
 * ```ts
 * import { deliver, isDelivery, strict } from '@cusp/core'
 *
 * isDelivery(deliver(strict())) // => true
 * isDelivery(strict()) // => false
 * ```
 */
export function isDelivery(value: unknown): value is Delivery {
  return typeof value === 'object' && value !== null && BRAND in value
}

/** Whether it has the shape of a delivery: what other packages make has no brand. */
function isDeliveryLike(input: Policies | Delivery): input is Delivery {
  return typeof Object(input).headers === 'function'
}

const DELIVER_OPTIONS = ['legacyReportTo', 'reporting']

interface Preparation {
  /** Whether the endpoints of the policies are declared. */
  readonly hasEndpoints: boolean
  /** A policy as it goes out. */
  readonly prepare: (policy: Policy) => Policy
}

function readDeliverOptions(options: DeliverOptions): Preparation {
  checkOptions(options, { action: 'deliver', known: DELIVER_OPTIONS })
  const { reporting = 'both', legacyReportTo = false } = options
  checkChoice(reporting, { action: 'deliver', known: ['both', 'report-uri'] })
  if (reporting === 'both') return { hasEndpoints: true, prepare: (policy) => policy }
  if (!legacyReportTo) return { hasEndpoints: false, prepare: reportByURI }
  throw refusal('ERR_CSP_INPUT', {
    action: 'deliver',
    problem: "legacyReportTo declares endpoints, and reporting: 'report-uri' leaves them out",
    fix: 'one of these options',
    value: options,
  })
}

function policyHeader(name: string, policies: readonly Policy[]): readonly HeaderTemplate[] {
  const filled = policies.filter(({ directives }) => directives.length > 0)
  if (filled.length === 0) return []
  return [headerTemplate(name, joinTemplates(filled.map(templateOf), ', '))]
}

function endpointHeaders(
  endpoints: readonly Endpoint[],
  { legacyReportTo = false }: DeliverOptions,
): readonly HeaderTemplate[] {
  if (endpoints.length === 0) return []
  const header = headerTemplate('Reporting-Endpoints', [reportingEndpointsValue(endpoints)])
  return legacyReportTo
    ? [header, headerTemplate('Report-To', [reportToValue(endpoints)])]
    : [header]
}

function headerTemplate(name: string, pieces: Template): HeaderTemplate {
  return Object.freeze({ name, pieces: Object.freeze(pieces) })
}

function mergeEndpoints(policies: readonly Policy[]): readonly Endpoint[] {
  const merged = new Map<string, Endpoint>()
  for (const endpoint of policies.flatMap((policy) => policy.endpoints)) {
    const existing = merged.get(endpoint.name)
    if (existing === undefined) merged.set(endpoint.name, endpoint)
    else if (existing.url !== endpoint.url) {
      throw endpointConflict(endpoint.name, existing.url, endpoint.url)
    }
  }
  return Object.freeze([...merged.values()])
}
