/** A Vite plugin: the policy in what is built, and what it would block while one develops. */

// The builder, so that one install and one import are enough.
export type { HashAlgorithm, Issue, Policy, Source, SourceInput } from '@cusp/core'
export {
  csp,
  CspError,
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
export type { CuspOptions, DeliverBy, DevelopmentMode } from './options.ts'
export { cusp } from './plugin.ts'
