/** Explanations: a decision in sentences, with the near misses that the decision itself does not store. */

import { CspError } from '@cusp/core'
import type { Check } from '../check/check.ts'
import type { CompiledDirective } from '../policy/compiled-policies.ts'
import { sourceListOf } from '../policy/compiled-policies.ts'
import type { DecisionBasis, PolicyResult } from '../decide/decision.ts'
import { Decision } from '../decide/decision.ts'
import { describeCheck } from '../check/describe.ts'
import { explainReason, joinWords } from './reason.ts'
import type { ExplainedResult } from './explained-result.ts'
import { handOver, processesFor } from '../rules/handover.ts'
import { show } from '../text.ts'

/**
 * Explains a decision: first the answer, then a sentence for each policy, violated ones first.
 *
 * @throws CspError `ERR_CSP_CHECK` for what is no decision of `decide`
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { decide, explain } from '@cusp/engine'
 *
 * const check = { type: 'request', url: 'https://shop.example:8443/' } as const
 * explain(decide(csp().defaultSrc(SELF), check, { self: 'https://shop.example' }))
 * // Blocked: the connection to https://shop.example:8443/.
 * // connect-src is absent, so default-src decides; 'self' does not match because the port differs.
 * ```
 */
export function explain(decision: Decision): readonly string[] {
  const basis = Decision.basisOf(decision)
  if (basis === undefined) {
    const message = `Cannot explain ${show(decision)}: it is no decision, expected what decide() returned`
    throw new CspError('ERR_CSP_CHECK', message, { value: decision })
  }
  const { check, results, allowed } = decision
  const verdict = `${allowed ? 'Allowed' : 'Blocked'}: ${describeCheck(check)}.`
  const ordered = results.toSorted((a, b) => Number(b.violated) - Number(a.violated))
  return [verdict, ...ordered.map((result) => explainResult(result, check, basis))]
}

function explainResult(result: PolicyResult, check: Check, basis: DecisionBasis): string {
  const directive = findDecidingDirective(result, { check, basis })
  const list = directive === undefined ? undefined : sourceListOf(directive)
  const explained: ExplainedResult = { result, check, basis, list }
  const clauses = [...explainFallback(result), ...explainReason(explained)]
  return `${label(result, basis)}${clauses.join('; ')}.`
}

/** The deciding directive, as the process has it that judged the check. */
function findDecidingDirective(
  { directive, policy: index }: PolicyResult,
  { check, basis }: Pick<ExplainedResult, 'basis' | 'check'>,
): CompiledDirective | undefined {
  const policy = basis.policies.list[index]
  if (policy === undefined || directive === null) return undefined
  const { dialect } = basis.policies
  const isElsewhere = dialect.has('handed-over-with-decoded-paths') && processesFor(check) !== 'own'
  const judged = isElsewhere ? handOver(policy, dialect) : policy
  return judged.directives.get(directive) ?? policy.directives.get(directive)
}

/** Which policy is meant, where there are several or it only reports. */
function label(
  { policy, disposition, source, violated }: PolicyResult,
  basis: DecisionBasis,
): string {
  const isOnly = basis.policies.list.length === 1
  if (isOnly && disposition === 'enforce') return ''
  const reports = violated ? 'report-only: it reports and blocks nothing' : 'report-only'
  const notes = [
    ...(source === 'meta' ? ['meta'] : []),
    ...(disposition === 'report' ? [reports] : []),
  ]
  const name = isOnly ? 'The policy' : `Policy ${policy + 1}`
  return notes.length === 0 ? `${name}: ` : `${name} (${notes.join(', ')}): `
}

/** How the deciding directive was found. */
function explainFallback({ directive, chain }: PolicyResult): readonly string[] {
  if (directive === null) return []
  const absent = chain.slice(0, Math.max(0, chain.indexOf(directive)))
  if (absent.length === 0) return [`${directive} decides`]
  const verb = absent.length === 1 ? 'is' : 'are'
  return [`${joinWords(absent)} ${verb} absent, so ${directive} decides`]
}
