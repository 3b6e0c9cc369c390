/** Policies and deliveries: write them, check them, send them, read them. */

export type { DeliverOptions, Delivery, Header, HeaderTemplate } from './deliver.ts'
export { deliver, isDelivery } from './deliver.ts'
export type { DirectiveMethods, SourceMethod } from './model/directive-methods.ts'
export type {
  DirectiveInfo,
  DirectiveName,
  FetchDirective,
  ListDirective,
  SandboxToken,
  ValueGrammar,
} from './vocabulary/directives.ts'
export { DIRECTIVES } from './vocabulary/directives.ts'
export type { CspErrorCode, CspErrorDetails } from './vocabulary/errors.ts'
export { CspError } from './vocabulary/errors.ts'
export type { HashAlgorithm } from './sources/hash.ts'
export { hashSource } from './sources/hash.ts'
export type { DeliveryKind, Issue, IssueCode, IssueOptions, Position } from './model/issue.ts'
export type { Keyword } from './vocabulary/keywords.ts'
export {
  INLINE_SPECULATION_RULES,
  NONCE,
  NONE,
  REPORT_SAMPLE,
  REPORT_SHA256,
  REPORT_SHA384,
  REPORT_SHA512,
  SELF,
  STRICT_DYNAMIC,
  TRUSTED_TYPES_EVAL,
  UNSAFE_ALLOW_REDIRECTS,
  UNSAFE_EVAL,
  UNSAFE_HASHES,
  UNSAFE_INLINE,
  UNSAFE_WEBTRANSPORT_HASHES,
  WASM_UNSAFE_EVAL,
} from './vocabulary/keywords.ts'
export { createNonce, isStrongNonce } from './sources/nonce.ts'
export type { ParsedPolicy } from './parse.ts'
export { parsePolicy, parsePolicyList } from './parse.ts'
export type { Policies } from './policy/policies.ts'
export type {
  Directive,
  DirectiveArgument,
  NonceOptions,
  Policy,
  PolicyJSON,
  SplitPolicy,
} from './model/policy.ts'
export { csp, isPolicy } from './policy/policy-value.ts'
export { api, strict } from './ready.ts'
export type { Endpoint } from './sources/reporting.ts'
export { isSourceExpression } from './sources/source-expression.ts'
export type {
  CheckedSources,
  ListOfSources,
  Source,
  SourceArgument,
  SourceInput,
  SourceMistake,
  SpreadSources,
} from './sources/source-types.ts'
