/** One finding about a policy: a stable code, how bad it is, a place and a fix. */

import type { CspErrorCode } from '../vocabulary/errors.ts'

/** Stable code of an {@link Issue}. */
export type IssueCode =
  | 'invalid-value'
  | 'invalid-directive'
  | 'misspelt-directive'
  | 'non-ascii-directive'
  | 'duplicate-directive'
  | 'unknown-directive'
  | 'removed-directive'
  | 'deprecated-directive'
  | 'empty-directive'
  | 'none-with-others'
  | 'too-many-values'
  | 'no-effect-in-meta'
  | 'no-effect-in-report-only'
  | 'void-source'
  | 'keyword-without-effect'
  | 'static-nonce'
  | 'encoded-separator'
  | 'missing-object-src'
  | 'missing-base-uri'
  | 'missing-endpoint'
  | 'undeclared-endpoint'
  | 'insecure-endpoint'
  | 'reports-lost-over-http'
  | 'header-too-long'

/** How a policy is delivered. */
export type DeliveryKind = 'header' | 'report-only' | 'meta'

/** What {@link Policy.issues} takes. */
export interface IssueOptions {
  /** How the policy is delivered; an enforced header unless said otherwise. */
  readonly delivery?: DeliveryKind | undefined
  /** The origin of the pages that carry the policy, such as `http://localhost:3000`; reporting depends on its scheme. */
  readonly self?: string | undefined
}

/** Where an issue is. */
export interface Position {
  /** Index of the directive in the policy, from 0; -1 for one that the parser dropped. */
  readonly directive: number
  /** Index of the value in the directive, from 0. */
  readonly value?: number
  /** Offset in the parsed text at which the place begins, in UTF-16 units. */
  readonly start?: number
  /** Offset in the parsed text behind the place. */
  readonly end?: number
}

/** One finding. `error`: it does not do what is written, and is not delivered; `warning`: look at it; `info`: good to know. */
export interface Issue {
  /** Stable code. */
  readonly code: IssueCode
  /** How bad it is. */
  readonly severity: 'error' | 'warning' | 'info'
  /** One sentence: what is the case. */
  readonly message: string
  /** What to write instead. */
  readonly fix: string
  /** The directive concerned, lower-case. */
  readonly directive?: string
  /** The value concerned. */
  readonly value?: string
  /** The code with which the builder refuses the same value. */
  readonly error?: CspErrorCode
  /** Where it is; absent where the whole policy is meant. */
  readonly position?: Position
}

/** What an issue may say besides: the directive, the value, the place. */
export type IssueDetails = Omit<Issue, 'code' | 'severity' | 'message' | 'fix'>

/** Makes an issue. */
export function makeIssue(
  code: IssueCode,
  severity: Issue['severity'],
  message: string,
  fix: string,
  details: IssueDetails = {},
): Issue {
  return { code, severity, message, fix, ...details }
}
