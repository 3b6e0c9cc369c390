/** The check at the door: what has an error is not delivered. */

import { CspError } from '../vocabulary/errors.ts'
import type { DeliveryKind, Issue } from '../model/issue.ts'
import type { Policy } from '../model/policy.ts'

/** Policies that passed as headers: a function of the request returns the same ones again and again. */
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
  // After the errors: a text whose every directive is dropped reads as an empty policy.
  if (policy.directives.length === 0 && (!isHeader || policy.endpoints.length === 0)) {
    const message =
      'Cannot deliver the policy: it is empty, expected one with directives, such as strict()'
    throw new CspError('ERR_CSP_POLICY_EMPTY', message)
  }
  if (isHeader) passed.add(policy)
}

function refuse(first: Issue, others: number): never {
  const more = others > 0 ? ` (and ${others} more: see policy.issues())` : ''
  const message = `Cannot deliver the policy: ${first.directive}: ${first.message}, expected ${first.fix}${more}`
  throw new CspError('ERR_CSP_POLICY_INVALID', message, first)
}
