/** Reports that are not violations of a Content Security Policy, each type by what it is about. */

import type { OtherReport, ReportedDisposition } from '../model/violation.ts'
import { LIMITS } from '../model/violation.ts'
import type { Json } from './fields.ts'
import { FIELDS, fieldOf, textField } from './fields.ts'
import { readDisposition } from './read-violation.ts'

/** What every other report has. */
interface Base {
  readonly type: string
  readonly page: string
  readonly count: number
}

type Reader = (body: Json, base: Base) => OtherReport

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'csp-hash',
    (body, base) => ({
      ...base,
      kind: 'hash',
      url: urlOf(body, ['subresourceURL', 'subresource_url', 'subresource-url']),
      hash: wordOf(body, ['hash']),
      destination: wordOf(body, ['destination']),
    }),
  ],
  [
    'integrity-violation',
    (body, base) => ({
      ...base,
      kind: 'integrity',
      url: urlOf(body, FIELDS.blocked),
      destination: wordOf(body, ['destination']),
      disposition: readReportOnly(body),
    }),
  ],
  ['permissions-policy-violation', readPermissions],
  ['potential-permissions-policy-violation', readPermissions],
  [
    'connection-allowlist',
    (body, base) => ({
      ...base,
      kind: 'connection',
      url: urlOf(body, ['connection']),
      disposition: readDisposition(body),
    }),
  ],
])
/**
 * Where the other types say what they are about: the id of a deprecation, the reason of a crash,
 * the type of a network error.
 */
const DETAILS = ['id', 'reason', 'type', 'name'] as const

/**
 * Reads a report of a type that is not `csp-violation`. The page is in the body of some, beside it
 * in all.
 */
export function readOther(type: string, body: Json, url: string): OtherReport {
  const page = textField(body, FIELDS.page, LIMITS.url) ?? url
  const base: Base = { type, page, count: 1 }
  const reader = READERS.get(type) ?? readPlain
  return reader(body, base)
}

/** The same report, seen `count` times. */
export function withCount(report: OtherReport, count: number): OtherReport {
  return Object.freeze({ ...report, count })
}

function readPermissions(body: Json, base: Base): OtherReport {
  return {
    ...base,
    kind: 'permissions',
    feature: wordOf(body, ['featureId', 'policyId', 'feature_id', 'policy_id']),
    disposition: readDisposition(body),
  }
}

function readPlain(body: Json, base: Base): OtherReport {
  return { ...base, kind: 'plain', detail: wordOf(body, DETAILS) }
}

function readReportOnly(body: Json): ReportedDisposition {
  const isReportOnly = fieldOf(body, ['reportOnly', 'report_only', 'report-only'])
  if (typeof isReportOnly !== 'boolean') return 'unknown'
  return isReportOnly ? 'report' : 'enforce'
}

function urlOf(body: Json, names: readonly string[]): string {
  return textField(body, names, LIMITS.url) ?? ''
}

function wordOf(body: Json, names: readonly string[]): string {
  return textField(body, names, LIMITS.word) ?? ''
}
