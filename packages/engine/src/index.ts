export type {
  BaseUriCheck,
  Check,
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
} from './check.ts'
export type { DecideOptions, Decider } from './decide.ts'
export { compile, decide } from './decide.ts'
export type { Decision, PolicyResult, Reason } from './decision.ts'
export type { Dialect } from './dialects.ts'
export type { DialectName, Difference, DifferenceTag } from './differences.ts'
export { getDialect } from './dialects.ts'
export { DIFFERENCES } from './differences.ts'
export type { Attribute } from './inline.ts'
export { isElementNonceable } from './inline.ts'
export type {
  Disposition,
  PoliciesByDisposition,
  PolicyInput,
  PolicyItem,
  PolicyRecord,
  PolicySource,
} from './input.ts'
export type { SandboxFlag, Sandboxing } from './sandbox.ts'
export { sandboxFlags } from './sandbox.ts'
export { explain } from './explain.ts'
export type {
  LegacyReport,
  LegacyReportBody,
  Report,
  ReportBody,
  ViolationContext,
  ViolationReport,
} from './violation.ts'
export { violation } from './violation.ts'
export type { AuditFinding, FindingId, FindingInfo, Severity } from './audit-finding.ts'
export { FINDINGS } from './audit-finding.ts'
export { audit } from './audit.ts'
export { EXAMPLE_SELF } from './judge.ts'
export type { SupportEffect } from './support-features.ts'
export type { BrowserSupport, SupportRange } from './support-targets.ts'
export { compatibility } from './support-targets.ts'
export type { SupportFinding, SupportGap, SupportReport } from './support.ts'
export { support } from './support.ts'
export type { CompareOptions } from './compare.ts'
export { compare } from './compare.ts'
export type { ChangeKind, PolicyChange } from './policy-change.ts'
export { subsumes } from './subsumes.ts'
