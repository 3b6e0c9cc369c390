/** `@cusp/engine/testing`: a policy in tests. */

export { assertAllows, assertBlocks } from './assert-allows.ts'
export type {
  CspMatcherFunction,
  CspMatcherFunctions,
  CspMatcherResult,
  CspMatchers,
} from './csp-matchers.ts'
export { cspMatchers } from './csp-matchers.ts'
