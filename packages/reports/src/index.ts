/** Violation reports as values: read from any format, classified, redacted and grouped. No I/O. */

export type {
  Classification,
  Classify,
  ClassReason,
  ViolationClass,
} from './model/classification.ts'
export { isNoise } from './model/classification.ts'
export type { Browser, BrowserApp, BrowserEngine, BrowserFamily } from './model/browser.ts'
export { readBrowser } from './model/browser.ts'
export type {
  Blocked,
  BlockedKind,
  ConnectionReport,
  HashReport,
  IntegrityReport,
  Limits,
  OtherReport,
  PermissionsReport,
  PlainReport,
  ReportBase,
  ReportedDisposition,
  SourcePosition,
  Violation,
} from './model/violation.ts'
export { LIMITS } from './model/violation.ts'
export { checksOf } from './classify/checks-of.ts'
export type { ClassifyOptions } from './classify/classify.ts'
export { classify, createClassify } from './classify/classify.ts'
export type { GroupKeyOptions } from './group/group-key.ts'
export { causeKey, groupKey } from './group/group-key.ts'
export type { ReadOptions, Rejection, RejectionReason, Reports } from './read/read-reports.ts'
export { readReports } from './read/read-reports.ts'
export type { RedactOptions } from './redact/redact.ts'
export { redact } from './redact/redact.ts'
