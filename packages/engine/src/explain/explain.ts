/**
 * Explanations: a decision in sentences, with the near misses that the decision itself does not
 * store.
 */

import { CspError } from '@cusp/core'
import { joinWords, show } from '@cusp/core/internal'
import type { Check } from '../check/check.ts'
import type { PolicyResult } from '../decide/decision.ts'
import { Decision } from '../decide/decision.ts'
import type { CompiledPolicy, Page } from '../policy/compiled-policies.ts'
import { whyUncounted } from '../policy/uncounted.ts'
import { explainUpgrade } from '../rules/judge-url.ts'
import type { Reason, Result } from '../rules/result.ts'
import type { Answer } from '../rules/rule.ts'
import { ruleOf } from '../rules/rules.ts'
import { shorten } from '../text.ts'

/** Reasons that say the same whatever was asked. */
const FIXED: ReadonlyMap<Reason, string> = new Map<Reason, string>([
  ['not-applicable', 'no directive is asked about this'],
  ['top-level', 'the document is not embedded'],
  ['nothing-allowed', 'the list allows nothing'],
  ['invalid-url', 'what is asked about is not a URL, so nothing matches'],
  ['opaque-ancestor', 'an ancestor has an opaque origin, which nothing matches'],
])

/**
 * Explains a decision: first the answer, then a sentence for each policy, violated ones first.
 *
 * @throws CspError `ERR_CSP_CHECK` for what is not a decision of `decide`
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { decide, explain } from '@cusp/engine'
 *
 * const check = { type: 'request', url: 'https://shop.example:8443/' } as const
 * const decision = decide(csp().defaultSrc(SELF), check, { self: 'https://shop.example' })
 * explain(decision)[0] // => Blocked: the connection to https://shop.example:8443/.
 * explain(decision)[1] // => connect-src is absent, so default-src decides; 'self' does not match because the port differs.
 * ```
 */
export function explain(decision: Decision): readonly string[] {
  const basis = Decision.basisOf(decision)
  if (basis === undefined) {
    const message = `Cannot explain ${show(decision)}: it is not a decision. Use what decide() returned.`
    throw new CspError('ERR_CSP_CHECK', message, { value: decision })
  }
  const { check, results, allowed } = decision
  const { page } = basis
  const verdict = `${allowed ? 'Allowed' : 'Blocked'}: ${ruleOf(check).describe(check)}.`
  const sentences = results.map(({ violated }, index) => ({
    violated,
    text: explainResult(
      {
        check,
        page,
        result: basis.results[index] as Result,
        policy: page.policies.list[index] as CompiledPolicy,
      },
      labelOf(results[index] as PolicyResult, page),
    ),
  }))
  const ordered = sentences.toSorted((a, b) => Number(b.violated) - Number(a.violated))
  return [verdict, ...ordered.map(({ text }) => text)]
}

/** An answer, and the policy that gave it. */
interface PolicyAnswer extends Answer<Check> {
  readonly policy: CompiledPolicy
}

function explainResult(answer: PolicyAnswer, label: string): string {
  const clauses = [...explainFallback(answer), ...explainReason(answer)]
  return `${label}${clauses.join('; ')}.`
}

/** Which policy is meant, where there are several or it only reports. */
function labelOf({ policy, disposition, source, violated }: PolicyResult, page: Page): string {
  const isOnly = page.policies.list.length === 1
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
function explainFallback(answer: PolicyAnswer): readonly string[] {
  const { directive, chain } = answer.result.asked
  if (directive === null) return []
  const others = chain.slice(0, Math.max(0, chain.indexOf(directive.name)))
  if (others.length === 0) return [`${directive.name} decides`]
  return [`${describeMissing(others, answer)}, so ${directive.name} decides`]
}

/** That directives are absent, or are written and do not count. */
function describeMissing(names: readonly string[], { policy }: PolicyAnswer): string {
  const written = names.flatMap((name) => {
    const reason = whyUncounted(policy, name)
    return reason === undefined ? [] : [{ name, clause: `${name} does not count (${reason})` }]
  })
  const absent = names.filter((name) => written.every((one) => one.name !== name))
  const verb = absent.length === 1 ? 'is' : 'are'
  return joinWords([
    ...written.map(({ clause }) => clause),
    ...(absent.length === 0 ? [] : [`${joinWords(absent)} ${verb} absent`]),
  ])
}

/**
 * Clauses that say why the policy allows or forbids: the rule's own words, or those that all rules
 * share.
 */
function explainReason(answer: PolicyAnswer): readonly string[] {
  const { check, result } = answer
  const { reason, expression, asked } = result
  const fixed = FIXED.get(reason)
  if (fixed !== undefined) return [fixed]
  const own = ruleOf(check).explain(answer)
  if (own !== undefined) return own
  if (reason === 'no-directive') {
    return [`${describeMissing(asked.chain, answer)}, so nothing restricts it`]
  }
  if (reason === 'keyword-allows') return [`${expression} allows it`]
  const upgrade = 'url' in check && check.url !== undefined ? explainUpgrade(asked, check.url) : []
  return [...upgrade, `${shorten(expression as string)} matches`]
}
