/** What a comparison finds: one thing that got wider or narrower, with the check that shows it. */

import type { Check } from '../check/check.ts'
import type { Decision } from '../decide/decision.ts'
import type { ChangeKind } from '../rules/rule.ts'

/** One difference between two sets of policies. */
export interface PolicyChange {
  /** `wider`: allowed now and blocked before. `narrower`: blocked now and allowed before. */
  readonly change: 'narrower' | 'wider'
  readonly kind: ChangeKind
  /**
   * The directive that allows it on the wider side, or where none does the one that forbids it on
   * the other.
   */
  readonly directive: string
  /**
   * The directives concerned as a report would name them: a change of default-src concerns several.
   */
  readonly effectiveDirectives: readonly string[]
  /**
   * The expressions that allow it on the wider side, as they are written; empty where a directive
   * is absent there.
   */
  readonly values: readonly string[]
  /** One sentence. */
  readonly message: string
  /**
   * A check that `decide` answers differently before and after. Null for what no check asks about:
   * sandbox flags, the upgrade of insecure requests, and a hash for a style or handler whose text
   * is not known (`options.sources` names it).
   */
  readonly witness: Check | null
  /** The decision about the witness before, for `explain`. */
  readonly before: Decision | null
  /** The decision about the witness after. */
  readonly after: Decision | null
}
