/**
 * A rule: everything that the engine knows of one type of check, as one value. `decide` evaluates
 * it, `explain` takes its words, `violation` its part of a report, `compare`, `subsumes` and
 * `audit` walk its areas.
 */

import type { Check } from '../check/check.ts'
import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import type { AreaInput } from './area-input.ts'
import type { Result } from './result.ts'

/** Evaluates a check under one policy. */
export type Evaluate = (policy: CompiledPolicy) => Result

/** What is allowed by other means than before. */
export type ChangeKind =
  | 'url'
  | 'nonce'
  | 'hash'
  | 'strict-dynamic'
  | 'inline'
  | 'eval'
  | 'wasm'
  | 'certificate-hashes'
  | 'hint'
  | 'trusted-types'
  | 'webrtc'
  | 'sandbox'
  | 'upgrade'

/** One of the checks that tell policies apart. */
export interface Candidate {
  /** Null where no check can say it: inline code of which only a hash is known. */
  readonly check: Check | null
  /** How it is evaluated, where that is not what the rule of the check does. */
  readonly prepare?: (page: Page) => Evaluate
  /**
   * Values that are allowed wherever the value of this candidate is, so that nothing tells them
   * apart from it.
   */
  readonly alike?: readonly string[]
}

/** What one effective directive governs among the checks of a rule. */
export interface Area {
  readonly effectiveDirective: string
  /** The directives that may decide, nearest first. */
  readonly chain: readonly string[]
  /** How a change is called here; without it the reason tells. */
  readonly kind?: ChangeKind
  /** Whether all directives of the chain decide together, not the nearest alone. */
  readonly isUnion?: boolean
  /**
   * Checks that meet every way in which the policies may answer: what two sides answer alike for
   * all of these they answer alike. Their number grows with the length of the lists, not with its
   * square.
   */
  candidates(input: AreaInput): Iterable<Candidate>
  /** What asks about one URL here; absent where no URL is judged. */
  readonly checkFor?: (url: string) => Check
}

/** A result, the check that it answers, and the page. */
export interface Answer<C extends Check> {
  readonly check: C
  readonly page: Page
  readonly result: Result
}

/** A violation before it is a report. */
export interface Violated<C extends Check> extends Answer<C> {
  readonly policy: CompiledPolicy
  /** What all policies say, in order. */
  readonly results: readonly Result[]
  /** The URL of the document, stripped for use in reports. */
  readonly documentURL: string
}

/** Everything about one type of check. */
export interface Rule<C extends Check> {
  /** The names of the facts, without `type`. */
  readonly facts: readonly Exclude<keyof C & string, 'type'>[]
  /**
   * Refuses facts that cannot be what is meant; those that no rule reads are refused before.
   *
   * @throws CspError `ERR_CSP_CHECK`
   */
  validate?(check: C): void
  /** Reads the facts once, whatever the number of policies. */
  prepare(check: C, page: Page): Evaluate
  /** The check as the subject of a sentence: "the script https://…". */
  describe(check: C): string
  /**
   * Why the policy answered so: clauses, for the reasons that are this rule's own. Undefined for
   * all others.
   */
  explain(answer: Answer<C>): readonly string[] | undefined
  /** What {@link compare} and {@link subsumes} ask about. */
  readonly areas: readonly Area[]
  /** What a report calls the blocked thing: a word, or a stripped URL. */
  blockedURL(violated: Violated<C>): string
  /**
   * The sample of a report, and whether it needs 'report-sample' in the list; null where there is
   * never one.
   */
  sample(check: C, result: Result): { readonly text: string; readonly needsKeyword: boolean } | null
  /** Whether a report is sent, where that is not just what is violated. */
  isReported?(violated: Violated<C>): boolean
}
