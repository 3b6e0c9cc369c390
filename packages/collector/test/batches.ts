/** Batches as the intake makes them. */

import { createHash } from 'node:crypto'
import type { Violation } from '@cusp/reports'
import type { Batch, KeptReport } from '../src/store/batch.ts'

/** When the first violation of a test happens: shortly after a full hour. */
export const START: number = Date.UTC(2026, 10, 27, 12, 0, 1)

/** A key as the intake makes it. */
export function keyOf(name: number | string): string {
  return createHash('sha256').update(String(name)).digest('hex').slice(0, 32)
}

/** A violation, with what a test is about. */
function violation(own: Partial<Violation> = {}): Violation {
  return {
    page: 'https://shop.example/cart',
    referrer: '',
    blocked: { kind: 'url', url: 'https://cdn.example/a.js' },
    directive: 'script-src-elem',
    disposition: 'enforce',
    policy: "default-src 'self'; report-uri /csp",
    source: { file: null, line: null, column: null },
    sample: '',
    status: 200,
    browser: { family: 'chrome', version: 156, engine: 'chromium', app: null },
    age: null,
    seenAt: START,
    ...own,
  }
}

/** A report, with what a test is about. */
export function report(
  own: Partial<KeptReport> = {},
  ofViolation: Partial<Violation> = {},
): KeptReport {
  return {
    project: 'default',
    key: keyOf('one'),
    class: 'source',
    reason: 'policy-forbids',
    violation: violation(ofViolation),
    ...own,
  }
}

/** A batch of reports and what else came with them. */
export function batch(
  reports: readonly KeptReport[] = [report()],
  { rejected = {}, others = {} }: Partial<Pick<Batch, 'others' | 'rejected'>> = {},
): Batch {
  return { reports, rejected, others }
}
