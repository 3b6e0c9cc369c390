/**
 * Policies as Gecko hands them to its other process, which judges frames, objects, shared workers, WebSockets and
 * javascript: URLs: written with the paths of hosts percent-decoded, and read again. What a path hid from the parser
 * then separates.
 *
 * @see https://searchfox.org/mozilla-central/source/dom/security/nsCSPUtils.cpp
 */

import { NONCE, parsePolicy } from '@cusp/core'
import type { Check } from '../check/check.ts'
import type {
  CompiledDirective,
  CompiledPolicies,
  CompiledPolicy,
} from '../policy/compiled-policies.ts'
import { makeDirectives } from '../policy/compiled-policies.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Question } from '../decide/question.ts'
import { parseSourceExpression } from '../sources/source-expression.ts'

const DESTINATIONS: ReadonlySet<string> = new Set([
  'embed',
  'frame',
  'iframe',
  'object',
  'sharedworker',
])
/** A URL may begin with white space and controls. */
const WEB_SOCKET = /^[\u0000-\u0020]*wss?:/i
const ESCAPE = /%([0-9a-f]{2})/gi

const handedOver = new WeakMap<CompiledPolicy, CompiledPolicy>()

/** Which process judges: the page's own, the other one, or both in turn until one blocks. */
type Processes = 'other' | 'other, own' | 'own' | 'own, other'

/** Which process judges a check. */
export function processesFor(check: Check): Processes {
  if (check.type === 'inline') return check.inline === 'navigation' ? 'other, own' : 'own'
  if (check.type !== 'request') return 'own'
  if (DESTINATIONS.has(check.destination ?? '')) return 'other'
  return WEB_SOCKET.test(String(check.url)) ? 'own, other' : 'own'
}

/** The question as the processes put it, one after the other. */
export function askProcesses(
  ask: Question,
  processes: Processes,
  { list, dialect }: CompiledPolicies,
): Question {
  if (processes === 'own') return ask
  const askOther: Question = (policy) => ask(handOver(policy, dialect))
  if (processes === 'other') return askOther
  const [first, second] = processes === 'own, other' ? [ask, askOther] : [askOther, ask]
  return askInTurn(first, second, list)
}

/** The second question is put where no enforced policy blocks by the first. */
export function askInTurn(
  first: Question,
  second: Question,
  list: readonly CompiledPolicy[],
): Question {
  const isBlocked = list.some(
    (policy) => policy.disposition === 'enforce' && first(policy).violated,
  )
  return (policy) => {
    const finding = first(policy)
    return isBlocked || finding.violated ? finding : second(policy)
  }
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
