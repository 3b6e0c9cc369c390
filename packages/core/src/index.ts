export type { DeliverOptions, Delivery, Header, HeaderTemplate } from './deliver.ts'
export { deliver, isDelivery } from './deliver.ts'
export type { DirectiveMethods, SourceMethod } from './directive-methods.ts'
export type {
  DirectiveInfo,
  DirectiveName,
  FetchDirective,
  ListDirective,
  SandboxToken,
  ValueGrammar,
} from './directives.ts'
export { DIRECTIVES } from './directives.ts'
export type { CspErrorCode, CspErrorDetails } from './errors.ts'
export { CspError } from './errors.ts'
export type { HashAlgorithm } from './sources/hash.ts'
export { hashSource } from './sources/hash.ts'
export type { DeliveryKind, Issue, IssueCode, IssueOptions, Position } from './issue.ts'
export type { Keyword } from './keywords.ts'
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
} from './keywords.ts'
export { createNonce, isStrongNonce } from './nonce.ts'
export type { ParsedPolicy } from './parse.ts'
export { parsePolicy, parsePolicyList } from './parse.ts'
export type { Policies } from './policies.ts'
export type { Directive, NonceOptions, Policy, PolicyJSON, SplitPolicy } from './policy-type.ts'
export { csp, isPolicy } from './policy.ts'
export { api, strict } from './presets.ts'
export type { Endpoint } from './reporting.ts'
export { isSourceExpression } from './source-expression.ts'
export type { CheckedSources, Source, SourceInput, SourceMistake } from './source-types.ts'
