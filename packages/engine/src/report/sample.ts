/** Samples: the beginning of what was blocked, where the policy asks for it. */

import type { Check } from '../check/check.ts'
import type { CompiledPolicy } from '../policy/compiled-policies.ts'
import { sourceListOf } from '../policy/compiled-policies.ts'
import type { PolicyResult } from '../decide/decision.ts'

const LENGTH = 40
/** What the Function constructor puts before the code: the same for all of them. */
const ANONYMOUS = /^(?:async )?function\*? anonymous/

/**
 * The sample of a violation; empty where there is none.
 *
 * @see https://w3c.github.io/webappsec-csp/#violation-sample
 * @see https://w3c.github.io/trusted-types/dist/spec/#should-block-sink-type-mismatch
 */
export function sampleOf(check: Check, policy: CompiledPolicy, result: PolicyResult): string {
  switch (check.type) {
    case 'inline':
    case 'eval':
      return wantsSample(policy, result) ? clip(check.source ?? '') : ''
    case 'trusted-types-policy':
      return clip(check.name)
    case 'trusted-types-sink': {
      const source = check.source ?? ''
      const code = check.sink === 'Function' ? source.replace(ANONYMOUS, '') : source
      return `${check.sink}|${clip(code)}`
    }
    default:
      return ''
  }
}

function clip(text: string): string {
  return text.slice(0, LENGTH)
}

function wantsSample(policy: CompiledPolicy, { directive }: PolicyResult): boolean {
  const found = policy.directives.get(directive as string)
  return found !== undefined && sourceListOf(found).keywords.has("'report-sample'")
}
