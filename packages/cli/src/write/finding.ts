/** What an audit lists: what the engine finds, and what the reading of a text finds. */

import type { AuditFinding, FindingInfo } from '@cusp/engine'
import { FINDINGS } from '@cusp/engine'

/** A place that a program should have filled. */
interface PlaceholderFinding extends Omit<AuditFinding, 'id'> {
  readonly id: 'unfilled-placeholder'
}

/** One finding of an audit. */
export type Finding = AuditFinding | PlaceholderFinding

const PLACEHOLDER: Omit<FindingInfo, 'id'> = {
  severity: 'info',
  meaning: 'a placeholder is not filled',
  fix: 'the policy as it is sent',
}

/** Returns what is the same for every finding of an id. */
export function findingInfo(id: Finding['id']): Omit<FindingInfo, 'id'> {
  return id === 'unfilled-placeholder' ? PLACEHOLDER : (FINDINGS.get(id) as FindingInfo)
}

/** Returns the one finding of all placeholders, or none. What a server has sent is a mistake. */
export function placeholderFindings(
  values: readonly string[],
  { isSent }: { readonly isSent: boolean },
): readonly Finding[] {
  const [value] = values
  if (value === undefined) return []
  const are = values.length === 1 ? 'an unfilled placeholder' : 'unfilled placeholders'
  return [
    {
      id: 'unfilled-placeholder',
      severity: isSent ? 'medium' : PLACEHOLDER.severity,
      directive: 'the policy',
      message: `${values.slice(0, 3).join(', ')}: ${are}, judged as if filled`,
      fix: PLACEHOLDER.fix,
      value,
      ...(values.length === 1 ? {} : { values }),
      witness: null,
    },
  ]
}
