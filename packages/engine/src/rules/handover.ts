/**
 * Policies as Gecko hands them to its other process, which judges frames, objects, shared workers,
 * WebSockets and javascript: URLs: written with the paths of hosts percent-decoded, and read again.
 * What a path hid from the parser then separates.
 *
 * @see https://searchfox.org/mozilla-central/source/dom/security/nsCSPUtils.cpp
 */

import { NONCE, parsePolicy } from '@cusp/core'
import type {
  CompiledDirective,
  CompiledPolicies,
  CompiledPolicy,
} from '../policy/compiled-policies.ts'
import { makeDirectives } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { parseSourceExpression } from '../sources/source-expression.ts'
import type { Evaluate } from './rule.ts'

/** Which process judges: the page's own, the other one, or both in turn until one blocks. */
export type Processes = 'other' | 'other, own' | 'own' | 'own, other'

const ESCAPE = /%([0-9a-f]{2})/gi

const handedOver = new WeakMap<CompiledPolicy, CompiledPolicy>()

/**
 * The check as the processes evaluate it, one after the other. In other engines there is one
 * process.
 */
export function evaluateInProcesses(
  evaluate: Evaluate,
  processes: Processes,
  { list, dialect }: CompiledPolicies,
): Evaluate {
  if (processes === 'own' || !dialect.has('handed-over-with-decoded-paths')) return evaluate
  const evaluateOther: Evaluate = (policy) => evaluate(handOver(policy, dialect))
  if (processes === 'other') return evaluateOther
  const [first, second] =
    processes === 'own, other' ? [evaluate, evaluateOther] : [evaluateOther, evaluate]
  return evaluateInTurn(first, second, list)
}

/** The second evaluation takes place where no enforced policy blocks by the first. */
export function evaluateInTurn(
  first: Evaluate,
  second: Evaluate,
  list: readonly CompiledPolicy[],
): Evaluate {
  const isBlocked = list.some(
    (policy) => policy.disposition === 'enforce' && first(policy).violated,
  )
  return (policy) => {
    const result = first(policy)
    return isBlocked || result.violated ? result : second(policy)
  }
}

/** The policy in every view that a process may have of it. */
export function viewsOf(policy: CompiledPolicy, dialect: Dialect): readonly CompiledPolicy[] {
  if (!dialect.has('handed-over-with-decoded-paths')) return [policy]
  const other = handOver(policy, dialect)
  return other === policy ? [policy] : [policy, other]
}

/** The policy as the other process has it: a decoded path may end a directive and begin another. */
export function handOver(policy: CompiledPolicy, dialect: Dialect): CompiledPolicy {
  const known = handedOver.get(policy)
  if (known !== undefined) return known
  const values = Array.from(policy.directives.values(), (directive) => directive.values).flat()
  const isPlain = values.every((value) => value === NONCE || !value.includes('%'))
  const made = isPlain ? policy : readAgain(policy, dialect)
  handedOver.set(policy, made)
  return made
}

function readAgain(policy: CompiledPolicy, dialect: Dialect): CompiledPolicy {
  const text = Array.from(policy.directives.values(), write).join('; ')
  return { ...policy, directives: makeDirectives(parsePolicy(text).policy, dialect) }
}

function write({ name, values, dialect }: CompiledDirective): string {
  const written = values.map((value, position) => {
    const expression = parseSourceExpression(value, { position, dialect })
    if (expression.kind !== 'host') return expression.text
    return expression.text.replace(ESCAPE, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    )
  })
  return [name, ...written].join(' ')
}
