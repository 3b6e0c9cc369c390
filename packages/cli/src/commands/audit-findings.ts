/** The findings for what was read: the engine's, seen beside the rest of the response. */

import type { DecideOptions } from '@cusp/engine'
import { audit } from '@cusp/engine'
import { deliveredPolicies } from '../read/delivered.ts'
import type { PolicyReading } from '../read/policy.ts'
import type { Finding } from '../write/finding.ts'
import { placeholderFindings } from '../write/finding.ts'

/** What was found, and what was looked at beside the policies. */
export interface Findings {
  readonly findings: readonly Finding[]
  /** Notes for standard error. */
  readonly notes: readonly string[]
}

// The values that browsers know; ALLOW-FROM and others do nothing.
const FRAME_OPTIONS = /^(?:deny|sameorigin)$/i

/** Audits what was read. */
export function findingsFor(
  {
    policies,
    placeholders = [],
    isSent = false,
    frameOptions,
  }: Pick<PolicyReading, 'frameOptions' | 'isSent' | 'placeholders' | 'policies'>,
  options: DecideOptions,
): Findings {
  const findings = audit(policies, options)
  const others = placeholderFindings(placeholders, { isSent })
  const isFramed = findings.some(({ id }) => id === 'any-ancestor')
  if (!isFramed || frameOptions === undefined)
    return { findings: [...findings, ...others], notes: [] }
  if (hasFrameAncestors(policies)) {
    const note = `browsers ignore x-frame-options: ${frameOptions}, because the policy has frame-ancestors`
    return { findings: [...findings, ...others], notes: [note] }
  }
  if (!FRAME_OPTIONS.test(frameOptions)) {
    const note = `x-frame-options: ${frameOptions} is not DENY or SAMEORIGIN, so browsers ignore it`
    return { findings: [...findings, ...others], notes: [note] }
  }
  return {
    findings: [...findings.filter(({ id }) => id !== 'any-ancestor'), ...others],
    notes: [
      `x-frame-options: ${frameOptions} says who may embed the page, so frame-ancestors may be absent`,
    ],
  }
}

/** Whether an enforced policy of a header says who may embed the page. */
function hasFrameAncestors(policies: PolicyReading['policies']): boolean {
  return deliveredPolicies(policies).some(
    ({ policy, disposition, source }) =>
      disposition === 'enforce' &&
      source === 'header' &&
      policy.directives.some(({ name }) => name === 'frame-ancestors'),
  )
}
