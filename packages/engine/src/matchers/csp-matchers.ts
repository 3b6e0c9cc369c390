/** Matchers for vitest and jest: `expect(policy).toAllow(check)`. Neither is imported. */

import type { Check } from '../check/check.ts'
import type { DecideOptions } from '../decide/decide.ts'
import { decide } from '../decide/decide.ts'
import { explain } from '../explain/explain.ts'
import type { PolicyUnderTest } from './policy-under-test.ts'
import { onPage, readPolicyUnderTest } from './policy-under-test.ts'

/** What a matcher tells its test runner. */
export interface CspMatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/** A matcher as a test runner calls it. */
export type CspMatcherFunction = (
  policies: PolicyUnderTest,
  check: Check,
  options?: DecideOptions,
) => CspMatcherResult

/** The matchers as `expect.extend` takes them. */
export type CspMatcherFunctions = Readonly<Record<'toAllow' | 'toBlock', CspMatcherFunction>>

/** The matchers as a test calls them. */
export interface CspMatchers<R = void> {
  /**
   * Passes when every enforced policy allows what is asked; otherwise the message explains which
   * one does not and why.
   */
  toAllow: (check: Check, options?: DecideOptions) => R
  /**
   * Passes when an enforced policy blocks what is asked; otherwise the message explains what allows
   * it.
   */
  toBlock: (check: Check, options?: DecideOptions) => R
}

/**
 * Matchers for vitest and jest; they fail with the text of `explain`.
 *
 * @example
 * ```ts
 * import { csp, SELF } from '@cusp/core'
 * import { cspMatchers } from '@cusp/engine/testing'
 * import { expect } from 'vitest'
 *
 * expect.extend(cspMatchers)
 * expect(csp().defaultSrc(SELF)).toBlock({ type: 'request', url: 'https://evil.example/' })
 * ```
 */
export const cspMatchers: CspMatcherFunctions = Object.freeze({
  toAllow: (policies, check, options) => {
    const decision = decide(readPolicyUnderTest(policies), onPage(check, options), options)
    return { pass: decision.allowed, message: () => explain(decision).join('\n') }
  },
  toBlock: (policies, check, options) => {
    const decision = decide(readPolicyUnderTest(policies), onPage(check, options), options)
    return { pass: !decision.allowed, message: () => explain(decision).join('\n') }
  },
})

// What test runners have for matchers of others. Global namespaces, for a module that is absent
// cannot be added to.
/* oxlint-disable typescript/no-namespace, typescript/no-empty-object-type, jsdoc/check-tag-names */

declare global {
  /** Vitest's assertions are Chai's. */
  namespace Chai {
    interface Assertion extends CspMatchers {}
  }
  /** The global `expect` of jest. */
  namespace jest {
    interface Matchers<R, T> extends CspMatchers<R> {}
  }
}

/** @ts-ignore The `expect` of `@jest/globals`, which may be absent. */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends CspMatchers<R> {}
}
