/**
 * Policies as Gecko hands them to its other process, which judges frames, objects and shared workers: written with the
 * paths of hosts percent-decoded, and read again. What a path hid from the parser then separates.
 *
 * @see https://searchfox.org/mozilla-central/source/dom/security/nsCSPUtils.cpp
 */

import { NONCE, parsePolicy } from '@cusp/core'
import type { CompiledDirective, CompiledPolicy } from './compiled-policies.ts'
import { makeDirectives } from './compiled-policies.ts'
import type { Dialect } from './dialects.ts'
import { parseSourceExpression } from './source-expression.ts'

const DESTINATIONS: ReadonlySet<string> = new Set([
  'embed',
  'frame',
  'iframe',
  'object',
  'sharedworker',
])
const ESCAPE = /%([0-9a-f]{2})/gi

const handedOver = new WeakMap<CompiledPolicy, CompiledPolicy>()

/** Whether the other process judges requests for the destination. */
export function isHandedOver(destination: string): boolean {
  return DESTINATIONS.has(destination)
}

/** The policy as the other process has it; what a decoded path adds to it, directives and policies, is left out. */
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
  const [first = ''] = Array.from(policy.directives.values(), write).join('; ').split(',')
  const directives = makeDirectives(parsePolicy(first).policy, dialect)
  const kept = [...directives].filter(([name]) => policy.directives.has(name))
  return { ...policy, directives: new Map(kept) }
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
