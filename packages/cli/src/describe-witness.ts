/** Checks in words, for the proof of a finding. */

import type { Check } from '@cusp/engine'
import { decide, explain } from '@cusp/engine'

/** "the script https://evil.example/", "the inline script alert(1)". */
export function describeWitness(check: Check): string {
  const [verdict = ''] = explain(decide([], check))
  // Nothing forbids anything without a policy: "Allowed: the script https://….".
  const subject = verdict.slice('Allowed: '.length, -1)
  const source = 'source' in check ? check.source : undefined
  return source === undefined ? subject : `${subject} ${source}`
}
