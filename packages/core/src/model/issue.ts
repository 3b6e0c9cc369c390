/** One finding about a policy: a stable code, a severity, a sentence, a fix and a place. */

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
  | 'unescaped-comma'
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
  /** How the policy is delivered. By default as the enforced header. */
  readonly delivery?: DeliveryKind | undefined
  /**
   * The origin of the pages that carry the policy, such as `http://localhost:3000`. Whether reports
   * are sent depends on its scheme.
   */
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

/**
 * One finding. `error`: browsers would not do what is written, so the policy is not delivered.
 * `warning`: look at it. `info`: good to know.
 */
export interface Issue {
  /** Stable code. */
  readonly code: IssueCode
  /** How bad it is. */
  readonly severity: 'error' | 'warning' | 'info'
  /** One sentence, without its period: what is wrong. */
  readonly message: string
  /** What to write instead: the words between "Use" and "instead". */
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

/** What an issue says of its place: the directive, the value, the position. */
export type IssueDetails = Omit<Issue, 'code' | 'severity' | 'message' | 'fix'>
