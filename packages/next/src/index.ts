/** The policy of a Next application, from its proxy. */

// The builder, so that one install and one import are enough.
export type { Delivery, Issue, Policies, Policy, Source, SourceInput } from '@cusp/core'
export {
  csp,
  CspError,
  deliver,
  NONCE,
  NONE,
  REPORT_SAMPLE,
  SELF,
  strict,
  STRICT_DYNAMIC,
  TRUSTED_TYPES_EVAL,
  UNSAFE_EVAL,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
  WASM_UNSAFE_EVAL,
} from '@cusp/core'
export type { CspHandler, CspProxy, ProxyInput } from './proxy.ts'
export { cspProxy } from './proxy.ts'
