/** Assertions for node:test and whatever else takes a thrown AssertionError. */

import { AssertionError } from 'node:assert'
import type { Check } from '../check/check.ts'
import type { DecideOptions } from '../decide/decide.ts'
import { decide } from '../decide/decide.ts'
import { explain } from '../explain/explain.ts'
import type { PolicyInput } from '../policy/policy-input.ts'

/**
 * Asserts that every enforced policy allows what is asked.
 *
 * @throws AssertionError with the text of `explain` when one blocks it; CspError as `decide` does
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { assertAllows } from '@cusp/engine/testing'
 *
 * const policy = csp().defaultSrc(SELF)
 * assertAllows(policy, { type: 'request', url: 'https://shop.example/api' }, { self: 'https://shop.example' })
 * ```
 */
export function assertAllows(policies: PolicyInput, check: Check, options?: DecideOptions): void {
  const decision = decide(policies, check, options)
  if (decision.allowed) return
  fail({ message: explain(decision), operator: assertAllows, actual: 'blocked' })
}

/**
 * Asserts that an enforced policy blocks what is asked.
 *
 * @throws AssertionError with the text of `explain` when all allow it; CspError as `decide` does
 */
export function assertBlocks(policies: PolicyInput, check: Check, options?: DecideOptions): void {
  const decision = decide(policies, check, options)
  if (!decision.allowed) return
  fail({ message: explain(decision), operator: assertBlocks, actual: 'allowed' })
}

interface Failure {
  readonly message: readonly string[]
  readonly operator: typeof assertAllows
  readonly actual: 'allowed' | 'blocked'
}

/** Fails where the test stands. */
function fail({ message, operator, actual }: Failure): never {
  throw new AssertionError({
    message: message.join('\n'),
    operator: operator.name,
    actual,
    expected: actual === 'allowed' ? 'blocked' : 'allowed',
    stackStartFn: operator,
  })
}
