/** Assertions for node:test and whatever else takes a thrown AssertionError. */

import { AssertionError } from 'node:assert'
import type { Check } from '../check/check.ts'
import type { DecideOptions } from '../decide/decide.ts'
import { decide } from '../decide/decide.ts'
import { explain } from '../explain/explain.ts'
import type { PolicyUnderTest } from './policy-under-test.ts'
import { onPage, readPolicyUnderTest } from './policy-under-test.ts'

/**
 * Asserts that every enforced policy allows what is asked. A relative URL is one of the page that
 * `options.self` names.
 *
 * @param policies a policy, its text, headers, a response, or a page's meta tag
 *
 * @throws AssertionError with the text of `explain` when one blocks it; CspError as `decide` does
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { assertAllows } from '@cusp/engine/testing'
 *
 * const page = { self: 'https://shop.example' }
 * assertAllows(csp().defaultSrc(SELF), { type: 'request', url: '/api' }, page)
 * assertAllows("default-src 'self'", { type: 'request', url: '/api' }, page)
 * assertAllows({ 'content-security-policy': "default-src 'self'" }, { type: 'request', url: '/api' }, page)
 * ```
 */
export function assertAllows(
  policies: PolicyUnderTest,
  check: Check,
  options?: DecideOptions,
): void {
  const decision = decide(readPolicyUnderTest(policies), onPage(check, options), options)
  if (decision.allowed) return
  fail({ message: explain(decision), operator: assertAllows, actual: 'blocked' })
}

/**
 * Asserts that an enforced policy blocks what is asked.
 *
 * @throws AssertionError with the text of `explain` when all allow it; CspError as `decide` does
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { assertBlocks } from '@cusp/engine/testing'
 *
 * assertBlocks(csp().defaultSrc(SELF), { type: 'request', url: 'https://evil.example/' })
 * ```
 */
export function assertBlocks(
  policies: PolicyUnderTest,
  check: Check,
  options?: DecideOptions,
): void {
  const decision = decide(readPolicyUnderTest(policies), onPage(check, options), options)
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
