// The builder, so that one install and one import are enough.
export type {
  CspErrorCode,
  Delivery,
  DirectiveName,
  HashAlgorithm,
  Issue,
  Keyword,
  ListDirective,
  ParsedPolicy,
  Policies,
  Policy,
  Source,
  SourceInput,
  SplitPolicy,
} from '@cusp/core'
export {
  api,
  createNonce,
  csp,
  CspError,
  deliver,
  hashSource,
  INLINE_SPECULATION_RULES,
  NONCE,
  NONE,
  parsePolicy,
  parsePolicyList,
  REPORT_SAMPLE,
  REPORT_SHA256,
  REPORT_SHA384,
  REPORT_SHA512,
  SELF,
  strict,
  STRICT_DYNAMIC,
  TRUSTED_TYPES_EVAL,
  UNSAFE_ALLOW_REDIRECTS,
  UNSAFE_EVAL,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
  UNSAFE_WEBTRANSPORT_HASHES,
  WASM_UNSAFE_EVAL,
} from '@cusp/core'
export type { ConnectMiddleware } from './connect.ts'
export type { DropIn } from './drop-in.ts'
export type { CspContext, PolicyFunction, StaticInput } from './input/csp-context.ts'
export type { Request, Response } from './input/http-exchange.ts'
export type { CspInput } from './input/input.ts'
export type { CspOptions } from './input/options.ts'
export type { CspWarning } from './input/warnings.ts'
export { contentSecurityPolicy, cspMiddleware } from './middleware.ts'
export { getCsp } from './response/contexts.ts'
