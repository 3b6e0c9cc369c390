/** `@cusp/engine/testing`: a policy in tests. */

export { assertAllows, assertBlocks } from './matchers/assert-allows.ts'
export type {
  CspMatcherFunction,
  CspMatcherFunctions,
  CspMatcherResult,
  CspMatchers,
} from './matchers/csp-matchers.ts'
export { cspMatchers } from './matchers/csp-matchers.ts'
export type {
  HeadersUnderTest,
  PolicyUnderTest,
  ResponseUnderTest,
} from './matchers/policy-under-test.ts'
