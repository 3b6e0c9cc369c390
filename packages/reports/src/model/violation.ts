/** Violations and other reports as values: what was sent, in one shape, whatever the format. */

import type { Browser } from './browser.ts'

/**
 * What was blocked: a URL, a resource that has only a scheme, or code. `unknown` where the browser
 * does not say.
 */
export type BlockedKind =
  | 'eval'
  | 'inline'
  | 'scheme'
  | 'trusted-types'
  | 'unknown'
  | 'url'
  | 'wasm'

/** What was blocked. */
export interface Blocked {
  readonly kind: BlockedKind
  /**
   * As it was sent, for the kinds `url`, `scheme` and `unknown`: `https://cdn.example/a.js`,
   * `data`. Otherwise empty.
   */
  readonly url: string
}

/** Where the code stands that did it. */
export interface SourcePosition {
  /** URL of the file; null where the browser does not say. */
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
}

/** Whether the policy blocks or only reports; some browsers do not say. */
export type ReportedDisposition = 'enforce' | 'report' | 'unknown'

/**
 * What a browser says it blocked, or would have blocked: one violation of one policy. Frozen, and
 * plain data to JSON.
 */
export interface Violation {
  /** URL of the document; empty where the browser does not say. */
  readonly page: string
  /** Empty where there is none. */
  readonly referrer: string
  readonly blocked: Blocked
  /**
   * The effective directive, in lower case: `script-src-elem`. Older browsers name the one that
   * they found in the policy.
   */
  readonly directive: string
  readonly disposition: ReportedDisposition
  /** The text of the violated policy, as the browser sends it. */
  readonly policy: string
  readonly source: SourcePosition
  /** The first characters of the code; empty where there is none. */
  readonly sample: string
  /** HTTP status of the document; null where the browser does not say. */
  readonly status: number | null
  readonly browser: Browser
  /** Milliseconds between the violation and its report; null where the browser does not say. */
  readonly age: number | null
  /**
   * When it happened, in milliseconds since 1970: when the report was received, less its age, which
   * counts up to a day.
   */
  readonly seenAt: number
}

/** What every report has that is not a violation. */
export interface ReportBase {
  /** The type as it was sent, in lower case: `deprecation`. */
  readonly type: string
  /** URL of the document; empty where the browser does not say. */
  readonly page: string
  /** How many equal ones the body held. Chromium sends each `integrity-violation` twice. */
  readonly count: number
}

/**
 * A script or stylesheet that was loaded, with its hash: `csp-hash`, which 'report-sha256' asks
 * for.
 */
export interface HashReport extends ReportBase {
  readonly kind: 'hash'
  readonly url: string
  /**
   * `sha256-` and base64, as in a policy; hexadecimal hashes are kept as they are. Empty for an
   * opaque response.
   */
  readonly hash: string
  readonly destination: string
}

/** A resource that Integrity-Policy blocks: `integrity-violation`. */
export interface IntegrityReport extends ReportBase {
  readonly kind: 'integrity'
  readonly url: string
  readonly destination: string
  readonly disposition: ReportedDisposition
}

/** A feature that Permissions-Policy blocks: `permissions-policy-violation`. */
export interface PermissionsReport extends ReportBase {
  readonly kind: 'permissions'
  /** Such as `geolocation`. */
  readonly feature: string
  readonly disposition: ReportedDisposition
}

/** A connection that Connection-Allowlist blocks: `connection-allowlist`. */
export interface ConnectionReport extends ReportBase {
  readonly kind: 'connection'
  readonly url: string
  readonly disposition: ReportedDisposition
}

/** Any other report: deprecation, intervention, crash, network-error … */
export interface PlainReport extends ReportBase {
  readonly kind: 'plain'
  /**
   * What distinguishes it in its type: the id of a deprecation, the reason of a crash, the kind of
   * a network error.
   */
  readonly detail: string
}

/** A report that is not a violation of a Content Security Policy. */
export type OtherReport =
  | ConnectionReport
  | HashReport
  | IntegrityReport
  | PermissionsReport
  | PlainReport

/** How much is kept. */
export interface Limits {
  /** Longest URL, in characters. */
  readonly url: number
  /** Longest sample, in characters. */
  readonly sample: number
  /** Longest text of a policy, in characters. */
  readonly policy: number
  /** Longest of the other texts, in characters: hashes, features, details. */
  readonly word: number
  /** The most reports that are read of one body. */
  readonly reports: number
}

/** Longer texts are cut, further reports are counted as rejected. */
export const LIMITS: Limits = Object.freeze({
  url: 2048,
  sample: 256,
  policy: 16_384,
  word: 160,
  reports: 100,
})
