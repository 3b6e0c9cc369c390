/** The documented interface of a policy. The class in `policy/policy-value.ts` implements it. */

import type { DirectiveMethods } from './directive-methods.ts'
import type { ListDirective } from '../vocabulary/directives.ts'
import type { Issue, IssueOptions } from './issue.ts'
import type { Endpoint } from '../sources/reporting.ts'
import type { CheckedSources, Source, SourceInput } from '../sources/source-types.ts'

/** One directive of a policy. */
export interface Directive {
  /** Lower-case name. */
  readonly name: string
  /** Its values in order: source expressions (or tokens, URLs, names) and {@link NONCE}. */
  readonly values: readonly Source[]
}

/** What fills in the placeholder. */
export interface NonceOptions {
  /**
   * The nonce of this response: 22 or more letters of base64. Not needed, and ignored, by a policy
   * without NONCE.
   */
  readonly nonce?: string | undefined
}

/** The two parts of a policy whose page is static: see {@link Policy.splitForMeta}. */
export interface SplitPolicy {
  /** What a meta tag can do. */
  readonly meta: Policy
  /** What only a header can do; null when nothing is left for it. */
  readonly header: Policy | null
}

/**
 * An immutable Content Security Policy. Every method that edits returns another one; this one stays
 * as it is.
 */
export interface Policy extends DirectiveMethods<Policy> {
  /** The directives in order. */
  readonly directives: readonly Directive[]
  /** The endpoints that the Reporting-Endpoints header declares for this policy. */
  readonly endpoints: readonly Endpoint[]

  /** The values of a directive, or undefined when the policy does not have it. */
  get(name: string): readonly Source[] | undefined

  /**
   * Adds values to any directive by its name. A name within two letters of a known one is refused
   * as a typo; another valid name is accepted and named by {@link Policy.issues}.
   *
   * @throws CspError `ERR_CSP_DIRECTIVE_NAME`, `ERR_CSP_DIRECTIVE_UNKNOWN`,
   *   `ERR_CSP_DIRECTIVE_REMOVED`, and as the methods do
   */
  directive(name: string, ...values: readonly SourceInput[]): Policy

  /**
   * Replaces the values of a directive; it keeps its place.
   *
   * @throws CspError as {@link Policy.directive} does
   */
  set(name: string, values: Iterable<SourceInput>): Policy

  /**
   * Deletes a directive. Deleting `report-to` also deletes what `reportTo(name, url)` wrote with
   * it: the report-uri and the endpoint.
   *
   * @throws CspError `ERR_CSP_DIRECTIVE_UNKNOWN`, `ERR_CSP_DIRECTIVE_NAME` for a misspelt name
   */
  remove(name: string): Policy

  /**
   * Allows more and never takes anything away: starts from the directive's effective (fallback)
   * list, replaces `'none'`, and does nothing where nothing restricted. Edits the named directive
   * only.
   *
   * @throws CspError `ERR_CSP_NOT_WIDER` for what could take something away: a nonce or hash where
   *   'unsafe-inline' is in force, 'strict-dynamic' where it is absent, `'none'`, a directive that
   *   is not a list of permissions
   */
  allow<const Sources extends readonly SourceInput[]>(
    name: ListDirective,
    ...sources: CheckedSources<Sources>
  ): Policy

  /**
   * Allows what `additions` list: {@link Policy.allow} for each of their list directives. What they
   * do not mention stays, what this policy leaves unrestricted stays so.
   *
   * @throws CspError `ERR_CSP_POLICY_EMPTY` on the empty policy, `ERR_CSP_NOT_WIDER` for a
   *   directive that is not a list of permissions and not the same here, and as {@link
   *   Policy.allow} does
   */
  merge(additions: Policy): Policy

  /**
   * Reports violations to `url`: one declaration for `report-to`, for `report-uri`, which browsers
   * without report-to need (it is deprecated and still wanted: Firefox before 149, Safari before
   * 16.4), and for the Reporting-Endpoints header. Over plain http, localhost included, Chromium
   * and Firefox ignore that header and send nothing. Called again it replaces all three. Without a
   * URL it writes `report-to` alone, for an endpoint declared elsewhere.
   *
   * @param name lower-case; upper case could never match the header
   * @param url absolute http(s), or relative to the page
   * @throws CspError `ERR_CSP_ENDPOINT_NAME`, `ERR_CSP_ENDPOINT_URL`
   */
  reportTo(name: string, url?: string): Policy

  /**
   * Writes `report-uri` alone; called again it replaces the URLs.
   *
   * @deprecated `report-uri` is deprecated and browsers ignore it beside `report-to`;
   *   `reportTo(name, url)` writes both.
   * @throws CspError `ERR_CSP_ENDPOINT_URL`
   */
  reportUri(...urls: readonly string[]): Policy

  /**
   * Declares a further endpoint for the Reporting-Endpoints header; the same name again replaces
   * its URL.
   *
   * @throws CspError `ERR_CSP_ENDPOINT_NAME`, `ERR_CSP_ENDPOINT_URL`
   */
  endpoint(name: string, url: string): Policy

  /**
   * The policy as a header carries it.
   *
   * @throws CspError `ERR_CSP_NONCE_MISSING` when it uses NONCE and none is given, `ERR_CSP_NONCE`
   *   for a weak one
   * @see https://w3c.github.io/webappsec-csp/#serialize-policy
   */
  toString(options?: NonceOptions): string

  /**
   * The policy as an escaped meta tag. Put it first in `<head>`: it governs what follows it.
   *
   * @throws CspError `ERR_CSP_META_DIRECTIVE` names every directive that has no effect there
   *   (report-uri, frame-ancestors, sandbox), `ERR_CSP_META_COMMA`, `ERR_CSP_POLICY_EMPTY`,
   *   `ERR_CSP_POLICY_INVALID`, and as {@link Policy.toString} does
   * @see
   *   https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-content-security-policy
   */
  toMeta(options?: NonceOptions): string

  /**
   * Splits the policy of a static page: the meta part keeps `report-to`, the header part has the
   * directives that only a header can carry and the endpoints.
   */
  splitForMeta(): SplitPolicy

  /**
   * What is wrong, void or missing in this policy when it is delivered in the given way (by default
   * as a header).
   */
  issues(options?: IssueOptions): readonly Issue[]

  /** Whether the other policy has the same directives, sources and endpoints in the same order. */
  equals(other: Policy): boolean

  /** The policy as plain data; the placeholder shows as `'nonce-{NONCE}'`. */
  toJSON(): PolicyJSON
}

/** A policy as plain data. */
export interface PolicyJSON {
  /** Values by directive name, in order. */
  readonly directives: Readonly<Record<string, readonly string[]>>
  /** URL by endpoint name. */
  readonly endpoints: Readonly<Record<string, string>>
}
