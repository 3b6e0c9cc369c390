export type {
  BaseUriCheck,
  Check,
  Context,
  Destination,
  ElementNonce,
  EvalCheck,
  FormActionCheck,
  FrameAncestorsCheck,
  Initiator,
  InlineCheck,
  InlineType,
  RequestCheck,
  TrustedTypesPolicyCheck,
  TrustedTypesSinkCheck,
  WasmCheck,
  WebrtcCheck,
} from './check/check.ts'
export type { DecideOptions, Decider } from './decide/decide.ts'
export { compile, decide } from './decide/decide.ts'
export type { Decision, PolicyResult } from './decide/decision.ts'
export type { Reason } from './rules/result.ts'
export type { Dialect } from './dialects/dialect.ts'
export type { DialectName, Difference, DifferenceTag } from './dialects/differences.ts'
export { getDialect } from './dialects/dialect.ts'
export { DIFFERENCES } from './dialects/differences.ts'
export type { Attribute } from './rules/inline.ts'
export { isElementNonceable } from './rules/inline.ts'
export type {
  Disposition,
  PolicyInput,
  PolicyItem,
  PolicyRecord,
  PolicySource,
} from './policy/policy-input.ts'
export type { SandboxFlag, Sandboxing } from './rules/sandbox.ts'
export { sandboxFlags } from './rules/sandbox.ts'
export { explain } from './explain/explain.ts'
export type { Allowed, DirectiveEffect, EffectOptions, ValueEffect } from './explain/effects.ts'
export { effects } from './explain/effects.ts'
export type {
  LegacyReport,
  LegacyReportBody,
  Report,
  ReportBody,
  ViolationContext,
  ViolationReport,
} from './report/violation.ts'
export { violation } from './report/violation.ts'
export type { AuditFinding } from './audit/finding.ts'
export type { FindingId, FindingInfo, Severity } from './audit/weaknesses.ts'
export { FINDINGS } from './audit/weaknesses.ts'
export { audit } from './audit/audit.ts'
export { EXAMPLE_SELF } from './decide/enforced.ts'
export type { SupportEffect } from './support/features.ts'
export type { BrowserSupport, SupportRange } from './support/targets.ts'
export { compatibility } from './support/targets.ts'
export type { SupportFinding, SupportGap, SupportReport } from './support/support.ts'
export { support } from './support/support.ts'
export type { CompareOptions } from './compare/compare.ts'
export { compare } from './compare/compare.ts'
export type { PolicyChange } from './compare/change.ts'
export type { ChangeKind } from './rules/rule.ts'
export { subsumes } from './compare/subsumes.ts'
