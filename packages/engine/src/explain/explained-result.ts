/** What an explanation is made from. */

import type { Check } from '../check/check.ts'
import type { DecisionBasis, PolicyResult } from '../decide/decision.ts'
import type { SourceList } from '../sources/source-list.ts'

/** What an explanation of one result is made from. */
export interface ExplainedResult {
  readonly result: PolicyResult
  readonly check: Check
  readonly basis: DecisionBasis
  /** The source list of the deciding directive, where there is one. */
  readonly list: SourceList | undefined
}
