/** The last check before a policy is sent: a policy with an error is not delivered. */

import { refusal } from '../vocabulary/errors.ts'
import type { DeliveryKind, Issue } from '../model/issue.ts'
import type { Policy } from '../model/policy.ts'

/**
 * Policies that passed as headers. A function of the request may return the same ones for each
 * response.
 */
const passed = new WeakSet<Policy>()

/**
 * Refuses a policy that has an issue of severity error.
 *
 * @throws CspError `ERR_CSP_POLICY_EMPTY`, `ERR_CSP_POLICY_INVALID`
 */
export function checkDeliverable(policy: Policy, delivery: DeliveryKind): void {
  const isHeader = delivery !== 'meta'
  if (isHeader && passed.has(policy)) return
  const errors = policy.issues({ delivery }).filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (first !== undefined) refuse(first, errors.length - 1)
  // The errors come first: when every directive of a text was dropped, its policy is empty.
  if (policy.directives.length === 0 && (!isHeader || policy.endpoints.length === 0)) {
    throw refusal('ERR_CSP_POLICY_EMPTY', {
      action: 'deliver the policy',
      problem: 'it is empty',
      fix: 'a policy with directives such as strict()',
    })
  }
  if (isHeader) passed.add(policy)
}

function refuse({ directive, value, message, fix }: Issue, others: number): never {
  throw refusal('ERR_CSP_POLICY_INVALID', {
    action: 'deliver the policy',
    // Every error is one of a directive.
    problem: `${directive as string}: ${message}`,
    fix,
    hint: others > 0 ? `policy.issues() has ${others} more.` : undefined,
    directive,
    value,
  })
}
